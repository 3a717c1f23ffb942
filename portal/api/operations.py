"""What the API answers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Path, Query
from ninja.decorators import decorate_view
from pydantic import BeforeValidator, Field

from association import clock, queries
from association.decisions import Source, SourceKind
from association.rulebook import Rulebook
from association.web import sentences
from fees.quotes import Quote, Unquotable, quote
from fees.rules.dues import Line
from members.models import Certificate
from members.queries import certificate
from members.rules.masking import mask_name
from portal.api import schemas
from portal.api.site import api, missing, refused, throttled

QUOTE_PARAMETERS = {"class", "tier", "grade", "starts_on", "registered_on", "rulebook", "details"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(value: object) -> object:
    """Only ``2026-09-15``: anything else that pydantic would take for a day is a mistake."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("not a day")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Word = Annotated[str, Field(max_length=64)]


@api.get(
    "/quote",
    response={200: schemas.QuoteAnswer, 422: schemas.WrongParameters, 429: schemas.Problem},
    summary=_("What joining costs"),
    description=_(
        "One line for each fee period, with its months, its formula and its articles; with details also what is asked "
        "for and how it goes."
    ),
    tags=["v1"],
    operation_id="quote",
    by_alias=True,
    exclude_unset=True,
)
@decorate_view(throttled)
def quote_(
    request: HttpRequest,
    *,
    class_: Annotated[
        Word, Query(alias="class", description=_("Class of members, as in the rulebook."), examples=["unit"])
    ],
    starts_on: Annotated[Day, Query(description=_("The day the application is handed in."), examples=["2026-09-15"])],
    tier: Annotated[
        Word | None, Query(description=_("Tier, for a class that has tiers."), examples=["council"])
    ] = None,
    registered_on: Annotated[
        Day | None, Query(description=_("The day of registration, where it is not the same."))
    ] = None,
    grade: Annotated[
        Word | None, Query(description=_("Grade, where the fee depends on one."), examples=["一级"])
    ] = None,
    rulebook: Annotated[
        Word | None, Query(description=_("Id of an adopted rulebook, where it is not the membership's."))
    ] = None,
    details: Annotated[
        bool, Query(description=_("With papers, steps and days; and an answer where no fee is set yet."))
    ] = False,
) -> Any:
    if unknown := sorted(set(request.GET) - QUOTE_PARAMETERS):
        return refused(request, [(name, gettext("There is no such parameter.")) for name in unknown])
    if twice := [name for name, values in request.GET.lists() if len(values) > 1]:
        return refused(request, [(name, gettext("Give this parameter once.")) for name in twice])
    try:
        found = quote(class_, tier, starts_on, registered_on, grade=grade, rulebook=rulebook or "", untold=details)
        return quote_answer(found) | (quote_details(found) if details else {})
    except Unquotable as problem:
        return refused(request, [(problem.parameter, line) for line in sentences(problem.decision)])


def quote_answer(found: Quote) -> dict[str, Any]:
    rulebook = found.governing.rulebook
    return {
        "rulebook": rulebook.id,
        "version": found.governing.label,
        "currency": "CNY",
        "lines": [
            {
                "year": line.year,
                "amount": f"{line.amount:.2f}",
                "months": line.months,
                "formula": line.formula,
                "due_on": line.due_on,
                "due_event": line.due_event,
                "citations": citations(rulebook, line.sources),
                **_period(line),
            }
            for line in found.lines
        ],
        "total": f"{found.total:.2f}" if found.told else None,
    }


def _period(line: Line) -> dict[str, Any]:
    """Which part of the year, where a line is not for a whole one."""
    if not line.period:
        return {}
    return {"period": line.period, "from": line.first_day, "until": line.last_day}


def quote_details(found: Quote) -> dict[str, Any]:
    """What is asked for and how it goes. ``untold``: why there is no fee to tell."""
    rulebook = found.governing.rulebook
    way = found.way()
    begins = way.begins

    def cited(sources: tuple[Source, ...]) -> list[dict[str, str]]:
        return citations(rulebook, sources)

    return {
        "untold": [] if found.told else sentences(found.decision),
        "membership_begins": {
            "event": begins.event,
            "on": begins.day.day if begins.day else None,
            "provisional": bool(begins.day and begins.day.provisional),
            "citations": cited(begins.sources),
        }
        if begins
        else None,
        "conditions": [{"name": one.name, "citations": cited(one.sources)} for one in way.checks],
        "documents": [
            {
                "name": paper.name,
                "stage": paper.stage,
                "required": paper.required,
                "any_of": [list(each) for each in paper.any_of],
                "citations": cited(paper.sources),
            }
            for paper in way.papers
        ],
        "steps": [
            {
                "id": stop.id,
                "name": stop.name,
                "actor": stop.actor,
                "deadline": {"n": stop.period.n, "unit": stop.period.unit, "from": stop.period.from_}
                if stop.period
                else None,
                "by": stop.by.day if stop.by else None,
                "provisional": bool(stop.by and stop.by.provisional),
                "citations": cited(stop.sources),
            }
            for stop in way.stops
        ],
    }


def citations(rulebook: Rulebook, sources: tuple[Source, ...]) -> list[dict[str, str]]:
    """The articles among the sources; conventions and settings are not the document's."""
    cited = [rulebook.citation(source) for source in sources if source.kind is SourceKind.ARTICLE]
    return [{key: one[key] for key in ("document", "article", "label", "text", "basis")} for one in cited]


@api.get(
    "/certificates/{path:serial}",
    response={200: schemas.CertificateAnswer, 404: schemas.Problem, 429: schemas.Problem},
    summary=_("Whether a certificate is valid"),
    description=_("By the serial that is printed on it, today."),
    tags=["v1"],
    operation_id="certificate",
    by_alias=True,
)
@decorate_view(throttled)
def certificate_(
    request: HttpRequest,
    serial: Annotated[str, Path(description=_("With or without dashes."), examples=["2345-6789-ABCD-EFGH"])],
) -> Any:
    found = certificate(serial)
    if found is None:
        return missing(request, gettext("There is no certificate of this serial."))
    return certificate_answer(found, clock.today())


def certificate_answer(found: Certificate, on: date) -> dict[str, Any]:
    facts = found.facts
    governing = queries.governing_version(found.decision.version_id)
    rule = next((rule for rule in governing.rulebook.certificates if rule.id == found.rule), None)
    return {
        "serial": found.serial,
        "status": str(found.status(on)),
        "holder": mask_name(facts["holder"]) if facts["is_person"] else facts["holder"],
        "number": facts["number"],
        "title": facts["title"],
        "issuer": facts["issuing_body"],
        "issued_on": found.issued_on,
        "validity": {
            "from": found.valid_from,
            "until": found.valid_until - timedelta(days=1) if found.valid_until else None,
        },
        "citations": citations(governing.rulebook, rule.sources(governing.rulebook.id)) if rule else [],
    }


@api.get(
    "/rulebooks/{id}",
    response={200: schemas.RulebookAnswer, 404: schemas.Problem, 429: schemas.Problem},
    summary=_("The rule document in force"),
    description=_("Every article as it stands today, with its notes."),
    tags=["v1"],
    operation_id="rulebook",
)
@decorate_view(throttled)
def rulebook_(request: HttpRequest, id: Annotated[str, Path(examples=["acg"])]) -> Any:
    today = clock.today()
    for slot in queries.rulebook_slots():
        for effective_from, version_id in queries.adoptions(slot):
            if effective_from <= today:
                if queries.rulebook_of(version_id).id == id:
                    return rulebook_answer(version_id, effective_from)
                break
    return missing(request, gettext("No rule document of this id is in force."))


@lru_cache(maxsize=32)
def rulebook_answer(version_id: int, effective_from: date) -> dict[str, Any]:
    governing = queries.governing_version(version_id)
    rulebook = governing.rulebook
    return {
        "rulebook": rulebook.id,
        "title": rulebook.title,
        "association": rulebook.association,
        "version": governing.label,
        "effective_from": effective_from,
        "articles": [
            {
                "article": article.key,
                "label": article.label,
                "chapter": article.chapter,
                "parent": article.parent,
                "text": article.text,
                "erratum": article.erratum,
                "note": article.note,
            }
            for article in rulebook.articles.values()
        ],
    }
