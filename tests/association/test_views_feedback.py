"""Feedback on an article, written by whoever reads it (FIRE-0.2)."""

import pytest

from association.models import ArticleFeedback
from association.rulebook import preset_text
from association.views import feedback
from tests import world
from tests.adopted import NEXT, adopted, founded, named, stored
from tests.association.test_views_rules import FIRE, TODAY, text

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIRE-0.2")]

FORM = "/rules/fire/13/feedback/"
WORDS = {"text": "第十三条的三个工作日从哪天算起？", "name": "林晓", "contact": "13800001234"}


@pytest.fixture
def fire(clock):
    clock(TODAY)
    feedback.LIMIT.forget()
    return founded("fire", "council", FIRE)


def test_visitor_writes_with_name_and_contact(client, fire):
    assert 'href="/rules/fire/13/feedback/"' in text(client.get("/rules/fire/13/"))
    assert "请向秘书处反馈" in text(client.get(FORM))

    response = client.post(FORM, WORDS)

    assert response.url == "/rules/fire/13/feedback/sent/"
    kept = ArticleFeedback.objects.get()
    assert (kept.version, kept.article, kept.text, kept.name, kept.contact, kept.author) == (
        fire.version,
        "13",
        WORDS["text"],
        "林晓",
        "13800001234",
        None,
    )
    thanks = text(client.get(response.url))
    assert "接下来" in thanks
    assert "您留下的电话或电子邮箱" in thanks


def test_who_is_logged_in_gives_no_name(client, fire):
    user = world.user()
    client.force_login(user)
    assert 'name="contact"' not in text(client.get(FORM))

    client.post(FORM, {"text": "一个问题"})

    kept = ArticleFeedback.objects.get()
    assert (kept.author, kept.name) == (user, "")
    assert "站内消息" in text(client.get("/rules/fire/13/feedback/sent/"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", " \n ", "请先填写内容"),
        ("name", "", "请填写姓名"),
        ("contact", " ", "请填写电话或电子邮箱"),
        ("text", "字" * 2001, "2001"),
        ("text", "a\x00b", "空字符"),
        ("name", "名" * 81, "80"),
    ],
)
def test_bad_input_keeps_what_was_typed(client, fire, field, value, said):
    response = client.post(FORM, WORDS | {field: value})

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    for name, typed in WORDS.items():
        assert field == name or typed in page
    assert not ArticleFeedback.objects.exists()


@pytest.mark.parametrize("typed", ["字" * 2000, "字" * 999 + "\r\n" + "字" * 1000])
def test_longest_text_is_taken(client, fire, typed):
    """A browser sends a line break as two characters; the reader sees one."""
    assert client.post(FORM, WORDS | {"text": typed}).status_code == 302


def test_what_was_written_is_shown_as_words(client, fire):
    page = client.post(FORM, WORDS | {"text": "<script>alert(1)</script>", "name": ""}).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_too_many_from_one_address_keep_their_words(client, fire):
    for _number in range(feedback.LIMIT.per_minute):
        assert client.post(FORM, WORDS).status_code == 302

    response = client.post(FORM, WORDS)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert WORDS["text"] in response.content.decode()
    assert ArticleFeedback.objects.count() == feedback.LIMIT.per_minute
    assert client.get(FORM).status_code == 200


@pytest.mark.parametrize(
    "address", ["/rules/fire/99/feedback/", "/rules/nobody/1/feedback/", "/rules/charter/1/feedback/"]
)
def test_there_must_be_such_an_article(client, fire, address):
    assert client.get(address).status_code == 404
    assert client.post(address, WORDS).status_code == 404


def test_document_that_does_not_ask_takes_none(client, clock):
    clock(TODAY)
    founded("acg", "council")

    assert client.post("/rules/acg/30/feedback/", WORDS).status_code == 404
    assert "/feedback/" not in text(client.get("/rules/acg/"))
    assert "/feedback/" not in text(client.get("/rules/acg/30/"))


def test_feedback_is_on_the_text_in_force(client, fire, clock):
    later = adopted(stored(named(preset_text("fire"), "fire/2027"))).version
    clock(NEXT)

    assert "/feedback/" not in text(client.get("/rules/fire/13/?version=fire/2019-1"))
    client.post(FORM, WORDS)
    assert ArticleFeedback.objects.get().version == later
