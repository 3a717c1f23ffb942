"""The closed list of checks that a rulebook may ask of an applicant, each with its own parameters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import EVERYONE, Count, Event, Flag, Id, Ids, LegalForm, Part, Rule, Selector, Words

Record = Literal[
    "administrative_penalty", "criminal_penalty", "serious_dishonesty", "bad_record", "violation", "other"
]


class Nothing(Part):
    """A check without parameters."""


class Check(Rule):
    """``[[eligibility]]``: ``on_fail="refer"`` leaves a failed check to a person (C-24)."""

    id: Id
    name: str = ""
    selector: Selector = EVERYONE
    measured_on: Event = "application.submitted"
    recheck_on: tuple[Event, ...] = ()
    on_fail: Literal["reject", "refer"] = "reject"
    message: str = ""


class DeclarationParams(Part):
    """The applicant ticks ``question``; any answer but ``answer`` fails."""

    question: Words
    answer: Flag


class JudgedParams(Part):
    question: Words


class DocumentParams(Part):
    document: Id
    checksum: Literal["GB11643", "GB32100"] | None = None


class LegalFormParams(Part):
    allow: tuple[LegalForm, ...] = ()
    deny: tuple[LegalForm, ...] = ()
    refer: tuple[LegalForm, ...] = ()


class RegionParams(Part):
    """``prefix`` of the region in the credit code (characters 3 to 8); ``list`` names registrars instead."""

    prefix: tuple[Annotated[str, Field(pattern=r"^\d{2,6}$")], ...] = ()
    list: tuple[Words, ...] = ()
    mismatch: Literal["refer", "reject"] = "refer"


CodePrefix = Annotated[str, Field(pattern=r"^[0-9A-Z]{1,2}$")]


class RegistrarParams(Part):
    """First one or two characters of the credit code: 1 机构编制, 5 民政, 9 市场监管; 51 社会团体.

    ``refer`` are left to a person, ``otherwise`` is for all others.
    """

    allow: tuple[CodePrefix, ...]
    refer: tuple[CodePrefix, ...] = ()
    otherwise: Literal["refer", "reject"] = "refer"


class CleanRecordParams(Part):
    """No record in the last ``n`` units before the day measured (C-10); ``n = 0`` means ever."""

    records: tuple[Record, ...]
    n: Count
    unit: Literal["day", "month", "year"] = "year"


class MinYearsParams(Part):
    field: Id
    n: Count


class MinCountParams(Part):
    """At least ``n`` rows of the field ``of``; with ``column``, those that have one of ``values`` in it.

    ``distinct``: rows with the same value in this column count once. ``where`` says the condition in words.
    """

    of: Id
    n: Count
    where: str = ""
    column: Id | None = None
    distinct: Id | None = None
    values: tuple[Words, ...] = ()


class TierParams(Part):
    """A member of at least this tier; ``active``: whose rights do not rest."""

    tier: Id
    active: Flag = False


class EmployerParams(Part):
    suspended_counts: Flag = True


class RoleParams(Part):
    role: Id


class InstitutionParams(Part):
    types: tuple[Words, ...]


class CoversParams(Part):
    """Each of ``values`` occurs in ``column`` of the rows of ``field``."""

    field: Id
    column: Id
    values: tuple[Words, ...]


class GroupParams(Part):
    """``options`` are statements the applicant ticks, ``ids`` other checks."""

    options: tuple[Words, ...] = ()
    ids: Ids = ()


class Declaration(Check):
    kind: Literal["declaration"]
    params: DeclarationParams


class Judged(Check):
    kind: Literal["judged"]
    params: JudgedParams


class DocumentValid(Check):
    kind: Literal["document_valid"]
    params: DocumentParams


class LegalFormCheck(Check):
    kind: Literal["legal_form"]
    params: LegalFormParams


class Region(Check):
    kind: Literal["region"]
    params: RegionParams


class Registrar(Check):
    kind: Literal["registrar"]
    params: RegistrarParams


class CleanRecord(Check):
    kind: Literal["clean_record"]
    params: CleanRecordParams


class MinYears(Check):
    kind: Literal["min_years"]
    params: MinYearsParams


class MinCount(Check):
    kind: Literal["min_count"]
    params: MinCountParams


class TierAtLeast(Check):
    kind: Literal["tier_at_least"]
    params: TierParams


class EmployerNotMember(Check):
    kind: Literal["employer_not_member"]
    params: EmployerParams = EmployerParams()


class NotBanned(Check):
    kind: Literal["not_banned"]
    params: Nothing = Nothing()


class NotListed(Check):
    kind: Literal["not_listed"]
    params: Nothing = Nothing()


class NotRole(Check):
    kind: Literal["not_role"]
    params: RoleParams


class InstitutionType(Check):
    kind: Literal["institution_type"]
    params: InstitutionParams


class Covers(Check):
    kind: Literal["covers"]
    params: CoversParams


class AnyOf(Check):
    kind: Literal["any_of"]
    params: GroupParams


class AllOf(Check):
    kind: Literal["all_of"]
    params: GroupParams


Eligibility = Annotated[
    Declaration
    | Judged
    | DocumentValid
    | LegalFormCheck
    | Region
    | Registrar
    | CleanRecord
    | MinYears
    | MinCount
    | TierAtLeast
    | EmployerNotMember
    | NotBanned
    | NotListed
    | NotRole
    | InstitutionType
    | Covers
    | AnyOf
    | AllOf,
    Field(discriminator="kind"),
]
