"""Who is reached by which way before anything goes out, and who is not, so that somebody calls or writes to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from association.models import DeadAddress, User
from association.models.message import Channel
from association.ports import Addressee

WAYS = (Channel.MAIL, Channel.SMS)


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom a way does not reach. ``why``: what is missing, in words."""

    one: Addressee
    why: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Accounts that each way reaches, and whom it does not."""

    counts: dict[str, int]
    unreached: dict[str, list[Unreached]] = field(default_factory=dict)


def reached(people: Iterable[Addressee], ways: Sequence[str], *, without: Collection[int] = ()) -> Reached:
    """Looks at everybody once; ``without``: accounts that are left out on purpose. Two queries, however many."""
    marks = DeadAddress.objects.filter(lifted_at=None, channel__in=ways)
    dead = {(user, way, address) for user, way, address in marks.values_list("user", "channel", "address")}
    found = Reached(dict.fromkeys((Channel.PORTAL.value, *ways), 0), {way: [] for way in ways})
    seen: set[int] = set()
    for one in people:
        if one.user is not None and (one.user.pk in without or one.user.pk in seen):
            continue
        if one.user is not None:
            seen.add(one.user.pk)
            found.counts[Channel.PORTAL] += 1
        for way in ways:
            if why := _missing(one.user, way, dead):
                found.unreached[way].append(Unreached(one, why))
            else:
                found.counts[way] += 1
    return found


def ways_of(topic: str, template: str = "") -> list[str]:
    """The outgoing ways that a notice takes: mail, and text messages where the association has them for it."""
    from association.channels.sms import rows_for

    if not settings.SMS_PROVIDER:
        return [Channel.MAIL]
    own, about = rows_for(template, topic)
    used = own or about
    return list(WAYS) if used is not None and used.is_on else [Channel.MAIL]


def _missing(user: User | None, way: str, dead: Collection[tuple[int, str, str]]) -> str:
    """What keeps the way from reaching them; empty where it does."""
    if user is None:
        return _("no account")
    address = user.email if way == Channel.MAIL else user.mobile if user.mobile_verified_at else ""
    if not address:
        return _("no e-mail address") if way == Channel.MAIL else _("no verified mobile number")
    if (user.pk, way, address.lower()) in dead:
        return _("%(address)s is known not to work") % {"address": address}
    return ""
