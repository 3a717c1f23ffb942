"""Members whose tier or class a new rulebook does not have: mapped, or the adoption waits."""

from datetime import date, timedelta

import pytest

from association import impacts
from association.actions import consultations, rulebooks
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Adoption, Job
from association.phrases import sentence
from association.rulebook import preset_text
from association.rules.comparing import Place
from members.actions import history
from members.models import Membership, MembershipEvent, TierSpan
from tests import world
from tests.adopted import (
    BEFORE,
    EVE,
    NEXT,
    adopted,
    founded,
    kept,
    member,
    named,
    reasons,
    refused,
    resolved,
    stored,
    told,
    with_deputies,
    with_individuals,
)

pytestmark = pytest.mark.django_db


class TestMembersWhosePlaceGoes:
    def test_refused_until_each_tier_is_mapped(self):
        founded()
        for tier in ("vice_president", "vice_president", "council"):
            member(tier=tier)
        version = stored(with_deputies())
        passed = resolved(on=BEFORE)

        assert refused(version, resolution=passed) == ["tier_unmapped"]
        (reason,) = reasons(version)
        assert reason.facts["key"] == "unit/vice_president"
        assert reason.facts["count"] == 2
        assert "2名会员为单位会员（副会长单位）" in sentence(reason)
        wrong = {"tiers": {"vice_president": "nothing"}}
        assert refused(version, resolution=passed, mapping=wrong) == ["mapping_unknown"]
        assert refused(version, resolution=passed, mapping={"tier": {}}) == ["mapping_unknown"]
        assert not MembershipEvent.objects.filter(kind="carried_over").exists()

    def test_all_places_without_an_answer_are_named_at_once(self):
        founded()
        member(tier="vice_president")
        member("person")
        version = stored(with_deputies(with_individuals().replace('version = "acg/2"', 'version = "acg/1"')))

        assert refused(version, resolution=resolved(on=BEFORE)) == ["class_unmapped", "tier_unmapped"]
        mapping = {"classes": {"person": "individual"}}
        assert refused(version, resolution=resolved(on=BEFORE), mapping=mapping) == ["tier_unmapped"]

    def test_nobody_there_nothing_to_map(self):
        founded()
        gone = member(tier="vice_president")
        Membership.objects.filter(pk=gone.pk).update(until=NEXT)  # its last day is the eve

        assert adopted(stored(with_deputies())).mapping == {}
        assert kept(gone, EVE) == ("unit", "vice_president")

    def test_mapped_members_change_on_the_day_in_lists_and_in_their_files(self):
        founded()
        moved, stayed = member(tier="vice_president"), member(tier="council")
        adoption = adopted(stored(with_deputies()), mapping={"tiers": {"vice_president": "deputy"}})

        assert kept(moved, EVE) == ("unit", "vice_president")
        assert kept(moved, NEXT) == ("unit", "deputy")
        assert (told(moved, EVE).tier, told(moved, NEXT).tier) == ("vice_president", "deputy")
        assert kept(stayed, NEXT) == ("unit", "council")
        (event,) = MembershipEvent.objects.filter(kind="carried_over")
        assert (event.membership_id, event.effective_on) == (moved.pk, NEXT)
        assert event.decision_id == adoption.decision_id
        assert ("resolution", adoption.resolution.number) in {(s.kind, s.key) for s in event.decision.sources}
        assert adoption.mapping == {"tiers": {"vice_president": "deputy"}}

    def test_a_change_of_tier_to_come_is_carried_over_too(self):
        founded()
        later = date(2027, 6, 1)
        one = member(tier="council")
        TierSpan.objects.filter(membership=one).update(until=later)
        TierSpan.objects.create(membership=one, tier="vice_president", from_on=later)
        adopted(stored(with_deputies()), mapping={"tiers": {"vice_president": "deputy"}})

        assert [kept(one, day)[1] for day in (NEXT, later - timedelta(1), later)] == ["council", "council", "deputy"]

    def test_a_key_may_name_the_class(self):
        founded()
        one = member(tier="vice_president")
        adopted(stored(with_deputies()), mapping={"tiers": {"unit/vice_president": "president"}})

        assert kept(one, NEXT) == ("unit", "president")

    def test_a_class_changes_in_the_list_when_its_day_has_come(self, clock):
        founded()
        one = member("person")
        clock("2026-12-01")
        adopted(stored(with_individuals()), mapping={"classes": {"person": "individual"}})

        assert (told(one, EVE).class_id, told(one, NEXT).class_id) == ("person", "individual")
        assert kept(one, EVE) == ("person", "")
        clock("2026-12-31")
        world.run_jobs()
        assert kept(one, EVE) == ("person", "")
        clock("2027-01-01")
        world.run_jobs()
        assert kept(one, NEXT) == ("individual", "")
        assert MembershipEvent.objects.filter(kind="carried_over").count() == 1

    def test_an_adoption_of_today_changes_the_class_at_once(self):
        founded()
        one = member("person")
        adopted(
            stored(with_individuals()), mapping={"classes": {"person": "individual"}}, effective_from=NEXT, on=NEXT
        )

        assert kept(one, NEXT) == ("individual", "")
        assert not Job.objects.filter(kind=rulebooks.CARRY_OVER).exists()

    def test_who_joins_before_the_day_is_carried_over_on_it(self, clock):
        founded()
        clock("2026-12-01")
        member(tier="vice_president")
        adopted(stored(with_deputies()), mapping={"tiers": {"vice_president": "deputy"}})
        late = member(tier="vice_president", since=date(2026, 12, 20))
        clock("2027-01-01")
        world.run_jobs()

        assert (kept(late, EVE)[1], kept(late, NEXT)[1]) == ("vice_president", "deputy")
        assert told(late, NEXT).tier == "deputy"
        world.run_jobs()
        rulebooks.carry_over(Adoption.objects.latest("pk").pk, on=NEXT)
        assert MembershipEvent.objects.filter(kind="carried_over").count() == 2

    def test_somebody_without_an_answer_on_the_day_leaves_the_job_open(self, clock):
        founded()
        clock("2026-12-01")
        adoption = adopted(stored(with_deputies()))
        member(tier="vice_president", since=date(2026, 12, 20))

        with pytest.raises(Refused) as refusal:
            rulebooks.carry_over(adoption.pk, on=NEXT)
        assert refusal.value.decision.reasons[0].code == "tier_unmapped"

    def test_a_class_that_gains_tiers_begins_at_the_lowest(self):
        founded("gen6", "members")
        one = member("person")
        tiers = (
            '\n[[tiers]]\nid = "senior"\nname = "高级会员"\nclass = "person"\nrank = 2\nref = ["8"]\n'
            '\n[[tiers]]\nid = "plain"\nname = "普通会员"\nclass = "person"\nrank = 1\nref = ["8"]\n'
        )
        text = named(preset_text("gen6"), "gen6/2").replace("[[acceptances]]", tiers + "\n[[acceptances]]", 1)
        version = stored(text)
        consultations.open(version, by=SYSTEM, on=date(2026, 11, 2))
        adopted(version, body="members", on=BEFORE)

        assert kept(one, EVE) == ("person", "")
        assert kept(one, NEXT) == ("person", "plain")

    def test_where_a_case_under_the_old_rules_leads(self):
        old = founded().version_id
        member(tier="vice_president")
        new = adopted(stored(with_deputies()), mapping={"tiers": {"vice_president": "deputy"}}).version_id
        place = Place("unit", "vice_president")

        assert impacts.place_now(place, version_id=old, day=EVE) == place
        assert impacts.place_now(place, version_id=old, day=NEXT) == Place("unit", "deputy")
        deputy = Place("unit", "deputy")
        assert impacts.place_now(deputy, version_id=new, day=NEXT) == deputy
        council = Place("unit", "council")
        assert impacts.place_now(council, version_id=old, day=NEXT) == council

    def test_another_version_is_not_slipped_under_members_who_were_moved(self):
        founded()
        member(tier="vice_president")
        adopted(stored(with_deputies()), mapping={"tiers": {"vice_president": "deputy"}})
        version = stored(named(preset_text("acg"), "acg/3"))

        assert refused(version, effective_from=EVE, resolution=resolved(on=BEFORE)) == ["members_moved_since"]

    def test_nobody_is_carried_over_into_a_gap_between_versions(self):
        founded()
        member(tier="vice_president")
        adopted(stored(named(preset_text("acg"), "acg/3")), effective_from=date(2028, 1, 1))
        version = stored(with_deputies())

        mapping = {"tiers": {"vice_president": "deputy"}}
        assert refused(version, resolution=resolved(on=BEFORE), mapping=mapping) == ["later_version_waits"]
        assert adopted(version, mapping=mapping, effective_from=date(2028, 1, 1)).pk

    @pytest.mark.parametrize("number", [3, 25])
    def test_many_members_in_as_many_queries_as_few(self, number, django_assert_num_queries):
        founded()
        for _number in range(number):
            member(tier="vice_president")
        version, passed = stored(with_deputies()), resolved(on=BEFORE)
        asked = {"effective_from": NEXT, "resolution": passed, "on": BEFORE}
        asked["mapping"] = {"tiers": {"vice_president": "deputy"}}
        assert rulebooks.check_adoption(version, **asked).passed  # reads what the process keeps in memory
        with django_assert_num_queries(69):
            rulebooks.adopt(version, by=SYSTEM, **asked)

        assert MembershipEvent.objects.filter(kind="carried_over", effective_on=NEXT).count() == number
        one = Membership.objects.first()
        last = MembershipEvent.objects.filter(membership=one).order_by("seq").last()
        assert (one.head_seq, one.head_hash) == (2, last.hash)
        assert last.hash == history.link(last.hashed)
