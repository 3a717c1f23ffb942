"""The way in, by every rulebook: conditions, papers, steps and how far their days can be told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook import preset, presets
from association.rulebook.schema import Selector
from association.rules.counting import WorkCalendar
from fees.rules.way import Condition, condition, way

CALENDAR = WorkCalendar()
SAME_DAY = preset("fire").workflow("admission").first.deadline
day = date.fromisoformat


def asked(id, class_id, on="2026-09-15", tier=None, **more):
    return way(preset(id), class_id=class_id, tier=tier, on=day(on), calendar=CALENDAR, **more)


def days(found):
    return {stop.id: stop.by and stop.by.day for stop in found.stops}


def changed(id, name, steps):
    """The rulebook with other values in the steps of a workflow, by id of the step."""
    book = preset(id)
    (flow, *others) = book.workflows[name]
    taken = tuple(step.model_copy(update=steps.get(step.id, {})) for step in flow.steps)
    flows = {**book.workflows, name: (flow.model_copy(update={"steps": taken}), *others)}
    return book.model_copy(update={"workflows": flows})


@pytest.mark.parametrize("id", presets())
def test_every_class_of_every_document_has_a_way(id):
    book = preset(id)
    for one in book.classes:
        tiers = [tier.id for tier in book.tiers_of(one.id)] or [None]
        found = way(book, class_id=one.id, tier=tiers[-1], on=date(2026, 9, 15), calendar=CALENDAR)
        assert all(part.sources for part in (*found.checks, *found.papers, *found.accepted, *found.stops))
        assert all(stop.actor and not stop.actor.isascii() for stop in found.stops)
        assert (found.begins is None) == (book.kind == "registry" or one.joined_by == "deemed")


@given(st.sampled_from(["fire", "acg", "property", "gen8"]), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_no_day_lies_before_the_application_or_before_the_step_it_waits_for(id, on):
    book = preset(id)
    one = book.classes[-1] if id == "fire" else book.classes[0]
    tier = next(iter(book.tiers_of(one.id)), None)
    found = way(book, class_id=one.id, tier=tier and tier.id, on=on, calendar=CALENDAR, fee_due="review.passed")
    told = [stop.by.day for stop in found.stops if stop.by]

    assert told == sorted(told)
    assert all(last >= on for last in told)


def test_a_step_without_a_period_ends_the_count():
    found = asked("acg", "unit", tier="member")

    assert set(days(found).values()) == {None}
    assert next(stop for stop in found.stops if stop.id == "notify").period.n == 10


def test_the_fee_is_paid_when_it_falls_due():
    assert days(asked("fire", "person"))["mail"] is None
    assert days(asked("fire", "person", fee_due="review.passed"))["mail"] == day("2026-09-18")
    assert days(asked("fire", "person", fee_due=day("2026-09-20")))["mail"] == day("2026-09-23")
    assert days(asked("fire", "person", fee_due="notice.received"))["pay"] == day("2026-09-15")


@pytest.mark.rule("PROP-6.5")
def test_a_period_of_the_fee_step_wins_over_the_fees_own_day():
    book = changed(
        "property", "admission", {"notify": {"deadline": preset("fire").workflow("admission").first.deadline}}
    )
    found = way(book, class_id="unit", tier=None, on=day("2026-09-15"), calendar=CALENDAR, fee_due=day("2026-12-31"))

    assert days(found)["pay"] == day("2026-09-29")


def test_an_optional_step_brings_nothing_about():
    same_day = preset("fire").workflow("admission").first.deadline
    optional = changed("fire", "admission", {"check": {"optional": True, "deadline": same_day}})
    found = way(
        optional, class_id="unit", tier="ordinary", on=day("2026-09-15"), calendar=CALENDAR, fee_due="review.passed"
    )

    assert days(found)["check"] == day("2026-09-15")
    assert days(found)["pay"] is None


def test_a_day_that_rests_on_an_unpublished_calendar_is_provisional():
    found = asked("fire", "person", on="2026-12-30", fee_due="review.passed")
    mailed = next(stop for stop in found.stops if stop.id == "mail")

    assert mailed.by.day == day("2027-01-05")
    assert mailed.by.provisional
    assert not found.stops[0].by.provisional


@pytest.mark.rule("ACG-21.b")
def test_how_long_the_registration_is_open():
    found = asked("acg", "unit", tier="member", on="2026-02-28")

    assert [stop.open_until and stop.open_until.day for stop in found.stops if stop.action == "pay"] == [
        day("2027-03-01")  # a year later is a Sunday
    ]


@pytest.mark.rule("INS-7.3")
def test_papers_of_a_group_stand_in_the_group_alone():
    names = [paper.name for paper in asked("insurance", "ordinary").papers]

    assert names.count("资格文件") == 2
    assert "经营业务许可证复印件" not in names


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ({}, Condition()),
        ({"class": "person"}, None),
        ({"class": "unit"}, Condition()),
        ({"tier": "council"}, None),
        ({"tier_at_least": "ordinary"}, Condition()),
        ({"category": "medical"}, Condition(category=("medical",))),
        ({"legal_form": "internal_org"}, Condition(legal_form=("internal_org",))),
        ({"class": "person", "category": "medical"}, None),
    ],
)
def test_for_whom_a_rule_is(selector, found):
    facts = {"class": "unit", "tier": "ordinary"}

    assert condition(preset("fire"), Selector.model_validate(selector), facts) == found


def test_a_category_that_is_not_offered_to_the_class():
    book = preset("insurance")
    insurer = Selector(category=("insurer",))

    assert condition(book, insurer, {"class": "statutory", "tier": None}) == Condition(category=("insurer",))
    assert condition(book, insurer, {"class": "ordinary", "tier": None}) is None
