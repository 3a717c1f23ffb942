"""The draft that members are asked about (GEN6-8)."""

from datetime import date

import pytest

from association.actions import consultations
from association.actors import SYSTEM
from association.models import Comment
from association.rulebook import preset_text
from members.models import Membership
from tests import world
from tests.adopted import adopted, founded, member, named, stored, swapped
from tests.association.test_views_rules import text

pytestmark = [pytest.mark.django_db, pytest.mark.rule("GEN6-8")]

NOTICE = date(2026, 3, 2)
LAST = date(2026, 3, 17)
OLD, NEW = "组织可以根据需要对会员管理办法进行修改", "组织每年可以对会员管理办法进行修改"


@pytest.fixture
def draft(clock):
    clock(NOTICE)
    founded("gen6", "members", date(2025, 1, 1))
    return stored(named(swapped(preset_text("gen6"), (OLD, NEW)), "gen6/2"))


@pytest.fixture
def asked(draft, client):
    """The draft before the members; the client is one of them."""
    client.force_login(reader := world.user())
    member("person", user=reader)
    return consultations.open(draft, by=SYSTEM, on=NOTICE)


def test_rules_lead_to_the_draft_while_it_is_open(client, asked, clock):
    link = f'href="/consultations/{asked.pk}/"'
    for address in ("/rules/", "/rules/gen6/"):
        assert link in text(client.get(address))
    assert "2026年3月17日（星期二）" in text(client.get("/rules/"))

    clock("2026-03-18")
    assert link not in text(client.get("/rules/"))


def test_adopted_draft_is_no_draft_any_more(client, asked):
    asked.comments_until = None
    asked.save(update_fields=["comments_until"])
    adopted(asked.version, body="members", effective_from=date(2026, 4, 1), on=NOTICE)

    assert f"/consultations/{asked.pk}/" not in text(client.get("/rules/"))


def test_draft_shows_what_would_change_and_the_whole(client, asked):
    page = text(client.get(f"/consultations/{asked.pk}/"))

    changes = page[page.index('id="changes"') : page.index('id="draft"')]
    assert changes.count("changes__item") == 1
    assert "<ins>每年</ins>" in changes
    whole = page[page.index('id="draft"') :]
    assert NEW in whole
    assert whole.count('class="rules__article"') == 9
    assert whole.count("/comment/") == 9


def test_member_comments_on_an_article_and_sees_it(client, asked):
    address = f"/consultations/{asked.pk}/comment/8/"
    assert NEW in text(client.get(address))

    response = client.post(address, {"text": "每年太频繁。"})

    assert response.url == f"/consultations/{asked.pk}/"
    kept = Comment.objects.get()
    assert (kept.article, kept.text, kept.made_on) == ("8", "每年太频繁。", NOTICE)
    assert "每年太频繁。" in text(client.get(response.url))
    client.post(f"/consultations/{asked.pk}/comment/", {"text": "整体同意。"})
    assert Comment.objects.filter(article="").count() == 1


def test_comments_are_nobody_elses_to_read(client, asked):
    client.post(f"/consultations/{asked.pk}/comment/8/", {"text": "每年太频繁。"})
    client.force_login(other := world.user())
    member("person", user=other)

    assert "每年太频繁。" not in text(client.get(f"/consultations/{asked.pk}/"))
    client.logout()
    assert "每年太频繁。" not in text(client.get(f"/consultations/{asked.pk}/"))


@pytest.mark.parametrize("typed", ["", " ", "字" * 2001])
def test_bad_comment_keeps_what_was_typed(client, asked, typed):
    response = client.post(f"/consultations/{asked.pk}/comment/8/", {"text": typed})

    assert response.status_code == 422
    assert typed.strip() in response.content.decode()
    assert not Comment.objects.exists()


def test_visitor_reads_but_is_sent_to_the_login(client, asked):
    client.logout()

    page = text(client.get(f"/consultations/{asked.pk}/"))

    assert "请使用会员账号登录" in page
    assert f"?next=/consultations/{asked.pk}/" in page
    assert "/comment/" not in page
    assert client.post(f"/consultations/{asked.pk}/comment/8/", {"text": "x"}).status_code == 302
    assert not Comment.objects.exists()


def test_account_of_no_member_may_not_comment(client, asked):
    client.force_login(world.user())

    assert "/comment/" not in text(client.get(f"/consultations/{asked.pk}/"))
    response = client.post(f"/consultations/{asked.pk}/comment/8/", {"text": "x"})
    assert response.status_code == 403
    assert "请使用会员账号登录" in response.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(("day", "is_open"), [(LAST, True), (date(2026, 3, 18), False)])
def test_comments_end_with_the_last_day(client, asked, clock, day, is_open):
    clock(day)
    client.force_login(Membership.objects.get().party.accesses.get().user)

    response = client.post(f"/consultations/{asked.pk}/comment/8/", {"text": "意见"})

    assert response.status_code == (302 if is_open else 403)
    assert ("征求意见已结束" in text(client.get(f"/consultations/{asked.pk}/"))) is not is_open


@pytest.mark.parametrize("rest", ["comment/99/", "comment/x/"])
def test_there_must_be_such_an_article(client, asked, rest):
    assert client.get(f"/consultations/{asked.pk}/{rest}").status_code == 404


@pytest.mark.parametrize("pk", ["0", "99", "99999999999999999999999"])
def test_there_must_be_such_a_consultation(client, asked, pk):
    assert client.get(f"/consultations/{pk}/").status_code == 404


@pytest.mark.parametrize("comments", [1, 3])
def test_draft_takes_the_same_queries(client, asked, django_assert_num_queries, comments):
    for number in range(comments):
        client.post(f"/consultations/{asked.pk}/comment/8/", {"text": f"意见{number}"})
    address = f"/consultations/{asked.pk}/"
    client.get(address)

    with django_assert_num_queries(6):  # session, account, consultation, profile, membership, own comments
        client.get(address)


def test_comment_is_shown_as_words(client, asked):
    client.post(f"/consultations/{asked.pk}/comment/8/", {"text": "<b>粗</b>"})

    page = text(client.get(f"/consultations/{asked.pk}/"))

    assert "<b>粗" not in page
    assert "&lt;b&gt;粗" in page
