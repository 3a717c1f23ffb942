"""What a new rulebook changes in what members pay: right sums, from a handful of representatives."""

from datetime import date
from decimal import Decimal

import pytest

from association.actions import rulebooks
from association.actors import SYSTEM
from association.impacts import impact
from association.phrases import sentence
from association.rulebook import preset_text
from association.rules.money import format_yuan
from fees.models import FeeLine
from members.models import Membership
from tests import world
from tests.adopted import NEXT, member, named, resolved, stored, swapped, with_deputies, with_individuals

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 15)
FREE = '\n[[fees.free]]\nid = "persons"\nselector = { class = "person" }\nref = ["28"]\n'


@pytest.fixture(autouse=True)
def association():
    """acg with its fee standard: persons 200, units 2000, council units 5000 a year; the term runs to 2029-05-19."""
    world.found()


def text(*pairs: tuple[str, str]) -> str:
    return named(swapped(preset_text("acg"), *pairs), "acg/2")


def free() -> str:
    return text(("[[fees.waivers]]", FREE + "\n[[fees.waivers]]"))


def fees(new: str, *, on: date = NEXT, **asked):
    return [one.reason for one in impact(new, on=on, **asked) if one.area == "fees"]


def test_a_class_set_free_pays_less_each_and_in_all():
    for _number in range(3):
        member("person")
    member(tier="council")

    (less, newcomer) = fees(free())
    assert less.code == "members_pay_less"
    assert {key: less.facts[key] for key in ("count", "year", "before", "after", "sum")} == {
        "count": 3,
        "year": 2027,
        "before": "200.00",
        "after": "0.00",
        "sum": "600.00",
    }
    assert less.sources[0].key == "28"
    assert (newcomer.code, newcomer.facts["before"], newcomer.facts["after"]) == (
        "newcomers_pay_otherwise",
        "200.00",
        "0.00",
    )


def test_the_other_way_round_they_pay_more():
    on = date(2026, 12, 1)
    rulebooks.adopt(stored(free()), effective_from=on, resolution=resolved(on=on), by=SYSTEM, on=on)
    member("person", since=date(2025, 1, 1))
    member("person", since=date(2025, 1, 1))

    more = fees(named(preset_text("acg"), "acg/3"))[0]
    assert (more.code, more.facts["after"], more.facts["sum"]) == ("members_pay_more", "200.00", "400.00")
    assert "合计多交¥400.00" in sentence(more)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2027, 1, 1), 2027), (date(2026, 12, 31), 2027), (date(2027, 1, 2), 2028)]
)
def test_the_first_year_that_the_new_rules_bill(on, year):
    member("person")

    assert fees(free(), on=on)[0].facts["year"] == year


def test_who_has_the_line_of_the_year_already_keeps_its_price():
    membership = world.registered(world.paid(amount="666.67")).membership
    assert membership.class_id == "unit"
    cheaper = text(("[[fees.waivers]]", FREE.replace('"person"', '"unit"') + "\n[[fees.waivers]]"))
    (less, *_rest) = fees(cheaper)
    assert (less.code, less.facts["count"]) == ("members_pay_less", 1)

    line = FeeLine.objects.get()
    FeeLine.objects.filter(pk=line.pk).update(year=2027)
    assert "members_pay_less" not in [reason.code for reason in fees(cheaper)]
    FeeLine.objects.filter(pk=line.pk).update(voided_on=DAY)
    assert "members_pay_less" in [reason.code for reason in fees(cheaper)]


def test_proration_shows_with_newcomers_only():
    member(tier="member")
    whole = text(('method = "months"\ninclude_join_month', 'method = "none"\ninclude_join_month'))

    found = fees(whole, on=DAY)
    assert {reason.code for reason in found} == {"newcomers_pay_otherwise"}
    unit = next(reason for reason in found if "会员单位" in reason.facts["place"])
    assert (unit.facts["before"], unit.facts["after"]) == ("166.67", "2,000.00")
    assert fees(whole, on=NEXT) == []  # in January a whole year is owed either way


def test_prepayment_changes_when_not_what():
    for _number in range(2):
        member(tier="council")
    member(tier="member")
    rule = 'mandatory_for = { class = "unit", tier_at_least = "council" }\n'

    found = fees(text((rule, "")))
    assert [(r.code, r.facts["count"]) for r in found if r.code.startswith(("prepay", "members"))] == [
        ("prepayment_ends", 2)
    ]
    joining = next(r for r in found if r.code == "newcomers_pay_otherwise" and "（理事单位）" in r.facts["place"])
    assert (joining.facts["before"], joining.facts["after"]) == ("15,000.00", "5,000.00")  # 2027, 2028, 2029


def test_a_tier_without_an_amount_is_told():
    member(tier="vice_president")
    mapping = {"tiers": {"vice_president": "deputy"}}

    (untold,) = [reason for reason in fees(with_deputies(), mapping=mapping) if reason.code == "fee_untold"]
    assert (untold.facts["count"], untold.facts["to"]) == (1, "单位会员（副会长单位）")
    assert "%(" not in sentence(untold)


def test_who_is_moved_pays_as_those_they_join():
    member(tier="vice_president")

    (more,) = [
        reason
        for reason in fees(with_deputies(), mapping={"tiers": {"vice_president": "president"}})
        if reason.code.startswith("members")
    ]
    assert (more.code, more.facts["before"], more.facts["after"]) == ("members_pay_more", "20,000.00", "50,000.00")
    assert fees(with_individuals()) == []  # first say where they go


def test_those_who_have_left_pay_nothing():
    gone = member("person")
    Membership.objects.filter(pk=gone.pk).update(until=NEXT)

    assert "members_pay_less" not in [reason.code for reason in fees(free())]
    assert "members_pay_less" in [reason.code for reason in fees(free(), on=date(2026, 12, 31))]


@pytest.mark.parametrize("number", [2, 20])
def test_many_members_in_as_many_queries_as_few(number, django_assert_num_queries):
    for _number in range(number):
        member("person")
        member(tier="council")
    new = free()
    impact(new, on=NEXT)  # what the process keeps in memory
    with django_assert_num_queries(17):
        found = impact(new, on=NEXT)
    assert [one.count for one in found if one.reason.code == "members_pay_less"] == [number]
    assert [one.reason.facts["sum"] for one in found if one.reason.code == "members_pay_less"] == [
        format_yuan(Decimal(200) * number)
    ]
