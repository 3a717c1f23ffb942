"""What the application form asks: what every association needs, then what the rulebook's rules read.

A question exists because a rule reads its answer; the form says which. Answers are kept by the question's ``key``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.decisions import Source, convention
from association.rulebook.schema import Rulebook

Words = str | Promise

LEGAL_FORMS: tuple[tuple[str, Words], ...] = (
    ("legal_person", _("legal person (company, public institution, social organisation …)")),
    ("unincorporated", _("unincorporated organisation (partnership, sole proprietorship enterprise …)")),
    ("government_organ", _("government organ")),
    ("individual_business", _("individual business")),
    ("branch", _("branch without legal personality")),
    ("other", pgettext_lazy("legal form", "other")),
)

YES_NO: tuple[tuple[str, Words], ...] = (("yes", _("yes")), ("no", _("no")))


PLAIN = {"phone": "text", "email": "text", "postcode": "text", "org_code": "text", "id_no": "text", "uscc": "text"}
"""Kinds of field that the form takes as a line of text."""

ELSEWHERE = frozenset({"photo", "rows"})
"""Kinds of field that are no question of the form: a file, a table."""


@dataclass(frozen=True)
class Question:
    """One field of the form. ``kind`` chooses the widget; ``secret`` answers are stored encrypted.

    ``shown_if``: key and value of another answer without which this one is not asked. ``latest``: the last year that
    can be meant.
    """

    key: str
    label: Words
    kind: str = "text"
    required: bool = True
    help: Words = ""
    why: Words = ""
    example: str = ""
    choices: tuple[tuple[str, Words], ...] = ()
    sources: tuple[Source, ...] = ()
    secret: bool = False
    section: str = "about"
    shown_if: tuple[str, str] | None = None
    maximum: int = 200
    latest: int | None = None

    def asked(self, answers: Mapping[str, Any]) -> bool:
        return self.shown_if is None or answers.get(self.shown_if[0]) == self.shown_if[1]


def questions(rulebook: Rulebook, class_id: str, *, year: int | None = None) -> tuple[Question, ...]:
    """Every question of the form for this class, in order. No answer names a year after ``year``."""
    unit = rulebook.member_class(class_id).kind == "unit"
    return (
        *(_unit(rulebook) if unit else _person()),
        *_fields(rulebook, class_id, year),
        *_declarations(rulebook, class_id),
        *_contact(unit),
    )


def _unit(rulebook: Rulebook) -> Iterable[Question]:
    yield Question(
        "name",
        _("Full name of the unit"),
        help=_("As on the registration certificate."),
        example="北京星野文化传媒有限公司",
        maximum=100,
    )
    yield Question(
        "uscc",
        _("Unified social credit code"),
        kind="uscc",
        help=_("18 characters, on the registration certificate."),
        why=_("It tells where and as what the unit was registered; the member number is bound to it."),
        example="91110108MA01ABCD1E",
        sources=(convention("C-23"),),
        maximum=40,
    )
    yield Question(
        "legal_form",
        _("Legal form"),
        kind="choice",
        choices=LEGAL_FORMS,
        help=_("See «type» on the registration certificate."),
        sources=_of_kind(rulebook, "legal_form"),
    )
    yield Question(
        "registrar",
        _("Registration authority"),
        help=_("As on the registration certificate."),
        example="北京市朝阳区市场监督管理局",
        sources=_of_kind(rulebook, "region"),
        maximum=80,
    )


def _person() -> Iterable[Question]:
    yield Question("name", _("Name"), help=_("As on the identity card."), maximum=60)
    yield Question(
        "id_no",
        _("Resident identity number"),
        kind="id_no",
        why=_("The member number is bound to it. It is stored encrypted, shown masked and never published."),
        sources=(convention("C-22"),),
        secret=True,
        maximum=40,
    )


def _fields(rulebook: Rulebook, class_id: str, year: int | None) -> Iterable[Question]:
    types = [t for rule in rulebook.eligibility if rule.kind == "institution_type" for t in rule.params.types]
    if any(rule.kind == "institution_type" for rule in rulebook.eligibility_for(class_id, grouped=True)):
        yield Question(
            "institution_type",
            _("Kind of institution"),
            kind="choice",
            choices=tuple((name, name) for name in dict.fromkeys(types)),
            sources=_of_kind(rulebook, "institution_type"),
        )
    for field in rulebook.fields_for(class_id):
        if field.filled_by != "applicant" or field.at != "application" or field.kind in ELSEWHERE:
            continue
        yield Question(
            f"rb_{field.id}",
            field.name,
            kind=PLAIN.get(field.kind, field.kind),
            required=field.required,
            help=field.help,
            choices=tuple((choice, choice) for choice in field.choices) or (YES_NO if field.kind == "yes_no" else ()),
            sources=field.sources(rulebook.id),
            maximum=2000 if field.kind == "long_text" else 200,
            latest=year if field.kind == "year" else None,
        )


def _declarations(rulebook: Rulebook, class_id: str) -> Iterable[Question]:
    for rule in rulebook.eligibility_for(class_id, grouped=True):
        sources = rule.sources(rulebook.id)
        if rule.kind == "clean_record":
            key = f"penalty_{rule.id}"
            yield Question(
                key, _record_question(rule), kind="choice", choices=YES_NO, sources=sources, section="declare"
            )
            asked = (key, "yes")
            yield Question(
                f"{key}_on", _("Date of the newest decision"), kind="date", section="declare", shown_if=asked
            )
            yield Question(
                f"{key}_by", _("Authority and document number"), section="declare", shown_if=asked, maximum=120
            )
        elif rule.kind == "declaration":
            yield Question(
                f"declare_{rule.id}",
                rule.params.question,
                kind="choice",
                choices=YES_NO,
                sources=sources,
                section="declare",
            )
        elif rule.kind in ("any_of", "all_of") and rule.params.options:
            yield Question(
                f"ticked_{rule.id}",
                rule.name,
                kind="choices",
                choices=tuple((option, option) for option in rule.params.options),
                help=_("Tick what is true.") if rule.kind == "all_of" else _("Tick at least one."),
                sources=sources,
                section="declare",
            )
        elif rule.kind == "document_valid":
            yield Question(
                f"expires_{rule.params.document}",
                _("Last day of validity of the identity document"),
                kind="expiry",
                help=_("For a document without an end, tick «long-term»."),
                sources=sources,
            )


def _record_question(rule: Any) -> Words:
    words = {
        "administrative_penalty": _("administrative penalty"),
        "criminal_penalty": _("criminal penalty"),
        "serious_dishonesty": _("serious dishonesty"),
        "bad_record": _("bad record"),
        "violation": _("violation of the law"),
        "other": pgettext_lazy("penalty", "other"),
    }
    kinds = "、".join(str(words[kind]) for kind in rule.params.records)
    if rule.params.n == 0:
        return _("Was there ever a %(kinds)s?") % {"kinds": kinds}
    units = {"year": _("years"), "month": _("months"), "day": _("days")}
    return _("Was there a %(kinds)s within the last %(n)s %(unit)s?") % {
        "kinds": kinds,
        "n": rule.params.n,
        "unit": units[rule.params.unit],
    }


def _contact(unit: bool) -> Iterable[Question]:
    if unit:
        yield Question("contact_name", _("Contact person"), section="contact", maximum=40)
    yield Question(
        "mobile",
        _("Mobile number"),
        kind="mobile",
        why=_("We call only if a paper cannot be read."),
        section="contact",
        maximum=20,
    )
    yield Question("address", _("Postal address"), section="contact", required=False, maximum=160)


def _of_kind(rulebook: Rulebook, kind: str) -> tuple[Source, ...]:
    return tuple(source for rule in rulebook.eligibility if rule.kind == kind for source in rule.sources(rulebook.id))
