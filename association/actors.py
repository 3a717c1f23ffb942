"""Who acts, for which body, on whose behalf. Every action takes one as ``by``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from association.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` is ``user`` (an officer), ``applicant`` or ``system``; ``body`` the key of the body acted for;
    ``principal`` the person whose seat is acted for while they are away.
    """

    kind: str
    user: User | None = None
    body: str = ""
    on_behalf_of: str = ""
    principal: User | None = None

    @classmethod
    def officer(cls, user: User, *, body: str = "") -> Actor:
        return cls("user", user, body)

    @classmethod
    def applicant(cls, user: User, *, on_behalf_of: str = "") -> Actor:
        return cls("applicant", user, "", on_behalf_of)

    @property
    def is_person(self) -> bool:
        return self.user is not None


SYSTEM = Actor("system")
"""What may run by itself (C-20): deadlines, reminders, invoices, computed eligibility, certificates."""


def person(by: Actor) -> User:
    """The person who acts, where only a person can. Raises ``ValueError`` for the system."""
    if by.user is None:
        raise ValueError("only a person can do this")
    return by.user
