"""The file of a member: chained, signed, append-only, and the same answer from SQL as from the fold."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from members.actions import checkpoints
from members.models import Membership, MembershipEvent, Party, Registration, TierSpan
from members.rules.standing import Event, EventKind, standing
from tests import world

pytestmark = pytest.mark.django_db


def event_of(row: MembershipEvent) -> Event:
    until = row.facts.get("until")
    return Event(
        kind=EventKind(row.kind),
        effective_on=row.effective_on,
        seq=row.seq,
        class_id=row.facts.get("class_id", ""),
        tier=row.facts.get("tier"),
        number=row.facts.get("number", ""),
        until=date.fromisoformat(until) if until else None,
        voids=row.voids.seq if row.voids else None,
    )


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """The table without its triggers: what somebody with the database's password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its foreign keys wait
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def member(db):
    world.found()
    world.registered()
    return Membership.objects.get()


def test_history_of_a_whole_path_is_whole(member, capsys):
    checkpoints.make(on=world.REGISTERED)

    call_command("verify_history")

    assert "2 events, 1 checkpoints, 0 seals: whole" in capsys.readouterr().out


def test_database_refuses_to_change_or_delete_an_event(member):
    event = MembershipEvent.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipEvent.objects.filter(pk=event.pk).update(effective_on=date(2020, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipEvent.objects.filter(pk=event.pk).delete()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"hashed": '{"kind":"joined"}'}, "text was changed"),
        ({"effective_on": date(2020, 1, 1)}, "differ from what was hashed"),
        ({"hash": "0" * 64}, "text was changed"),
    ],
)
def test_tampering_is_found(member, capsys, change, fault):
    first = MembershipEvent.objects.order_by("seq").first()
    with unguarded("members_membershipevent"):
        if "hashed" in change:
            change = {"hashed": first.hashed.replace("2026-09-15", "2026-09-14")}
        MembershipEvent.objects.filter(pk=first.pk).update(**change)

    with pytest.raises(CommandError):
        call_command("verify_history")
    assert fault in capsys.readouterr().err


def test_cutting_off_the_end_of_a_chain_is_found_by_the_checkpoint(member, capsys):
    checkpoints.make(on=world.REGISTERED)
    last = MembershipEvent.objects.order_by("seq").last()
    first = MembershipEvent.objects.order_by("seq").first()
    with unguarded("members_membershipevent"):
        MembershipEvent.objects.filter(pk=last.pk).delete()
    Membership.objects.filter(pk=member.pk).update(head_seq=first.seq, head_hash=first.hash)

    with pytest.raises(CommandError):
        call_command("verify_history")
    assert "is not there any more" in capsys.readouterr().err


def test_checkpoint_is_made_once_a_day_and_exported(member, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        first = checkpoints.make(on=world.REGISTERED)
    second = checkpoints.make(on=world.REGISTERED)

    assert first.pk == second.pk
    assert (tmp_path / "checkpoints" / "2026-09-29.json").exists()


def test_history_holds_no_name_and_no_identity_number(member):
    party = member.party
    text = "".join(MembershipEvent.objects.values_list("hashed", flat=True))
    assert party.name not in text
    assert world.USCC not in text


DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(
    starts=DAYS,
    length=st.none() | st.integers(1, 600),
    registered=st.none() | st.integers(0, 300),
    suspended=st.none() | st.tuples(st.integers(0, 300), st.none() | st.integers(1, 200)),
    ask=DAYS,
)
def test_sql_standing_is_the_fold(starts, length, registered, suspended, ask):
    """The projection and the pure rule give one answer, whatever happened when."""
    until = starts + timedelta(days=length) if length else None
    events = [Event(EventKind.JOINED, starts, 1, class_id="unit", tier="member")]
    with transaction.atomic():
        party = Party.objects.create(kind="unit", name="甲")
        membership = Membership.objects.create(party=party, class_id="unit", starts_on=starts, until=until)
        TierSpan.objects.create(membership=membership, tier="member", from_on=starts)
        if registered is not None:
            done = starts + timedelta(days=registered)
            if until is None or done < until:
                _register(membership, done)
                events.append(Event(EventKind.REGISTERED, done, 2, until=done + timedelta(days=365)))
        if suspended is not None:
            first = starts + timedelta(days=suspended[0])
            last = first + timedelta(days=suspended[1]) if suspended[1] else None
            if until is None or first < until:
                Membership.objects.filter(pk=membership.pk).update(suspended_from=first, suspended_until=last)
                events.append(Event(EventKind.SUSPENDED, first, 3, until=last))
        if until is not None:
            events.append(Event(EventKind.LEFT, until - timedelta(days=1), 4))

        row = Membership.objects.standing(ask).get(pk=membership.pk)
        assert row.standing == standing(events, ask).status
        transaction.set_rollback(True)


def _register(membership: Membership, on: date) -> None:
    from association.actions import decisions
    from association.actors import SYSTEM
    from association.decisions import passed, setting
    from association.models import Case

    case = Case.objects.create(kind="registration_initial", opened_on=on)
    record = decisions.record(passed("registered", setting("test")), kind="test", version_id=None, by=SYSTEM, on=on)
    Registration.objects.create(
        case=case,
        membership=membership,
        kind="initial",
        accepted_on=on,
        paid_through_year=on.year,
        completed_on=on,
        valid_from=on,
        valid_until=on + timedelta(days=365),
        decision=record,
    )
