"""Who would lose a place, change it or be called something else; certificates in hand; who all members are."""

from datetime import date, timedelta

import pytest

from association import ports
from association.impacts import impact
from association.phrases import sentence
from association.rulebook import preset_text
from members.actions import tiers
from members.impacts import held_by_grade, held_from, held_on
from members.models import Certificate, Membership, PartyAccess, TierSpan
from tests import world
from tests.adopted import NEXT, founded, member, named, swapped, with_deputies, with_individuals

pytestmark = pytest.mark.django_db

EVE = NEXT - timedelta(1)


def of(area: str, text, on: date = NEXT, **asked):
    return [one for one in impact(text, on=on, **asked) if one.area == area]


def places(counts) -> dict[str, int]:
    return {place.key: number for place, number in counts.items()}


class TestPlaces:
    def test_on_a_day_and_from_a_day(self):
        founded()
        member("person")
        member(tier="council")
        member(tier="council")
        gone = member(tier="member")
        Membership.objects.filter(pk=gone.pk).update(until=NEXT)
        coming = member(tier="member", since=NEXT)
        rising = member(tier="member")
        TierSpan.objects.filter(membership=rising).update(until=date(2027, 6, 1))
        TierSpan.objects.create(membership=rising, tier="president", from_on=date(2027, 6, 1))

        assert places(held_on(EVE)) == {"person/": 1, "unit/council": 2, "unit/member": 2}
        assert places(held_on(NEXT)) == {"person/": 1, "unit/council": 2, "unit/member": 2}
        assert places(held_on(date(2027, 6, 1))) == {
            "person/": 1,
            "unit/council": 2,
            "unit/member": 1,
            "unit/president": 1,
        }
        assert places(held_from(NEXT)) == {"person/": 1, "unit/council": 2, "unit/member": 2, "unit/president": 1}
        assert coming.starts_on == NEXT

    def test_by_grade(self):
        founded()
        one = member("person")
        member("person")
        Membership.objects.filter(pk=one.pk).update(grade="一级")

        found = {(place.key, grade): number for (place, grade), number in held_by_grade(NEXT).items()}
        assert found == {("person/", "一级"): 1, ("person/", ""): 1}
        assert places(held_on(NEXT)) == {"person/": 2}


class TestTiersAndClasses:
    def test_a_tier_that_goes_with_its_number(self):
        founded()
        for tier in ("vice_president", "vice_president", "council"):
            member(tier=tier)

        (one,) = of("members", with_deputies())
        assert (one.reason.code, one.count, one.must_map) == ("tier_goes", 2, ("tiers", "unit/vice_president"))
        assert sentence(one.reason).startswith("2名会员为单位会员（副会长单位）")

    def test_a_class_that_goes(self):
        founded()
        member("person")

        (one,) = of("members", with_individuals())
        assert (one.reason.code, one.count, one.must_map) == ("class_goes", 1, ("classes", "person"))

    def test_once_mapped_it_is_a_change(self):
        founded()
        member(tier="vice_president")
        mapping = {"tiers": {"vice_president": "president"}}

        (one,) = of("members", with_deputies(), mapping=mapping)
        assert (one.reason.code, one.count, one.must_map) == ("place_changes", 1, None)
        assert one.reason.facts["to"] == "单位会员（会长单位）"

    def test_a_tier_that_nobody_holds_is_no_impact(self):
        founded()
        member(tier="council")

        assert of("members", with_deputies()) == []

    def test_another_name_for_the_same_tier(self):
        founded()
        member(tier="vice_president")
        text = named(swapped(preset_text("acg"), ('name = "副会长单位"', 'name = "副主席单位"')), "acg/2")

        (one,) = of("members", text)
        assert (one.reason.code, one.count, one.reason.facts["after"]) == ("place_renamed", 1, "副主席单位")

    def test_a_proposal_for_a_tier_that_goes(self, db):
        world.found()
        by = world.officer("secretariat")
        membership = member(tier="member")
        tiers.propose(membership, "vice_president", by=by, on=world.SUBMITTED)

        (one,) = of("members", with_deputies())
        assert (one.reason.code, one.count) == ("proposed_tier_goes", 1)


class TestCertificates:
    @pytest.fixture
    def certificate(self, db):
        world.found()
        return world.registered()

    def test_a_kind_that_goes_stays_in_hand(self, certificate):
        new = named(swapped(preset_text("acg"), ('id = "registration_certificate"', 'id = "member_card"')), "acg/2")

        goes, comes = of("certificates", new, on=date(2026, 12, 1))
        assert (goes.reason.code, goes.count) == ("certificate_goes", 1)
        assert (comes.reason.code, comes.count) == ("certificate_comes", 0)

    def test_another_validity_is_told(self, certificate):
        old = '[[certificates.validity]]\nregistration = "renewal"\nkind = "years"\nn = 1'
        new = named(swapped(preset_text("acg"), (old, old.replace("n = 1", "n = 2"))), "acg/2")

        (one,) = of("certificates", new, on=date(2026, 12, 1))
        assert (one.reason.code, one.count) == ("certificate_lasts_differently", 1)
        after = certificate.valid_until
        assert of("certificates", new, on=after)[0].count == 0
        assert of("certificates", new, on=after - timedelta(1))[0].count == 1

    def test_the_same_certificates_are_no_impact(self, certificate):
        assert Certificate.objects.count() == 1
        assert of("certificates", named(preset_text("acg"), "acg/2")) == []


class TestAudience:
    def test_everybody_whose_membership_runs(self):
        founded()
        user, second = world.user(), world.user()
        one, silent = member(user=user), member("person")
        PartyAccess.objects.create(party=one.party, user=second, from_on=one.starts_on)
        gone = member(user=world.user())
        Membership.objects.filter(pk=gone.pk).update(until=NEXT)
        suspended = member(user=world.user())
        Membership.objects.filter(pk=suspended.pk).update(suspended_from=EVE)
        everyone = ports.audiences["members"].everyone

        found = {addressee.key: addressee.user for addressee in everyone(NEXT)}
        assert found.keys() == {one.pk, silent.pk, suspended.pk}
        assert (found[one.pk], found[silent.pk]) == (user, None)
        assert gone.pk in {addressee.key for addressee in everyone(EVE)}
        assert list(everyone(date(2025, 2, 28))) == []

    def test_the_account_that_acts_now(self):
        founded()
        first, second = world.user(), world.user()
        one = member(user=first)
        PartyAccess.objects.filter(party=one.party).update(until=NEXT)
        PartyAccess.objects.create(party=one.party, user=second, from_on=NEXT)
        members = ports.audiences["members"]

        assert [next(members.everyone(day)).user for day in (EVE, NEXT)] == [first, second]
        assert [members.includes(first, day) for day in (EVE, NEXT)] == [True, False]
        assert not members.includes(world.user(), NEXT)

    @pytest.mark.parametrize("number", [1, 9])
    def test_in_as_many_queries_for_many(self, number, django_assert_num_queries):
        founded()
        for _number in range(number):
            member(user=world.user())
        with django_assert_num_queries(2):
            assert len(list(ports.audiences["members"].everyone(NEXT))) == number
