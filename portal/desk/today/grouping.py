"""The same lines by article, or by whose turn it is: the most urgent ones, each group with the nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.decisions import Source, SourceKind
from association.models import Seat
from association.rulebook import Rulebook
from portal.desk.today.due import QUEUE
from portal.desk.today.lines import APPLICANT, BY_ARTICLE, MOST, Line, Section, Viewer

NAMES = 3
"""People that a heading names."""


def grouped(viewer: Viewer, sections: Iterable[Section]) -> list[Section]:
    """Sections by article or by person, the nearest of each. What is in two sections stands once, as in the first."""
    known = list(sections)
    lines: dict[Hashable, Line] = {}
    for line in (line for section in known for line in section.lines):
        lines.setdefault((line.url, line.subject, str(line.asked)), line)
    groups: dict[Hashable, list[Line]] = defaultdict(list)
    for line in sorted(lines.values(), key=_urgency):
        groups[_article(line) if viewer.by == BY_ARTICLE else line.holder].append(line)
    titles = _articles(groups) if viewer.by == BY_ARTICLE else _people(groups, viewer.on)
    more = any(section.more for section in known)
    url = f"{reverse(QUEUE)}?view={'running' if viewer.sees_all else 'mine'}"
    return [
        Section(titles[key], found[:MOST], more or len(found) > MOST, url, _tone(found, viewer.on))
        for key, found in groups.items()
    ]


def _urgency(line: Line) -> tuple[bool, date]:
    return line.due is None, line.due.due_on if line.due is not None else date.max


def _tone(lines: list[Line], on: date) -> str:
    return "stopped" if any(line.due is not None and line.due.due_on < on for line in lines) else ""


def _article(line: Line) -> tuple[str, str] | None:
    """Document and key of the first article that the line rests on."""
    for source in line.sources:
        known = source if isinstance(source, Source) else Source.from_json(source)
        if known.kind is SourceKind.ARTICLE:
            return known.document, known.key
    return None


def _articles(groups: Iterable[Hashable]) -> dict[Hashable, str]:
    books: dict[str, Rulebook] = {}
    for _day, version_id in queries.adoptions():
        book = queries.rulebook_of(version_id)
        books.setdefault(book.id, book)
    titles: dict[Hashable, str] = {None: _("Without an article")}
    for key in groups:
        if isinstance(key, tuple):
            document, article = key
            held = books.get(document)
            titles[key] = f"《{held.title}》{held.label(article)}" if held else f"{document} {article}"
    return titles


def _people(groups: Iterable[Hashable], on: date) -> dict[Hashable, str]:
    """«Membership department · A, B» by body; one query for all of them."""
    bodies = [key for key in groups if isinstance(key, str) and key]
    seated: dict[str, list[str]] = defaultdict(list)
    found = Seat.objects.on(on).filter(body__key__in=bodies, user__is_active=True).select_related("user", "body")
    for seat in found.order_by("pk")[:200]:
        seated[seat.body.key].append(str(seat.user))
    titles: dict[Hashable, str] = {None: _("Nobody's turn"), APPLICANT: _("the applicant's turn")}
    for key in bodies:
        names = "、".join(seated[key][:NAMES])
        if len(seated[key]) > NAMES:
            names = _("%(names)s and others") % {"names": names}
        titles[key] = " · ".join(filter(None, [queries.body_name(key), names or _("nobody holds a seat")]))
    return titles
