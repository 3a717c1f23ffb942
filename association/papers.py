"""The papers of a meeting as PDF: dossier (会议材料), ballot (表决票) and resolution (决议)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from association import ports, queries
from association.actions import interim, meetings, votes
from association.actions.messages import in_letter_language
from association.decisions import Source, SourceKind
from association.letters.own import agenda_of
from association.models import Attendee, Ballot, Case, Meeting, Resolution, ResolutionItem, User
from association.phrases import sentence
from association.printing import pdf
from association.rules import voting

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "papers" / "papers.css"
MOST_BALLOTS = 300
"""Blanks in one print; an assembly beyond that prints them in parts."""


@dataclass(frozen=True)
class Item:
    """One item of the dossier; of a closed one the reader learns its number alone."""

    title: str
    withheld: bool = False
    facts: Sequence[Any] = ()
    papers: Sequence[str] = ()
    reasons: Sequence[str] = ()
    articles: Sequence[tuple[str, str]] = ()


@in_letter_language
def dossier(meeting: Meeting, *, reader: User | None, person: Attendee | None = None) -> bytes:
    """Agenda, and of each item facts, papers, reasons and articles. Items that ``reader`` or ``person`` keeps out of
    are closed in it.
    """
    items = list(
        ResolutionItem.objects.filter(resolution__meeting=meeting).select_related("case", "resolution").order_by("pk")
    )
    cases = [item.case for item in items] + [row.case for row in interim.agenda(meeting)]
    outlooks = outlooks_of(cases, meeting)
    out = closed_to(cases, reader=reader, person=person)
    context = {
        "meeting": meeting,
        "agenda": agenda_of(meeting),
        "items": [
            Item(_("Closed: keeps out of this item"), withheld=True)
            if case.pk in out
            else item_of(case, outlooks.get(case.pk))
            for case in dict.fromkeys(cases)
        ],
        "person": person.name if person else "",
        "association": queries.profile(),
    }
    return pdf.render(render_to_string("papers/dossier.html", context), [STYLESHEET])


def closed_to(cases: Iterable[Case], *, reader: User | None, person: Attendee | None) -> set[int]:
    """Keys of the cases that one of the two keeps out of."""
    found = set()
    for case in cases:
        for recusal in case.recusals.all():
            by_user = recusal.user_id is not None and recusal.user_id in {
                reader.pk if reader else None,
                person.user_id if person else None,
            }
            by_name = person is not None and recusal.user_id is None and recusal.name == person.name
            if by_user or by_name:
                found.add(case.pk)
    return found


def outlooks_of(cases: Sequence[Case], meeting: Meeting) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for kind, group in groupby(sorted(cases, key=lambda case: case.kind), key=lambda case: case.kind):
        if kind in ports.effects:
            found |= ports.effects[kind].outlook(list(group), on=meeting.held_on)
    return found


def item_of(case: Case, outlook: Any) -> Item:
    passages = list(case.passages.select_related("decision").order_by("seq"))
    reasons = [reason for passage in passages for reason in passage.decision.decision.reasons]
    rulebook = queries.rulebook_of(case.version_id) if case.version_id else None
    names = {rule.id: rule.name for rule in rulebook.documents} if rulebook else {}
    papers = [names.get(paper.slot, paper.slot) for paper in case.documents.current().order_by("pk")]
    return Item(
        str(case),
        facts=outlook.facts if outlook else (),
        papers=papers,
        reasons=list(dict.fromkeys(sentence(reason) for reason in reasons)),
        articles=articles_of(case, [source for reason in reasons for source in reason.sources]),
    )


def articles_of(case: Case, sources: Iterable[Source]) -> list[tuple[str, str]]:
    """Label and text of each article cited, once, by the version of the case."""
    if case.version_id is None:
        return []
    rulebook = queries.rulebook_of(case.version_id)
    keys = dict.fromkeys(
        source.key
        for source in sources
        if source.kind is SourceKind.ARTICLE and source.document == rulebook.id and source.key in rulebook.articles
    )
    return [(rulebook.label(key), rulebook.articles[key].text) for key in keys]


@in_letter_language
def ballot(resolution: Resolution) -> bytes:
    """An open roll to tick by name, or numbered blanks without a name for a secret vote."""
    rule = votes.rule_of(resolution)
    items: list[ResolutionItem | None] = list(resolution.items.select_related("case").order_by("pk")) or [None]
    matters = [(str(item.case) if item else resolution.title, roll_of(resolution, item)) for item in items]
    most = max((len(roll) for _title, roll in matters), default=0)
    context = {
        "resolution": resolution,
        "meeting": resolution.meeting,
        "matters": matters,
        "law": law_of(rule),
        "numbers": range(1, min(most, MOST_BALLOTS) + 1),
        "count": most,
        "association": queries.profile(),
    }
    name = "papers/ballot_secret.html" if rule.secret else "papers/ballot_open.html"
    return pdf.render(render_to_string(name, context), [STYLESHEET])


def law_of(rule: voting.VotingRule) -> str:
    """What a paper says the vote was held under; nothing where that is a default of ours."""
    return "" if rule.law == voting.DEFAULT else rule.law


def roll_of(resolution: Resolution, item: ResolutionItem | None) -> list[Attendee]:
    """Who may vote on it: those who came; before it is known who came, everybody on the list who does not keep out."""
    return votes.voters(resolution, item) or votes.called(resolution, item)


@in_letter_language
def resolution_paper(resolution: Resolution) -> bytes:
    """The resolution to be signed and sealed: number, text, how each item came out and was voted, the articles."""
    ballots = {row.item_id: row for row in Ballot.objects.filter(resolution=resolution)}
    items = list(resolution.items.select_related("case", "decision").order_by("pk"))
    rows = [{"item": item, "ballot": ballots.get(item.pk), "outcome": item.get_outcome_display()} for item in items]
    cited = {
        label: text
        for item in items
        if item.decision
        for label, text in articles_of(
            item.case, [source for reason in item.decision.decision.reasons for source in reason.sources]
        )
    }
    everyone = list(resolution.meeting.attendees.all())
    context = {
        "resolution": resolution,
        "meeting": resolution.meeting,
        "rows": rows,
        "whole": ballots.get(None),
        "articles": list(cited.items()),
        "called": len(everyone),
        "present": sum(one.attendance in meetings.COUNTED for one in everyone),
        "law": law_of(votes.rule_of(resolution)) if resolution.decides != voting.ORDINARY else "",
        "association": queries.profile(),
    }
    return pdf.render(render_to_string("papers/resolution.html", context), [STYLESHEET])
