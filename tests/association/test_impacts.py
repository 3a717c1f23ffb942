"""What a new rulebook changes for cases under way and for those to come; the versions of a document."""

from datetime import date, timedelta

import pytest

from association import impacts, ports, queries
from association.actions import rulebooks
from association.actors import SYSTEM
from association.impacts import impact
from association.models import Deadline
from association.phrases import sentence
from association.rulebook import RulebookInvalid, preset_text
from tests import world
from tests.adopted import FIRST, NEXT, adopted, founded, member, named, stored, swapped, with_deputies

pytestmark = pytest.mark.django_db

LIMIT = 'deadline = { n = 10, unit = "workday", from = "decision.approved" }'
FASTER = (LIMIT, LIMIT.replace("10", "5"))


def of(area: str, text, on: date = NEXT, **asked):
    return [one for one in impact(text, on=on, **asked) if one.area == area]


class TestTheTable:
    def test_one_handler_for_each_area(self):
        assert list(ports.impacts.missing()) == list(ports.audiences.missing()) == []
        for area in impacts.AREAS:
            assert area in ports.impacts
        with pytest.raises(RuntimeError, match="two handlers"):
            ports.impacts.register("members", impacts.CaseImpacts())

    def test_the_same_rules_change_nothing(self):
        founded()
        member(tier="council")

        assert impact(preset_text("acg"), on=NEXT) == []

    def test_a_text_or_a_stored_version(self):
        founded()
        member(tier="vice_president")
        text = with_deputies()

        assert impact(text, on=NEXT) == impact(stored(text), on=NEXT) != []

    def test_a_text_with_faults_is_not_looked_at(self):
        with pytest.raises(RulebookInvalid):
            impact("schema = 1", on=NEXT)

    def test_before_the_first_rulebook_there_is_nothing_to_change(self, db):
        assert impact(preset_text("acg"), on=NEXT) == []

    def test_every_impact_cites_and_speaks(self):
        founded()
        for tier in ("vice_president", "council"):
            member(tier=tier)
        found = impact(swapped(with_deputies(), FASTER), on=NEXT)

        assert {one.area for one in found} >= {"members", "cases"}
        for one in found:
            assert one.reason.sources
            assert "%(" not in sentence(one.reason)
            assert sentence(one.reason) != one.reason.code


class TestCases:
    def test_those_under_way_keep_their_rules_and_their_days(self, db):
        world.found()
        application = world.submitted()
        before = list(Deadline.objects.values_list("pk", "due_on"))
        text = swapped(named(preset_text("acg"), "acg/2"), FASTER)

        kept, changed = of("cases", text)
        assert (kept.reason.code.startswith("cases_keep_version"), kept.count) == (True, 1)
        assert kept.reason.facts["deadlines"] == Deadline.objects.unmet().filter(case=application.case).count()
        assert list(Deadline.objects.values_list("pk", "due_on")) == before
        assert changed.reason.code == "new_cases_get_time"
        assert (changed.reason.facts["workflow"], changed.reason.facts["step_id"]) == ("admission", "notify")
        assert changed.reason.facts["before"] != changed.reason.facts["after"]
        assert "5个工作日" in sentence(changed.reason).replace(" ", "")

    def test_the_next_of_their_days_is_told(self, db):
        world.found()
        world.approved()
        due = Deadline.objects.unmet().order_by("due_on").first().due_on

        kept, *_rest = of("cases", named(preset_text("acg"), "acg/2"))
        assert (kept.reason.code, kept.reason.facts["next"]) == ("cases_keep_version", due.isoformat())

    def test_a_decided_case_is_no_case_under_way(self, db):
        world.found()
        world.resolve(world.resolution("council", world.at_council().case), "refused", note="不符合")

        assert of("cases", named(preset_text("acg"), "acg/2")) == []

    def test_a_registry_beside_it_that_loses_its_tier(self):
        founded()
        text = swapped(preset_text("servicepool"), ('tier = "council"', 'tier = "vice_president"'))
        adopted(stored(text), body="president_meeting", effective_from=date(2026, 12, 5))

        (lost,) = [one for one in of("cases", with_deputies()) if one.reason.code == "registry_loses_tier"]
        assert lost.reason.facts["tier"] == "副会长单位"
        assert {source.key for source in lost.reason.sources} == {"5.7", "10.1"}
        assert of("cases", preset_text("acg")) == []

    def test_a_registry_changes_no_members(self):
        founded()
        member(tier="council")
        adopted(stored(preset_text("servicepool")), body="president_meeting", effective_from=date(2026, 12, 5))

        assert impact(named(preset_text("servicepool"), "servicepool/2"), on=NEXT) == []


class TestVersions:
    def test_an_article_and_when_it_changed(self):
        founded()
        old = queries.rulebook_on(FIRST).article("30").text
        second = swapped(named(preset_text("acg"), "acg/2"), (old.split("\n")[0], old.split("\n")[0] + "（修订）"))
        third = named(second, "acg/3")
        adopted(stored(second))
        adopted(stored(third), effective_from=date(2028, 1, 1))

        changes = queries.article_history("", "30")
        assert [(change.version.label, change.version.effective_from) for change in changes] == [
            ("acg/2-1", NEXT),
            ("acg/1-1", FIRST),
        ]
        assert changes[0].text.startswith(old.split("\n")[0] + "（修订）")
        assert changes[1].text == old
        assert [change.version.label for change in queries.article_history("", "1")] == ["acg/1-1"]
        assert queries.article_history("", "no such article") == ()

    def test_an_article_that_came_and_went(self):
        founded()
        more = swapped(preset_text("acg"), ("[articles]\n", '[articles]\n"0.9" = "新增条文"\n'))
        adopted(stored(named(more, "acg/2")))
        adopted(stored(named(preset_text("acg"), "acg/3")), effective_from=date(2028, 1, 1))

        gone, came = queries.article_history("", "0.9")
        assert (came.version.label, came.text) == ("acg/2-1", "新增条文")
        assert (gone.version.label, gone.text, gone.label) == ("acg/3-1", None, came.label)

    def test_a_version_replaced_on_its_own_day_never_governed(self):
        founded()
        wrong = stored(named(preset_text("acg"), "acg/2"))
        right = stored(named(preset_text("acg"), "acg/3"))
        adopted(wrong)
        adopted(right)

        assert [version.label for version in queries.versions()] == ["acg/3-1", "acg/1-1"]
        assert queries.governing(NEXT).version_id == right.pk
        assert queries.versions()[1].until == NEXT

    def test_a_mended_encoding_rests_on_the_resolution_of_its_document(self):
        first = founded()
        rulebooks.adopt(
            stored(preset_text("acg") + "\n# 更正编码\n"), effective_from=NEXT, resolution=None, by=SYSTEM, on=NEXT
        )

        mended, original = queries.versions()
        assert (mended.label, original.label) == ("acg/1-2", "acg/1-1")
        assert mended.resolution == original.resolution == first.resolution.number
        assert mended.resolved_on == FIRST

    def test_are_kept_in_memory(self, django_assert_num_queries):
        founded()
        queries.versions()
        queries.newest_adoption()

        with django_assert_num_queries(1):
            queries.versions()
        with django_assert_num_queries(1):
            queries.newest_adoption()

    def test_what_a_mapping_may_answer(self):
        founded()
        member(tier="vice_president")
        version = stored(with_deputies())
        (one,) = [found for found in impact(version, on=NEXT) if found.must_map]

        assert one.must_map == ("tiers", "unit/vice_president")
        offered = dict(impacts.choices(queries.rulebook_of(version.pk), one))
        assert offered["deputy"] == "副会长单位"
        assert next(iter(offered)) == "member"
        assert of("members", version, mapping={"tiers": {"unit/vice_president": "deputy"}})[0].must_map is None
        assert of("members", version, on=NEXT - timedelta(1))[0].count == 1
