"""Bodies come from the rulebook; the installation says who sits in them and for which term."""

from datetime import date

from django.db import transaction

from association import queries
from association.actions import profile
from association.decisions import Refused, failed, setting
from association.models import Body, Seat, Term, User
from association.rulebook.schema import Rulebook


def sync(rulebook: Rulebook) -> None:
    """Have a row for every body that the rulebook names. Bodies of earlier versions stay: records refer to them.

    A key is one body: a registry's secretariat is the association's. The membership rulebook says what it is called;
    a registry rulebook names only what that one does not have.
    """
    named = _bodies_of_membership() if rulebook.kind == "registry" else frozenset()
    for key, body in rulebook.bodies.items():
        if key not in named:
            Body.objects.update_or_create(key=key, defaults={"name": body.name, "kind": body.kind})
    profile.touch()


def introduce(rulebook: Rulebook) -> None:
    """Have a row for the bodies that may adopt the rulebook, so that their meeting can be recorded before it is in
    force; for all of its bodies where it leaves open which. What is there keeps its name.
    """
    keys = rulebook.adopted_by or rulebook.bodies
    missing = [key for key in keys if key not in set(Body.objects.values_list("key", flat=True))]
    for key in missing:
        body = rulebook.bodies[key]
        Body.objects.create(key=key, name=body.name, kind=body.kind)
    if missing:
        profile.touch()


def _bodies_of_membership() -> frozenset[str]:
    """Of the latest membership rulebook, in force or to come."""
    latest = next(iter(queries.adoptions()), None)
    return frozenset(queries.rulebook_of(latest[1]).bodies) if latest else frozenset()


@transaction.atomic
def seat(user: User, body: Body, *, on: date) -> Seat:
    """Let the account act for the body from ``on``."""
    term = Term.objects.on(on).filter(body=body).first()
    seat, _ = Seat.objects.get_or_create(user=user, body=body, until=None, defaults={"from_on": on, "term": term})
    return seat


@transaction.atomic
def unseat(seat: Seat, *, until: date) -> Seat:
    """End a seat: ``until`` is the first day on which the account does not act for the body any more."""
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if seat.until is not None:
        raise Refused(failed("seat_ended", setting("seats"), until=seat.until.isoformat()))
    seat.until = until
    seat.save(update_fields=["until"])
    return seat


@transaction.atomic
def open_term(body: Body, number: int, *, from_on: date, until: date, changed_over_on: date | None = None) -> Term:
    """Record a term of office: first day, and the day after its planned last one. ``changed_over_on``: of an earlier
    term, when the next one took over. While a term runs no other begins: see :mod:`association.actions.terms`.
    """
    running = Term.objects.filter(body=body, changed_over_on__isnull=True).exclude(number=number).first()
    if running is not None and (changed_over_on is None or changed_over_on > running.from_on):
        facts = {"body": str(body), "number": running.number}
        raise Refused(failed("term_runs", setting("terms"), **facts))
    term, _ = Term.objects.update_or_create(
        body=body, number=number, defaults={"from_on": from_on, "until": until, "changed_over_on": changed_over_on}
    )
    profile.touch()
    return term
