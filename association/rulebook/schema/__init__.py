"""The language of a rulebook, typed and frozen. Absent sections are switched off (C-21)."""

from .base import (
    EVERYONE,
    WHOLE_DOCUMENT,
    Condition,
    EventDate,
    FixedDate,
    Part,
    Period,
    PeriodDate,
    Rule,
    Selector,
    Threshold,
    Validity,
    Window,
)
from .document import Article, Body, Calendar, Meta, Profile, Ratification, Reference
from .eligibility import Check, Eligibility
from .governance import ReminderRule
from .joining import Acceptance, Category, Document, FormField, MemberClass, Refusal, Step, Tier, Workflow
from .money import Fees, Memo, Prepayment, Proration, Receipt, Waiver
from .rights import Benefit
from .root import Rulebook, Silent
from .standing import AnnouncementRule, Ban, Certificate, Rung, Sanctions, Size

__all__ = [
    "EVERYONE",
    "WHOLE_DOCUMENT",
    "Acceptance",
    "AnnouncementRule",
    "Article",
    "Ban",
    "Benefit",
    "Body",
    "Calendar",
    "Category",
    "Certificate",
    "Check",
    "Condition",
    "Document",
    "Eligibility",
    "EventDate",
    "Fees",
    "FixedDate",
    "FormField",
    "MemberClass",
    "Memo",
    "Meta",
    "Part",
    "Period",
    "PeriodDate",
    "Prepayment",
    "Profile",
    "Proration",
    "Ratification",
    "Receipt",
    "Reference",
    "Refusal",
    "ReminderRule",
    "Rule",
    "Rulebook",
    "Rung",
    "Sanctions",
    "Selector",
    "Silent",
    "Size",
    "Step",
    "Threshold",
    "Tier",
    "Validity",
    "Waiver",
    "Window",
    "Workflow",
]
