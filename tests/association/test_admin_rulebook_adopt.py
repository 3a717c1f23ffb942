"""A version beside the one in force, what it would bring, and its adoption: asked twice, refused with the reason."""

import re
from datetime import date

import pytest
from django.urls import reverse

from association import queries
from association.actions import decisions, profile, rulebooks
from association.actors import SYSTEM
from association.decisions import passed, setting
from association.models import Adoption, Resolution
from association.rulebook import preset_text
from tests import world
from tests.adopted import (
    FIRST,
    NEXT,
    adopted,
    founded,
    kept,
    member,
    named,
    resolved,
    stored,
    swapped,
    with_deputies,
    with_individuals,
)
from tests.desk import staff, told

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)
LEFT = 'from = "announcement.published"\nn = 5\n'
FIVE, THREE = "自公告之日起五年内不具备入会资格", "自公告之日起三年内不具备入会资格"
NOTICE = 'deadline = { n = 10, unit = "workday", from = "decision.approved" }'
FREE = '\n[[fees.free]]\nid = "persons"\nselector = { class = "person" }\nref = ["28"]\n'


@pytest.fixture(autouse=True)
def _today(clock):
    clock(TODAY)


@pytest.fixture
def client(db):
    return staff("secretariat")


def page(version) -> str:
    return reverse("admin:association_rulebookversion_change", args=[version.pk])


def adopting(version) -> str:
    return reverse("admin:association_rulebookversion_adopt", args=[version.pk])


def asked(resolution=None, day=NEXT, **more):
    typed = {"effective_from": day.isoformat() if isinstance(day, date) else day, **more}
    return typed | ({"resolution": resolution.pk} if resolution else {})


def changed() -> str:
    """acg/2: a ban of three years, one article in other words."""
    return named(swapped(preset_text("acg"), (LEFT, LEFT.replace("5", "3")), (FIVE, THREE)), "acg/2")


def reasons(answer) -> str:
    return " ".join(answer.context["reasons"])


def button(answer) -> str:
    """The button that leads to the confirming page."""
    return re.search(r'<button class="button button--main"[^>]*>施行', answer.content.decode())[0]


def ready(client, version, **typed) -> bool:
    """Whether the page lets one go on; the button and its reason agree."""
    answer = client.get(page(version), typed)
    assert ("disabled" in button(answer)) == bool(answer.context["reasons"])
    return not answer.context["reasons"]


# what one reads before


def test_the_difference_article_by_article_and_rule_by_rule(client):
    founded()
    shown = client.get(page(stored(changed()))).content.decode()

    assert "自公告之日起<del>五</del><ins>三</ins>年内不具备入会资格" in shown
    assert re.search(
        r"禁入.*?<code class=\"code\">bans\[left\]</code>.*?<del>5</del>.*?<ins>3</ins>", shown, re.DOTALL
    )
    assert "acg/1-1" in shown


def test_an_item_is_marked_in_its_article_and_not_once_more(client):
    founded("gen6", "members", date(2025, 1, 1))
    text = named(preset_text("gen6").replace("包括选举会长、提出建议", "包括选举会长、监督会务、提出建议"), "gen6/2")
    answer = client.get(page(stored(text)))

    assert [row["label"] for row in answer.context["difference"]["articles"]] == ["三、会员权益"]
    assert (
        answer.content.decode().count("<ins>监督会务、</ins>") == 2
    )  # the article, and the right that follows from it


def test_a_first_version_has_nothing_beside_it(client):
    profile.set_up("某协会")
    answer = client.get(page(stored(preset_text("acg"))))

    assert "首个版本" in answer.content.decode()
    assert answer.context["difference"] is None


def test_another_document_is_not_compared_word_by_word(client):
    founded()
    shown = client.get(page(stored(preset_text("gen7")))).content.decode()

    assert "这是另一份文件" in shown
    assert "<del>" not in shown


def test_a_version_in_force_is_shown_beside_the_one_before(client):
    founded()
    version = stored(changed())
    adopted(version, effective_from=NEXT, on=TODAY)
    answer = client.get(page(version))

    assert answer.context["base"]["label"] == "acg/1-1"
    assert "<ins>三</ins>年内不具备" in answer.content.decode()
    assert str(answer.context["state"].label) == "将施行"
    assert "id_effective_from" not in answer.content.decode()  # nothing is adopted twice


def areas(client, text, **typed):
    """The rows of each area of the impact, amounts first."""
    answer = client.get(page(stored(text)), typed)
    found = answer.context["plan"].by_area
    return answer.content.decode(), {str(area["words"]): (area["amounts"], area["others"]) for area in found}


def test_who_pays_less(client):
    world.found()
    for _number in range(3):
        member("person")
    text = named(swapped(preset_text("acg"), ("[[fees.waivers]]", FREE + "\n[[fees.waivers]]")), "acg/2")
    shown, found = areas(client, text, effective_from="2027-01-01")

    less, newcomers = found["会费"][0]
    facts = less["facts"]
    assert (less["count"], facts["before"], facts["after"], facts["sum"]) == (3, "200.00", "0.00", "600.00")
    assert newcomers["code"] == "newcomers_pay_otherwise"
    row = re.search(r"<tr>\s*<th[^>]*><span>个人会员.*?</tr>", shown, re.DOTALL)[0]
    assert re.findall(r"¥[\d.,]+", row) == ["¥200.00", "¥0.00", "¥600.00"]


def test_whose_time_limit_moves(client):
    founded()
    text = named(swapped(preset_text("acg"), (NOTICE, NOTICE.replace("10", "9"))), "acg/2")
    shown, found = areas(client, text)

    assert found.keys() == {"在办事项"}
    (row,) = found["在办事项"][1]
    assert (row["facts"]["before"], row["facts"]["after"]) == (
        "自批准之日起 10 个工作日内",
        "自批准之日起 9 个工作日内",
    )
    assert row["text"] in shown


def test_no_impact_is_said(client):
    founded()
    assert "没有影响" in client.get(page(stored(changed()))).content.decode()


# the button and its reason


@pytest.mark.rule("ACG-45")
def test_without_a_resolution_the_button_says_which_body(client):
    founded()
    version = stored(changed())

    answer = client.get(page(version))
    assert "施行规则须有理事会、常务理事会通过的决议" in reasons(answer)
    assert "disabled" in button(answer)
    assert ready(client, version, **asked(resolved(on=TODAY)))


def test_only_passed_resolutions_of_allowed_bodies_are_offered(client):
    founded()
    version = stored(changed())
    council, office = resolved("council", TODAY), resolved("secretariat", TODAY)
    drafted = world.resolution("council", on=TODAY)

    form = client.get(page(version)).context["plan"].form
    offered = dict(form.fields["resolution"].widget.choices)
    assert council.pk in offered
    assert office.pk not in offered
    assert drafted.pk not in offered


def refused(client, version, **typed) -> str:
    """What the page and the act say against it; nothing was adopted, and what was typed is still there."""
    before = Adoption.objects.count()
    shown = client.get(page(version), typed)
    assert "disabled" in button(shown)
    for confirmed in ({}, {"confirmed": "1"}):
        answer = client.post(adopting(version), typed | confirmed)
        assert answer.status_code == 302
        assert answer.url.startswith(page(version))
        for name, value in typed.items():
            if name != "seen":
                assert client.get(answer.url).context["plan"].typed[name] == str(value)
    assert Adoption.objects.count() == before
    return reasons(shown)


@pytest.mark.rule("PROP-0.2")
def test_a_council_cannot_adopt_property(client):
    founded("property", "delegates_assembly", date(2019, 5, 26))
    version = stored(named(preset_text("property"), "property/2"))

    assert "理事会无权通过本规则，应由会员代表大会审议通过" in refused(
        client, version, **asked(resolved("council", TODAY))
    )
    assert ready(client, version, **asked(resolved("delegates_assembly", TODAY)))
    assert "会员代表大会" in client.get(page(version)).context["deciders"]


@pytest.mark.rule("SVC-21")
def test_a_council_cannot_adopt_servicepool(client):
    founded()
    version = stored(preset_text("servicepool"))
    assert list(rulebooks.deciders(version)[0]) == ["president_meeting"]

    assert "理事会无权通过本规则，应由会长办公会审议通过" in refused(
        client, version, **asked(resolved("council", TODAY))
    )


def test_a_resolution_that_was_not_passed(client):
    founded()
    version = stored(changed())
    assert "须有理事会、常务理事会通过的决议" in refused(
        client, version, **asked(world.resolution("council", on=TODAY))
    )


def test_not_from_before_a_decision(client):
    founded()
    version = stored(changed())
    book = queries.governing(TODAY)
    decisions.record(
        passed("possible", setting("test")), kind="test", version_id=book.version_id, by=SYSTEM, on=date(2026, 11, 10)
    )
    passed_on = resolved(on=TODAY)

    assert "2026年11月10日" in refused(client, version, **asked(passed_on, date(2026, 11, 10)))
    assert ready(client, version, **asked(passed_on, date(2026, 11, 11)))


@pytest.mark.rule("GEN3-0.2")
def test_a_repealed_document(client):
    founded()
    version = stored(preset_text("gen3"))
    shown = client.get(page(version)).content.decode()

    assert "已废止（2007-05-01）" in shown
    assert "已废止（2007-05-01）" in refused(client, version, **asked(resolved(on=TODAY)))


# members without a place


def test_a_tier_that_goes_is_mapped_first(client):
    founded()
    held = member("unit", "vice_president")
    version = stored(with_deputies())
    resolution = resolved(on=TODAY)

    assert "副会长单位" in refused(client, version, **asked(resolution))
    name = "map-tiers-unit/vice_president"
    form = client.get(page(version), asked(resolution)).context["plan"].form
    offered = dict(form.fields[name].choices)
    assert (offered[""], offered["deputy"]) == ("请选择", "副会长单位")
    assert "vice_president" not in offered
    assert ready(client, version, **asked(resolution, **{name: "deputy"}))

    answer = client.post(adopting(version), asked(resolution, **{name: "deputy"}, confirmed="1"))
    adoption = Adoption.objects.latest("pk")
    assert answer.url == reverse("admin:association_adoption_change", args=[adoption.pk])
    assert adoption.mapping == {"tiers": {"unit/vice_president": "deputy"}}
    assert kept(held, NEXT) == ("unit", "deputy")
    assert "→" in client.get(answer.url).content.decode()


def test_an_answer_that_the_version_does_not_have(client):
    founded()
    member("unit", "vice_president")
    version = stored(with_deputies())
    typed = asked(resolved(on=TODAY), **{"map-tiers-unit/vice_president": "emperor"})

    answer = client.post(adopting(version), typed | {"confirmed": "1"})
    assert answer.status_code == 200  # the form says which choice is none
    assert answer.context["plan"].form.errors
    assert Adoption.objects.count() == 1


def test_a_class_that_goes_is_mapped_first(client):
    founded()
    member("person")
    version = stored(with_individuals())
    resolution = resolved(on=TODAY)

    assert "个人会员" in refused(client, version, **asked(resolution))
    assert ready(client, version, **asked(resolution, **{"map-classes-person": "individual"}))


def test_a_class_mapped_to_one_with_tiers_needs_no_second_answer_where_it_had_none(client):
    founded()
    held = member("person")
    version = stored(with_individuals())
    typed = asked(resolved(on=TODAY), **{"map-classes-person": "unit"})

    assert ready(client, version, **typed)
    client.post(adopting(version), typed | {"confirmed": "1"})
    assert kept(held, NEXT)[1] == "member"


def test_what_nobody_asks_for_is_not_kept(client):
    founded()
    version = stored(changed())
    client.post(adopting(version), asked(resolved(on=TODAY), **{"map-tiers-unit/council": "member", "confirmed": "1"}))

    assert Adoption.objects.get(version=version).mapping == {}


# the act


def test_the_confirming_page_lists_the_effects_and_nothing_has_happened(client):
    founded()
    member("unit", "vice_president")
    version = stored(with_deputies())
    typed = asked(resolved(on=TODAY), **{"map-tiers-unit/vice_president": "deputy"})

    answer = client.post(adopting(version), typed | {"seen": queries.newest_adoption()})
    shown = answer.content.decode()
    assert "要施行这一版吗" in shown
    assert "2027年1月1日" in shown
    assert re.search(r"1 ?名会员从?.*副会长单位", shown)
    assert dict(answer.context["typed"]) == {name: str(value) for name, value in typed.items()} | {
        "seen": str(queries.newest_adoption())
    }
    assert Adoption.objects.count() == 1


@pytest.mark.rule("ACG-45")
def test_adopted_under_a_resolution_of_the_council(client):
    founded()
    version = stored(changed())
    resolution = resolved(on=TODAY)

    answer = client.post(adopting(version), asked(resolution, seen=queries.newest_adoption(), confirmed="1"))
    adoption = Adoption.objects.get(version=version)
    assert (adoption.effective_from, adoption.resolution, adoption.adopted_by.name) == (
        NEXT,
        resolution,
        "secretariat",
    )
    assert "已定于2027年1月1日起施行" in told(answer)
    shown = client.get(answer.url).content.decode()
    assert resolution.number in shown
    assert "理事会" in shown
    history = client.get(reverse("admin:association_adoption_changelist")).content.decode()
    assert history.count("acg/1-1") == history.count("acg/2-1") == 1
    assert queries.governing(NEXT).label == "acg/2-1"


def test_adopting_twice_is_once(client):
    founded()
    version = stored(changed())
    typed = asked(resolved(on=TODAY), seen=queries.newest_adoption(), confirmed="1")
    first, again = client.post(adopting(version), typed), client.post(adopting(version), typed)

    assert first.url == again.url
    assert Adoption.objects.filter(version=version).count() == 1


def test_somebody_else_adopted_meanwhile(client):
    """What the person was shown is not what there is any more: nothing is done, and they look again."""
    founded()
    mine, theirs = stored(changed()), stored(named(preset_text("acg"), "acg/3"))
    typed = asked(resolved(on=TODAY), date(2027, 2, 1), seen=queries.newest_adoption())
    assert client.post(adopting(mine), typed).status_code == 200
    adopted(theirs, effective_from=NEXT, on=TODAY)

    for confirmed in ({}, {"confirmed": "1"}):
        answer = client.post(adopting(mine), typed | confirmed)
        assert "刚刚" in told(answer)
        assert not Adoption.objects.filter(version=mine).exists()
    again = client.get(answer.url, typed)  # with what was seen before, as the form sends it
    assert again.context["plan"].form["seen"].value() == str(queries.newest_adoption())
    assert again.context["reasons"] == []
    assert again.context["base"]["label"] == "acg/3-1"


def test_a_mended_encoding_needs_no_resolution(client):
    founded()
    version = stored(preset_text("acg") + "# geprüft\n")
    assert version.encoding == 2
    assert ready(client, version, **asked())

    client.post(adopting(version), asked(confirmed="1"))
    assert Adoption.objects.get(version=version).resolution is None


@pytest.mark.rule("ACG-45")
def test_another_text_under_the_same_version_is_no_mended_encoding(client):
    """A file that keeps its version and changes an article still needs the council."""
    founded()
    version = stored(swapped(preset_text("acg"), (FIVE, THREE)))
    assert (version.document_version, version.encoding) == ("acg/1", 2)

    assert "须有理事会、常务理事会通过的决议" in refused(client, version, **asked())
    assert ready(client, version, **asked(resolved(on=TODAY)))


@pytest.mark.parametrize("day", ["", "morgen", "0001-01-01", "9999-12-31", "2026-02-30", "1949-09-30", "2037-01-01"])
def test_days_that_are_none(client, day):
    founded()
    version = stored(changed())
    typed = asked(resolved(on=TODAY), day)

    assert client.get(page(version), typed).status_code == 200
    answer = client.post(adopting(version), typed | {"confirmed": "1"})
    assert answer.status_code == 200
    assert answer.context["plan"].form.errors["effective_from"]
    assert Adoption.objects.count() == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"resolution": "x"},
        {"resolution": "99999999999999999999"},
        {"seen": "-1"},
        {"seen": "nine"},
        {"seen": "9" * 40},
        {"map-tiers-": "x"},
        {"map-": ""},
        {"map-tiers-a/b/c": "x\x00"},
        {"map-classes-unit": "person"},
    ],
)
def test_odd_fields_are_no_accident(client, odd):
    founded()
    version = stored(changed())
    typed = asked(None, NEXT) | odd

    assert client.get(page(version), typed).status_code == 200
    assert client.post(adopting(version), typed).status_code in (200, 302)
    assert client.post(adopting(version), typed | {"confirmed": "1"}).status_code in (200, 302)
    assert Adoption.objects.count() == 1


def test_an_adopted_version_is_not_edited(client):
    version = founded().version
    assert client.post(f"/admin/association/rulebookversion/{version.pk}/delete/").status_code == 403
    client.post(page(version), {"text": "schema = 1", "title": "anders"})
    version.refresh_from_db()
    assert version.text == preset_text("acg")
    assert Resolution.objects.count() == 1
    assert queries.adoptions()[0][0] == FIRST
