"""One search over the whole desk: what is found, for whom, and nothing that the lists would not show."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from association.actions import announcements
from association.db.says import key_of
from association.models import Announcement, Case, Meeting, Resolution, User
from association.rules import identifiers
from association.searching import Asked
from fees.models import Invoice
from members.models import Membership, Party
from portal.roles import ROLES
from portal.search.registry import DESK, found
from tests import world
from tests.association.test_actions_official_notices import drafted, issued, series
from tests.desk import auditor, client_of, desk

pytestmark = pytest.mark.django_db

SEARCH = reverse("admin:search")
PUBLIC = reverse("search")
ON = date(2026, 10, 8)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-10-08")
    world.found()


def hits(user, text):
    return {group.name: [hit.title for hit in group.hits] for group in found(Asked(text, ON, user), DESK)}


def keeper():
    user = world.user(is_staff=True, is_superuser=True)
    world.second_factor(user)
    return user


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("北京（星野）有限公司", "北京星野有限公司"),
        ("北京(星野)有限公司", "北京星野有限公司"),
        ("ＡＢＣ 科技", "abc科技"),
        ("《办法》—「试行」", "办法—试行"),
        ("  ", ""),
        ("100%_\\", "100%"),
    ],
)
def test_both_sides_are_read_the_same_way(typed, kept):
    assert key_of(typed) == kept
    Party.objects.create(kind="unit", name=typed[:160])
    assert Party.objects.filter(name__says=kept).exists() is bool(kept)


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("北京（星野）动画有限公司", "星野", True),
        ("北京（星野）动画有限公司", "北京星野动画", True),
        ("北京（星野）动画有限公司", "北京(星野)", True),
        ("ＡＢＣ Studio", "abcstudio", True),
        ("ＡＢＣ Studio", "STUDIO", True),
        ("甲乙丙", "甲", True),
        ("甲乙丙", "乙", False),  # one character begins the name
        ("甲乙丙", "甲丙", False),
        ("甲乙乙丙", "甲乙丙", False),
        ("百分之百100%", "0%", True),
        ("百分之百1000", "0%", False),
        ("a_b甲", "xb", False),
    ],
)
def test_a_part_of_a_name(name, typed, expected):
    Party.objects.create(kind="unit", name=name)
    assert Party.objects.filter(name__says=typed).exists() is expected


def test_every_kind_is_found():
    membership = world.registered().membership
    user = keeper()
    party = membership.party
    everything = hits(user, "星野")
    assert everything["members"] == [party.name]
    assert party.name in everything["applications"]
    assert len(everything["invoices"]) == Invoice.objects.count()
    assert hits(user, party.number)["members"] == [party.name]
    assert hits(user, world.USCC)["members"] == [party.name]
    assert "members" not in hits(user, world.USCC[:-1])
    invoice = Invoice.objects.get()
    assert hits(user, invoice.memo)["invoices"] == [invoice.number]
    resolution = Resolution.objects.first()
    assert hits(user, resolution.number)["resolutions"] == [resolution.number]
    assert hits(user, "第五次会议")["meetings"] == [Meeting.objects.first().title]
    assert any("第三十条" in title for title in hits(user, "第三十条")["articles"])
    assert hits(user, "第三十条")["articles"] == hits(user, "30")["articles"]
    person = world.user(name="欧阳修远")
    assert hits(user, "欧阳")["accounts"] == ["欧阳修远"]
    assert hits(user, person.email)["accounts"] == ["欧阳修远"]


def test_an_official_document_by_number_and_title():
    notice = issued(series(), on=ON)
    draft = drafted(series("京二协函"), title="关于夏季活动的函")
    user = keeper()
    assert hits(user, notice.number.text)["documents"] == [notice.plain_title]
    assert hits(user, "京二协2026")["documents"] == [notice.plain_title]
    assert hits(user, "收缴2026年度会费")["documents"] == [notice.plain_title]
    assert hits(user, "夏季活动")["documents"] == [draft.plain_title]
    assert "documents" not in hits(world.in_role("finance"), "年度会费")
    page = client_of(user).get(reverse("admin:association_officialnotice_changelist"), {"q": "京二协2026"})
    assert [each["row"] for each in page.context["rows"]] == [notice]


@pytest.mark.parametrize("role", [*ROLES, "none"])
def test_nothing_that_the_lists_do_not_show(role):
    """For every role: a group only where its list opens, and each hit opens for this person."""
    world.registered()
    world.submitted(name="星野第二有限公司", uscc=world.USCC_OTHER)
    world.draft(name="星野草稿有限公司", uscc=world.USCC_THIRD)
    user = world.in_role(role) if role != "none" else world.user(is_staff=True)
    client = client_of(user)
    seen = 0
    for text in ("星野", "第五次会议", "决〔2026〕", "第三十条"):
        for group in found(Asked(text, ON, user), DESK):
            assert client.get(group.url).status_code == 200, group.name
            for hit in group.hits:
                assert "草稿" not in hit.title
                seen += 1
                assert client.get(hit.url).status_code == 200, (group.name, hit)
    assert seen


def test_a_draft_is_its_authors_alone():
    case = world.draft(name="星野草稿有限公司").case
    assert Case.objects.filter(pk=case.pk, subject__says="草稿").exists()
    assert hits(keeper(), "星野草稿") == {}


def test_an_identity_number_only_whole_and_only_with_the_right(monkeypatch):
    number = "11010519491231002X"
    assert identifiers.resident_id(number)
    party = Party.objects.create(kind="person", name="王小明")
    from association import keys
    from members.models import Identifier
    from members.searchers import parties

    Identifier.objects.create(
        party=party, kind="id_no", value=number, index=keys.blind_index(number), masked="1101**********002X"
    )
    clerk = world.seated("secretariat")
    assert parties(Asked(number, ON, keeper())) == [party.pk]
    assert parties(Asked(number, ON, clerk)) == []
    assert parties(Asked(number[:17], ON, keeper())) == []


def test_few_of_many_are_shown_with_the_way_to_all():
    user = keeper()
    for n in range(8):
        User.objects.create_user(f"zhou{n}@test.example", name=f"周某{n}")
    (group,) = found(Asked("周某", ON, user), DESK)
    assert (len(group.hits), group.more) == (5, True)
    page = client_of(user).get(SEARCH, {"q": "周某"}).content.decode()
    assert "查看全部" in page or "显示全部" in page or "全部" in page


def test_one_hit_jumps():
    person = world.user(name="欧阳修远")
    answer = client_of(keeper()).get(SEARCH, {"q": "欧阳修远"})
    assert answer.url == reverse("admin:association_user_change", args=[person.pk])


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "'; DROP TABLE x --", "（）", "x" * 500, "\x00星", "第九百九十九条", "٣٠"]
)
def test_odd_input_is_answered(text):
    for client, url in ((client_of(keeper()), SEARCH), (Client(), PUBLIC)):
        answer = client.get(url, {"q": text})
        assert answer.status_code == 200
    assert ("没有找到" in answer.content.decode()) == bool(text.replace("\x00", "").strip()) or "星" in text


def test_the_desk_search_is_for_the_desk():
    assert Client().get(SEARCH, {"q": "星野"}).status_code == 302
    assert client_of(world.user()).get(SEARCH, {"q": "星野"}).status_code == 302
    assert auditor().get(SEARCH).status_code == 200


def test_the_public_finds_what_is_published_and_nothing_else():
    world.registered()
    client = Client()
    page = client.get(PUBLIC, {"q": "会费"}).content.decode()
    assert "条" in page
    drafts = Announcement.objects.filter(published_on__isnull=True)
    assert drafts.exists()
    assert drafts[0].title not in client.get(PUBLIC, {"q": drafts[0].title[:6]}, follow=True).content.decode()
    announcements.publish(drafts[0], by=world.officer("secretariat"), on=ON)
    shown = client.get(PUBLIC, {"q": Announcement.objects.published()[0].title}, follow=True).content.decode()
    assert Announcement.objects.published()[0].title in shown


@pytest.mark.parametrize("n", [1, 3])
def test_costs_the_same_for_one_and_three(n, django_assert_max_num_queries):
    for number in range(n):
        User.objects.create_user(f"q{number}@test.example", name="周某某")
        Party.objects.create(kind="unit", name=f"周某某{number}")
    assert not Membership.objects.exists()
    client = desk()
    with django_assert_max_num_queries(22):
        client.get(SEARCH, {"q": "周某"})
