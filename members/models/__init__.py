"""Parties and memberships, one noun per file."""

from members.models.certificate import Certificate
from members.models.event import HistoryCheckpoint, MembershipEvent
from members.models.membership import Membership, TierSpan
from members.models.party import Identifier, Party, PartyAccess
from members.models.registration import Registration
from members.models.tier_change import TierChange

__all__ = [
    "Certificate",
    "HistoryCheckpoint",
    "Identifier",
    "Membership",
    "MembershipEvent",
    "Party",
    "PartyAccess",
    "Registration",
    "TierChange",
    "TierSpan",
]
