"""A fee standard takes effect under a resolution of the members' assembly, in time (ACG-35)."""

from datetime import date
from decimal import Decimal

import pytest

from association.actions import resolutions
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Body
from fees.actions import standards
from fees.queries import standards as in_force
from tests import world

pytestmark = pytest.mark.django_db

FROM = date(2027, 1, 1)


@pytest.fixture
def drafted(db):
    world.found()
    return standards.draft("会费标准（2027）", {("unit", "member"): Decimal("2400.00")}, effective_from=FROM)


def passed(body: str, on: date):
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "会议", held_on=on)
    decides = "fee_standard" if body == "members_assembly" else "ordinary"
    drafted = resolutions.draft(
        meeting, f"{body}{on}", "会费标准", decides=decides, taken_from="档案室会议卷", by=SYSTEM
    )
    return resolutions.pass_bare(drafted, on=on)


def code(refusal) -> str:
    return refusal.value.decision.reasons[0].code


@pytest.mark.rule("ACG-35")
@pytest.mark.parametrize(
    ("body", "on", "expected"),
    [
        (None, None, "standard_needs_resolution"),
        ("council", date(2026, 11, 1), "standard_by_another_body"),
        ("members_assembly", date(2027, 1, 2), "standard_before_resolution"),
    ],
)
def test_standard_is_refused_with_the_article(drafted, body, on, expected):
    resolution = passed(body, on) if body else None
    with pytest.raises(Refused) as refusal:
        standards.activate(drafted, resolution, by=SYSTEM, on=date(2027, 1, 2))

    assert code(refusal) == expected
    assert "35" in {source.key for source in refusal.value.decision.sources}


@pytest.mark.rule("ACG-35")
def test_standard_of_the_assembly_prices_what_arises_from_its_day(drafted):
    standards.activate(drafted, passed("members_assembly", FROM), by=SYSTEM, on=FROM)

    known = {standard.effective_from: standard.amounts[("unit", "member")] for standard in in_force()}
    assert known == {date(2024, 5, 20): Decimal("2000.00"), FROM: Decimal("2400.00")}
