"""Bodies come from the rulebook; the installation says who sits in them and for which term."""

from datetime import date

from django.db import transaction

from association.actions import profile
from association.models import Body, Seat, Term, User
from association.rulebook.schema import Rulebook


def sync(rulebook: Rulebook) -> None:
    """Have a row for every body that the rulebook names. Bodies of earlier versions stay: records refer to them."""
    for key, body in rulebook.bodies.items():
        Body.objects.update_or_create(key=key, defaults={"name": body.name, "kind": body.kind})
    profile.touch()


@transaction.atomic
def seat(user: User, body: Body, *, on: date) -> Seat:
    """Let the account act for the body from ``on``."""
    seat, _ = Seat.objects.get_or_create(user=user, body=body, until=None, defaults={"from_on": on})
    return seat


@transaction.atomic
def open_term(body: Body, number: int, *, from_on: date, until: date) -> Term:
    """Record a term of office: first day, and the day after its planned last one."""
    term, _ = Term.objects.update_or_create(body=body, number=number, defaults={"from_on": from_on, "until": until})
    profile.touch()
    return term
