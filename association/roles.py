"""Roles: what people are to the association, what each is for, and where it lives (角色).

What a role may is data of the site (``portal/roles.py``) and held as a group of permissions under the role's key. A
granted role holds between two days; a seat gives its role while it is held; a relation gives nothing at the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from association.models import DecisionRecord, RoleGrant, Seat, User


class Home(StrEnum):
    """Where it is written down that somebody has the role."""

    GRANT = "grant"
    SEAT = "seat"
    RELATION = "relation"


@dataclass(frozen=True, slots=True)
class Role:
    """``kinds``: of the bodies whose seats give the role. ``where``: for a relation, what says so."""

    key: str
    name: Any
    what: Any
    home: Home = Home.GRANT
    kinds: tuple[str, ...] = ()
    where: Any = ""


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "applicant",
            _("applicant"),
            _("Fills in an application, sees where it stands, pays. Sees nothing of others."),
            Home.RELATION,
            where=_("Everybody who has an account; the application names it."),
        ),
        Role(
            "representative",
            _("member's representative"),
            _("Acts for a member: its file, certificate, fees, comments on drafts of the rules."),
            Home.RELATION,
            where=_("The account that applied for the member, or claimed its file."),
        ),
        Role(
            "unit_staff",
            _("unit's staff"),
            _("Works on what a unit sends in, under the unit's account."),
            Home.RELATION,
            where=_("The unit's own account; the unit answers for who uses it."),
        ),
        Role(
            "unit_finance",
            _("unit's finance person"),
            _("Pays the unit's invoices and takes receipts, under the unit's account."),
            Home.RELATION,
            where=_("The unit's own account; the unit answers for who uses it."),
        ),
        Role(
            "secretary_general",
            _("secretary-general"),
            _("Everything that the secretariat does, reads all, opens and closes accounts, grants roles."),
        ),
        Role(
            "secretariat",
            _("secretariat"),
            _("Daily work: applications, meetings, announcements, rules, messages. Departments by their seats."),
        ),
        Role("finance", _("finance"), _("Records and confirms payments, keeps accounts and fee standards.")),
        Role("expert", _("expert"), _("Judges what is put before them; sees the rules, no member's file.")),
        Role("legal_adviser", _("legal adviser"), _("Reads rules, resolutions, decisions and sanctions.")),
        Role("supervisor", _("supervising authority (reads only)"), _("Reads what the association does and decided.")),
        Role("auditor", _("auditor (reads only)"), _("Reads everything, the money included.")),
        Role(
            "council_member",
            _("council member"),
            _("Reads what is put before the body, its meetings and resolutions."),
            Home.SEAT,
            ("council", "standing_council"),
        ),
        Role(
            "branch_officer",
            _("branch officer"),
            _("Acts in the steps that are the branch's; reads rules and announcements."),
            Home.SEAT,
            ("branch",),
        ),
    )
}

GRANTABLE = tuple(key for key, role in ROLES.items() if role.home is Home.GRANT)
BY_SEAT = tuple(role for role in ROLES.values() if role.home is Home.SEAT)


def name(key: str) -> str:
    return str(ROLES[key].name) if key in ROLES else key


@dataclass(frozen=True, slots=True)
class Held:
    """One role somebody has: since when, until when (not included), from which seat or grant, by whose decision."""

    role: Role
    from_on: date
    until: date | None
    seat: Seat | None = None
    grant: RoleGrant | None = None

    @property
    def decision(self) -> DecisionRecord | None:
        return self.grant.decision if self.grant else None


def grants_on(user: User, on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.on(on).filter(user=user)


def granted(user: User, on: date) -> frozenset[str]:
    """Keys of the roles that the account was granted and has on the day."""
    return frozenset(grants_on(user, on).values_list("role", flat=True))


def held_on(user: User, on: date) -> list[Held]:
    """What the account is on the day, grants first."""
    found = [
        Held(ROLES[grant.role], grant.from_on, grant.until, grant=grant)
        for grant in grants_on(user, on).select_related("decision__actor", "ending__actor")
        if grant.role in ROLES
    ]
    for seat in Seat.objects.on(on).filter(user=user).select_related("body"):
        found += [Held(role, seat.from_on, seat.until, seat=seat) for role in BY_SEAT if seat.body.kind in role.kinds]
    return found
