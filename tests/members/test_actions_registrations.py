"""Registration: its window, its periods, its certificate and its announcement (ACG-21, 22, 25)."""

from datetime import date

import pytest

from association.decisions import Refused
from association.models import Announcement
from association.serials import new_serial
from members.actions import registrations
from members.models import Certificate
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


def code(refusal) -> str:
    return refusal.value.decision.reasons[0].code


@pytest.mark.rule("ACG-21.b")
@pytest.mark.parametrize(
    ("applied", "closes", "provisional"),
    [(date(2026, 3, 10), date(2027, 3, 10), True), (date(2025, 10, 4), date(2026, 10, 8), False)],
)
def test_window_of_initial_registration(applied, closes, provisional):
    rulebook = world.rulebook()
    span = registrations.window(rulebook, applied_on=applied, noticed_on=date(2026, 6, 15)).value
    assert (span.closes.day, span.closes.provisional) == (closes, provisional)


@pytest.mark.rule("ACG-21.b")
def test_window_never_closes_before_thirty_days_after_the_notice():
    span = registrations.window(world.rulebook(), applied_on=date(2025, 10, 4), noticed_on=date(2026, 9, 21)).value
    assert span.closes.day == date(2026, 10, 21)


@pytest.mark.rule("ACG-22.a", "ACG-30")
def test_registration_is_not_completed_before_the_fee_is_paid():
    registration = world.noticed()
    with pytest.raises(Refused) as refusal:
        registrations.complete(registration, by=world.officer("membership_dept"), on=world.NOTICED)

    assert code(refusal) == "fee_awaited"
    assert not Certificate.objects.exists()


@pytest.mark.rule("ACG-22.a")
def test_registration_is_completed_by_the_membership_department_only():
    registration = world.paid()
    with pytest.raises(Refused) as refusal:
        registrations.complete(registration, by=world.officer("integrity_office"), on=world.REGISTERED)
    assert code(refusal) == "not_your_body"


def test_registration_is_completed_once():
    registration = world.paid()
    by = world.officer("membership_dept")
    registrations.complete(registration, by=by, on=world.REGISTERED)
    with pytest.raises(Refused):
        registrations.complete(registration, by=by, on=world.REGISTERED)
    assert Certificate.objects.count() == 1


@pytest.mark.rule("ACG-25")
def test_publication_is_due_ten_working_days_after_completion():
    application = world.submitted(on=date(2026, 1, 12))
    registration = world.noticed(application, on=date(2026, 1, 21), resolved_on=date(2026, 1, 20))
    registration = world.paid(registration, "2000.00", on=date(2026, 2, 6))
    certificate = registrations.complete(registration, by=world.officer("membership_dept"), on=date(2026, 2, 10))

    deadline = certificate.registration.case.deadlines.get(code="publish")
    assert deadline.due_on == date(2026, 3, 2)


@pytest.mark.rule("ACG-25")
def test_announcement_holds_the_allowed_fields_only_and_is_published_once():
    certificate = world.registered()
    draft = Announcement.objects.get()
    assert set(draft.fields) == {"name", "number", "class", "tier", "field", "validity"}
    assert world.USCC not in str(draft.fields)
    assert draft.fields["validity"] == "2026年9月15日至2026年12月31日"
    by = world.officer("secretariat")

    registrations.publish(certificate.registration, by=by, on=world.REGISTERED)
    with pytest.raises(Refused):
        registrations.publish(certificate.registration, by=by, on=world.REGISTERED)

    draft.refresh_from_db()
    assert draft.published_on == world.REGISTERED


@pytest.mark.rule("ACG-13.p1")
def test_numbers_run_on_and_are_bound_to_the_code():
    first = world.approved()
    second = world.approved(world.submitted(uscc=world.USCC_OTHER, name="北京乙公司"))

    assert [each.party.number for each in (first, second)] == ["BACCA-000001", "BACCA-000002"]
    assert first.party.identifiers.get().masked == world.USCC


def test_serials_are_random_and_never_look_alike():
    serials = {new_serial() for _ in range(500)}
    assert len(serials) == 500
    assert not set("".join(serials)) & set("01IO")
