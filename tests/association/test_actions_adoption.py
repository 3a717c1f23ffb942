"""What an adoption meets: earlier decisions, other rulebooks, members whose place goes, two people at once."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from association import queries
from association.actions import bodies, profile, rulebooks
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Adoption, Body, DecisionRecord, RulebookVersion
from association.phrases import sentence
from association.rulebook import load, preset, preset_text
from members.models import MembershipEvent
from tests import world
from tests.adopted import (
    BEFORE,
    EVE,
    FIRST,
    NEXT,
    adopted,
    founded,
    member,
    named,
    reasons,
    refused,
    resolved,
    stored,
    swapped,
    with_deputies,
)

pytestmark = pytest.mark.django_db


class TestTheDocument:
    @pytest.mark.rule("GEN3-0.2")
    @pytest.mark.parametrize("day", [date(2007, 4, 30), date(2007, 5, 1), date(2026, 11, 21)])
    def test_a_repealed_one_is_never_adopted_and_the_error_names_the_day(self, day):
        profile.set_up("深圳证券交易所")
        bodies.sync(preset("gen3"))
        version = stored(preset_text("gen3"))

        (reason,) = reasons(version, effective_from=day, on=day, resolution=resolved("exchange", day))
        assert sentence(reason) == "《深圳证券交易所会员管理暂行办法》不能施行：已废止（2007-05-01）。"

    def test_a_repeal_to_come_ends_what_is_in_force(self):
        profile.set_up("某协会")
        version = stored(
            swapped(preset_text("acg"), ("adoptable = true", "adoptable = true\nrepealed_on = 2028-01-01"))
        )
        adopted(version, effective_from=FIRST, on=FIRST)

        assert queries.rulebook_on(date(2027, 12, 31)).id == "acg"
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(date(2028, 1, 1))
        assert refused(version, effective_from=date(2028, 1, 1)) == ["rulebook_not_adoptable"]
        assert [v.until for v in queries.versions()] == [date(2028, 1, 1)]

    @pytest.mark.rule("FIRE-17")
    def test_fire_is_in_force_from_the_day_of_its_resolution_not_before(self):
        profile.set_up("北京消防协会")
        version = stored(preset_text("fire"))
        passed = resolved("council", date(2019, 8, 21))
        asked = {"resolution": passed, "on": date(2026, 9, 1)}
        assert refused(version, effective_from=date(2019, 8, 20), **asked) == ["before_its_own_day"]

        adoption = rulebooks.adopt(version, effective_from=date(2019, 8, 21), by=SYSTEM, **asked)
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(date(2019, 8, 20))
        assert queries.rulebook_on(date(2019, 8, 21)).version == "fire/2019"
        assert adoption.resolved_on == date(2019, 8, 21)

    @pytest.mark.rule("GEN-0")
    @pytest.mark.parametrize("id", ["gen1", "gen2", "gen4", "gen5", "gen6", "gen7", "gen8"])
    def test_a_template_takes_name_resolution_and_day_from_the_association(self, id):
        profile.set_up("杭州市某某行业协会")
        version = stored(preset_text(id))
        body = next(iter(preset(id).bodies))
        assert refused(version) == ["adoption_needs_any_resolution"]

        adopted(version, body=body, effective_from=date(2026, 12, 5), on=BEFORE)
        (known,) = queries.versions()
        assert (known.association, known.resolved_on, known.effective_from) == (
            "杭州市某某行业协会",
            BEFORE,
            date(2026, 12, 5),
        )
        assert known.body == preset(id).bodies[body].name
        assert known.resolution.startswith("决")

    def test_a_document_keeps_the_name_it_was_adopted_under(self):
        founded()
        profile.set_up("改名后的协会")

        assert queries.versions()[0].association == "北京二次元文化创意协会"

    def test_bodies_that_may_adopt_are_there_as_soon_as_the_text_is_stored(self):
        profile.set_up("中国物业管理协会")
        stored(preset_text("property"))

        assert Body.objects.get(key="delegates_assembly").name == preset("property").bodies["delegates_assembly"].name
        assert set(Body.objects.values_list("key", flat=True)) == {"delegates_assembly"}


class TestTheResolution:
    @pytest.mark.rule("PROP-0.2")
    def test_a_council_is_not_enough_for_a_new_version_of_property(self):
        day = date(2019, 5, 26)
        founded("property", "delegates_assembly", day)
        version = stored(named(preset_text("property"), "property/2027"))

        assert refused(version, resolution=resolved("council", BEFORE)) == ["adoption_by_another_body"]
        assert adopted(version, body="delegates_assembly").effective_from == NEXT

    @pytest.mark.rule("PROP-0.2")
    def test_a_new_version_cannot_give_itself_to_another_body(self):
        founded("property", "delegates_assembly", date(2019, 5, 26))
        text = swapped(
            named(preset_text("property"), "property/2027"),
            ('adopted_by = ["delegates_assembly"]', 'adopted_by = ["council"]'),
        )
        version = stored(text)

        assert refused(version, resolution=resolved("council", BEFORE)) == ["adoption_by_another_body"]
        assert adopted(version, body="delegates_assembly").pk

    @pytest.mark.rule("FIRE-0.1", "ACG-45")
    @pytest.mark.parametrize(("id", "body"), [("fire", "council"), ("acg", "council"), ("acg", "standing_council")])
    def test_the_bodies_that_the_text_names(self, id, body):
        profile.set_up("某协会")
        version = stored(preset_text(id))
        other = Body.objects.create(key="somebody", name="某部", kind="department")
        assert refused(version, resolution=resolved(other.key, BEFORE)) == ["adoption_by_another_body"]

        assert adopted(version, body=body).resolution.meeting.body.key == body

    def test_a_mended_encoding_needs_none(self):
        founded()
        version = stored(preset_text("acg") + "\n# 更正编码\n")

        adoption = rulebooks.adopt(version, effective_from=NEXT, resolution=None, by=SYSTEM, on=BEFORE)
        assert (adoption.resolution, adoption.resolved_on) == (None, None)
        assert adoption.decision.reasons[0]["code"] == "rulebook_mended"

    def test_the_act_is_on_record_with_the_resolution(self):
        adoption = founded()

        assert adoption.decision.version_id == adoption.version_id
        kinds = {(source.kind, source.key) for source in adoption.decision.sources}
        assert ("resolution", adoption.resolution.number) in kinds
        assert ("article", "45") in kinds


class TestTheDay:
    def test_a_later_one_is_refused_before_and_on_the_day_of_a_decision(self, db):
        world.found()
        world.submitted(on=date(2026, 9, 15))
        version = stored(preset_text("acg") + "\n# 更正编码\n")
        latest = DecisionRecord.objects.exclude(kind__startswith="rulebook.").order_by("-on").first().on

        for day in (latest - timedelta(1), latest):
            asked = {"effective_from": day, "on": latest, "resolution": None}
            assert refused(version, **asked) == ["decisions_made_since"]
            assert reasons(version, **asked)[0].facts["latest"] == latest.isoformat()
        day = latest + timedelta(1)
        assert adopted(version, effective_from=day, on=day).effective_from == day

    def test_the_adoption_itself_is_no_such_decision(self):
        founded(on=BEFORE)
        version = stored(preset_text("acg") + "\n# 更正编码\n")

        assert adopted(version, effective_from=BEFORE, on=BEFORE).pk
        assert queries.governing(BEFORE).version_id == version.pk

    def test_the_same_version_from_the_same_day_is_one_adoption(self):
        first = founded()
        again = rulebooks.adopt(first.version, effective_from=FIRST, resolution=None, by=SYSTEM, on=BEFORE)

        assert again.pk == first.pk
        assert Adoption.objects.count() == 1

    def test_a_later_version_governs_from_its_day(self):
        founded()
        version = stored(named(preset_text("acg"), "acg/2"))
        adopted(version)

        assert queries.governing(EVE).version_id != version.pk
        assert queries.governing(NEXT).version_id == version.pk
        newer, older = queries.versions()
        assert (newer.effective_from, newer.until) == (NEXT, None)
        assert (older.effective_from, older.until) == (FIRST, NEXT)


class TestNobodyEditsIt:
    def test_neither_the_text_nor_the_adoption(self):
        adoption = founded()
        for change in (
            lambda: RulebookVersion.objects.update(text="x"),
            lambda: RulebookVersion.objects.all().delete(),
            lambda: Adoption.objects.update(effective_from=NEXT),
            lambda: Adoption.objects.update(association="别的协会"),
            lambda: Adoption.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        Adoption.objects.filter(pk=adoption.pk).update(published_on=NEXT)


class TestRegistries:
    def test_the_membership_rulebook_comes_first(self):
        profile.set_up("湖北省安全技术防范行业协会")
        version = stored(preset_text("servicepool"))
        passed = resolved("president_meeting", BEFORE)

        assert refused(version, resolution=passed) == ["membership_rules_missing"]
        founded("gen6", "members")  # without tiers
        assert refused(version, resolution=passed) == ["tiers_not_in_membership_rules"]

    def test_its_tiers_are_those_of_the_day(self):
        founded()
        version = stored(preset_text("servicepool"))
        passed = resolved("president_meeting", BEFORE)

        adoption = rulebooks.adopt(version, effective_from=NEXT, resolution=passed, by=SYSTEM, on=BEFORE)
        assert adoption.slot == "servicepool"
        assert queries.rulebook_slots() == ("", "servicepool")
        assert queries.rulebook_on(NEXT).id == "acg"

    def test_one_that_leans_on_no_tier_needs_no_membership_rulebook(self):
        profile.set_up("北京市安全生产联合会")
        version = stored(preset_text("safety"))
        body = next(iter(preset("safety").bodies))

        assert adopted(version, body=body).slot == "safety"

    @pytest.mark.rule("SVC-21")
    def test_a_council_alone_does_not_adopt_the_service_pool(self):
        founded()
        version = stored(preset_text("servicepool"))

        assert refused(version, resolution=resolved("council", BEFORE)) == ["adoption_by_another_body"]

    def test_a_shared_body_keeps_the_name_of_the_membership_rules(self):
        founded()
        name = Body.objects.get(key="secretariat").name
        text = preset_text("servicepool")
        assert "secretariat" in load(text).bodies
        was = load(text).bodies["secretariat"].name
        version = stored(swapped(text, (f'name = "{was}"', 'name = "入库办公室"')))
        adopted(version, body="president_meeting")

        assert Body.objects.get(key="secretariat").name == name
        assert Body.objects.get(key="president_meeting").name == preset("servicepool").bodies["president_meeting"].name
        assert load(preset_text("servicepool")).bodies.keys() <= set(Body.objects.values_list("key", flat=True))


class TestTwoPeople:
    def test_the_second_has_seen_another_state(self):
        first = founded()
        seen = queries.newest_adoption()
        assert seen == first.pk
        adopted(stored(named(preset_text("acg"), "acg/2")), seen=seen)
        version = stored(named(preset_text("acg"), "acg/3"))

        assert refused(version, resolution=resolved(on=BEFORE), seen=seen) == ["adopted_meanwhile"]
        assert adopted(version, seen=queries.newest_adoption()).version_id == version.pk

    def test_nothing_was_there_to_see(self):
        profile.set_up("某协会")
        version = stored(preset_text("acg"))

        assert adopted(version, seen=0, effective_from=FIRST).pk
        other = stored(named(preset_text("acg"), "acg/2"))
        assert refused(other, resolution=resolved(on=BEFORE), seen=0) == ["adopted_meanwhile"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """On PostgreSQL, with a connection for each of two people."""

    def both(self, *acts):
        outcomes: list = []
        ready = threading.Barrier(len(acts))

        def run(act):
            try:
                ready.wait(10)
                outcomes.append(act())
            except Refused as refusal:
                outcomes.append(refusal.decision.reasons[0].code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(outcomes) == len(acts)
        return outcomes

    def test_two_versions_one_after_the_other_the_second_checked_again(self):
        founded()
        seen = queries.newest_adoption()
        two, three = (stored(named(preset_text("acg"), f"acg/{n}")) for n in (2, 3))
        first, second = resolved(on=BEFORE), resolved(on=BEFORE)

        def act(version, resolution):
            return lambda: adopted(version, resolution=resolution, seen=seen).version_id

        outcomes = self.both(act(two, first), act(three, second))
        assert outcomes.count("adopted_meanwhile") == 1
        (winner,) = [outcome for outcome in outcomes if outcome != "adopted_meanwhile"]
        assert queries.governing(NEXT).version_id == winner
        assert Adoption.objects.count() == 2

    def test_the_same_version_twice_is_one_adoption(self):
        founded()
        member(tier="vice_president")
        version, passed = stored(with_deputies()), resolved(on=BEFORE)

        def act():
            return adopted(version, resolution=passed, mapping={"tiers": {"vice_president": "deputy"}}).pk

        one, other = self.both(act, act)
        assert one == other
        assert MembershipEvent.objects.filter(kind="carried_over").count() == 1
