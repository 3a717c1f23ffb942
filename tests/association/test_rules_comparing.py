"""Where members stand under another rulebook, and which time limits differ."""

import pytest

from association.rulebook import load, preset, preset_text
from association.rules.comparing import (
    Place,
    Unplaced,
    changed_deadlines,
    mapping_faults,
    name_under,
    place_under,
    tiers_named,
)
from tests.adopted import swapped, with_deputies, with_individuals

ACG = preset("acg")
DEPUTIES = load(with_deputies())
INDIVIDUALS = load(with_individuals())
COUNCIL = Place("unit", "council")
VICE = Place("unit", "vice_president")
PERSON = Place("person")


@pytest.mark.parametrize("place", [COUNCIL, VICE, PERSON])
def test_everybody_stays_under_the_same_rules(place):
    assert place_under(ACG, place) == place


def test_a_tier_that_goes_asks_where_to():
    assert place_under(DEPUTIES, COUNCIL) == COUNCIL
    missing = place_under(DEPUTIES, VICE)
    assert missing == Unplaced("tiers", VICE)
    assert missing.key == "unit/vice_president"


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ({"vice_president": "deputy"}, "deputy"),
        ({"unit/vice_president": "council"}, "council"),
        ({"vice_president": "deputy", "unit/vice_president": "council"}, "council"),
        ({"vice_president": "nothing"}, None),
        ({"vice_president": ""}, None),
        ({"person/vice_president": "deputy"}, None),
    ],
)
def test_the_mapping_says_where_to(tiers, expected):
    found = place_under(DEPUTIES, VICE, {"tiers": tiers})
    assert found == (Place("unit", expected) if expected else Unplaced("tiers", VICE))


def test_a_tier_that_stays_may_be_mapped_too():
    assert place_under(DEPUTIES, COUNCIL, {"tiers": {"council": "president"}}) == Place("unit", "president")


def test_a_class_that_goes_asks_where_to():
    assert place_under(INDIVIDUALS, PERSON) == Unplaced("classes", PERSON)
    assert place_under(INDIVIDUALS, PERSON).key == "person"
    assert place_under(INDIVIDUALS, PERSON, {"classes": {"person": "individual"}}) == Place("individual")
    assert place_under(INDIVIDUALS, PERSON, {"classes": {"person": "nobody"}}) == Unplaced("classes", PERSON)


def test_a_class_with_tiers_receives_those_without_at_its_lowest():
    assert place_under(INDIVIDUALS, PERSON, {"classes": {"person": "unit"}}) == Place("unit", "member")
    chosen = {"classes": {"person": "unit"}, "tiers": {"person/": "council"}}
    assert place_under(INDIVIDUALS, PERSON, chosen) == COUNCIL


def test_a_class_without_tiers_takes_none_along():
    gen6 = preset("gen6")
    mapping = {"classes": {"unit": "person"}}
    assert place_under(gen6, COUNCIL, mapping) == Unplaced("tiers", COUNCIL)
    assert place_under(gen6, COUNCIL, {**mapping, "tiers": {"council": ""}}) == Place("person")


def test_faults_of_a_mapping():
    fine = {"tiers": {"vice_president": "deputy", "old": ""}, "classes": {"x": "unit"}}
    assert mapping_faults(DEPUTIES, fine) == []
    assert mapping_faults(DEPUTIES, {"tiers": {"a": "vice_president"}, "classes": {"a": "company"}, "body": {}}) == [
        "vice_president",
        "company",
        "body",
    ]


def test_names():
    assert name_under(ACG, VICE) == "单位会员（副会长单位）"
    assert name_under(ACG, PERSON) == "个人会员"
    assert name_under(DEPUTIES, VICE) == "单位会员（vice_president）"


def test_no_limit_differs_from_itself_wherever_it_is_written():
    text = preset_text("acg")
    limit = 'deadline = { n = 10, unit = "workday", from = "decision.approved" }'
    reworded = limit.replace(" }", ', note = "说明" }')
    assert list(changed_deadlines(ACG, ACG)) == []
    assert list(changed_deadlines(ACG, load(swapped(text, (limit, reworded))))) == []


def test_limits_that_differ_by_step():
    limit = 'deadline = { n = 10, unit = "workday", from = "decision.approved" }'
    new = load(swapped(preset_text("acg"), (limit, limit.replace("10", "5"))))

    (changed,) = changed_deadlines(ACG, new)
    assert (changed.workflow, changed.before.n, changed.after.n) == ("admission", 10, 5)
    assert changed.sources[0].document == "acg"
    (back,) = changed_deadlines(new, ACG)
    assert (back.before.n, back.after.n) == (5, 10)


def test_a_limit_that_goes_with_its_workflow_has_nothing_after():
    gone = [c for c in changed_deadlines(ACG, preset("gen6")) if c.workflow == "registration_initial"]
    assert gone
    assert all(c.after is None and c.before is not None for c in gone)
    assert all(c.sources[0].document == "acg" for c in gone)


def test_the_tiers_that_a_registry_leans_on():
    assert list(tiers_named(preset("servicepool"))) == ["council"]
    assert {source.key for source in tiers_named(preset("servicepool"))["council"]} == {"5.7", "10.1"}
    assert tiers_named(preset("safety")) == {}
    assert tiers_named(ACG) == {}
