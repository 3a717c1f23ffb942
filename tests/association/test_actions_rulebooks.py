"""A rulebook is stored for good and adopted under a resolution of a body that it names."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Adoption, Body, RulebookVersion
from association.rulebook import load, preset_text
from tests import world

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 1)


@pytest.fixture
def acg(db) -> RulebookVersion:
    profile.set_up("北京二次元文化创意协会")
    text = preset_text("acg")
    bodies.sync(load(text))
    return rulebooks.store(text, by=SYSTEM)


def passed(body: str, number: str = "1号", on: date = TODAY):
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "会议", held_on=on)
    return resolutions.pass_bare(resolutions.draft(meeting, number, "关于办法的决议", by=SYSTEM), on=on)


def adopt(version, *, resolution=None, effective_from=TODAY):
    return rulebooks.adopt(version, effective_from=effective_from, resolution=resolution, by=SYSTEM, on=TODAY)


def code(refusal) -> str:
    return refusal.value.decision.reasons[0].code


def test_the_same_text_is_one_version(acg):
    assert rulebooks.store(preset_text("acg"), by=SYSTEM).pk == acg.pk


def test_a_stored_version_never_changes(acg):
    with pytest.raises(IntegrityError), transaction.atomic():
        RulebookVersion.objects.filter(pk=acg.pk).update(title="改名")


def test_another_encoding_of_the_same_document_gets_the_next_revision(acg):
    again = rulebooks.store(preset_text("acg") + "\n# 更正编码\n", by=SYSTEM)

    assert (again.document_version, again.encoding) == (acg.document_version, 2)


@pytest.mark.rule("ACG-45")
def test_adoption_needs_a_passed_resolution(acg):
    with pytest.raises(Refused) as refusal:
        adopt(acg)
    assert code(refusal) == "adoption_needs_resolution"

    meeting = resolutions.hold_meeting(Body.objects.get(key="council"), "会议", held_on=TODAY)
    with pytest.raises(Refused) as refusal:
        adopt(acg, resolution=resolutions.draft(meeting, "草案", "未通过", by=SYSTEM))
    assert code(refusal) == "adoption_needs_resolution"


@pytest.mark.rule("ACG-45")
def test_adoption_needs_a_body_that_the_rulebook_allows(acg):
    with pytest.raises(Refused) as refusal:
        adopt(acg, resolution=passed("members_assembly"))
    assert code(refusal) == "adoption_by_another_body"

    assert adopt(acg, resolution=passed("standing_council", "2号")).effective_from == TODAY


def test_rulebook_is_in_force_from_its_day(acg):
    adopt(acg, resolution=passed("council"), effective_from=date(2024, 5, 20))

    assert queries.rulebook_on(date(2024, 5, 20)).id == "acg"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2024, 5, 19))


def test_later_adoption_is_refused_where_a_decision_would_fall_under_it(db):
    world.found()
    world.submitted()
    version = rulebooks.store(preset_text("acg") + "\n# 更正编码\n", by=SYSTEM)

    with pytest.raises(Refused) as refusal:
        adopt(version, effective_from=world.SUBMITTED)
    assert code(refusal) == "decisions_made_since"

    day_after = date(2026, 9, 16)
    adopt(version, effective_from=day_after)
    assert queries.governing(world.SUBMITTED).version_id != version.pk
    assert queries.governing(day_after).version_id == version.pk


def test_case_keeps_the_version_it_was_submitted_under(db):
    world.found()
    application = world.submitted()
    version = rulebooks.store(preset_text("acg") + "\n# 更正编码\n", by=SYSTEM)
    adopt(version, effective_from=date(2026, 9, 16))

    registration = world.noticed(application)

    assert application.case.version_id != version.pk
    assert registration.case.version_id == version.pk


def test_adoption_in_this_process_is_seen_at_once(acg):
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(TODAY)
    adopt(acg, resolution=passed("council"))

    assert queries.rulebook_on(TODAY).digest == acg.digest


def test_adoption_rolled_back_is_not_remembered(acg):
    resolution = passed("council")
    with transaction.atomic():
        adopt(acg, resolution=resolution)
        assert queries.rulebook_on(TODAY).id == "acg"
        transaction.set_rollback(True)

    assert not Adoption.objects.exists()
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(TODAY)


def test_rulebook_on_costs_one_read_by_key_once_known(acg, django_assert_num_queries):
    adopt(acg, resolution=passed("council"))
    queries.rulebook_on(TODAY)

    with django_assert_num_queries(1):
        queries.rulebook_on(TODAY)
