"""What the pages of the rules say about a version: its status, and what the document prints of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from association import queries
from association.rulebook import Rulebook
from association.rulebook.citing import Cited
from association.section_words import section_words
from association.values import long_date

from .rules_found import Shown

TRIAL = (pgettext_lazy("rules", "on trial"), "done")
STATES = {
    "present": (pgettext_lazy("rules", "in force"), "done"),
    "coming": (pgettext_lazy("rules", "not yet in force"), "waiting"),
    "past": (pgettext_lazy("rules", "earlier version"), "neutral"),
    "repealed": (pgettext_lazy("rules", "repealed"), "stopped"),
}
LONG = 22
SEPARATOR = "、"
"""Between names of the document, which are Chinese in every language of the page."""


def status(shown: Shown) -> SimpleNamespace:
    """The badge: whether it governs, and that it does so on trial (试行)."""
    on_trial = shown.state == "present" and shown.rulebook.status == "trial"
    label, tone = TRIAL if on_trial else STATES[shown.state]
    return SimpleNamespace(label=label, tone=tone)


def title_parts(rulebook: Rulebook, association: str = "") -> list[str]:
    """Where a narrow screen may break the title: after the association's name. A model text gets that name."""
    name = rulebook.association
    rest = rulebook.title.removeprefix(name)
    if name and rest and rest != rulebook.title:
        return [name, rest]
    return [rulebook.title] if name or not association else [association, rulebook.title]


def body_words(rulebook: Rulebook, key: str | None) -> str:
    """A body by the name that the document gives it."""
    if not key:
        return ""
    known = rulebook.bodies.get(key)
    return known.name if known else queries.body_name(key)


def facts(shown: Shown) -> list[tuple[str, tuple[str, ...], bool]]:
    """(label, values, whether they need a whole line): what the document prints of itself, how it was adopted here."""
    found = [(label, tuple(filter(None, values))) for label, values in _facts(shown) if any(values)]
    return [(label, values, len(values) > 1 or len(values[0]) > LONG) for label, values in found]


def _facts(shown: Shown) -> Iterator[tuple[str, tuple[str, ...]]]:
    book, meta, version = shown.rulebook, shown.rulebook.meta, shown.version
    yield pgettext("rules", "Document number"), (meta.document_no,)
    yield pgettext("rules", "Issued by"), (meta.issuer or shown.association,)
    yield pgettext("rules", "Adopted on"), (_day(meta.adopted_on or version.resolved_on),)
    yield pgettext("rules", "Adopted by"), (meta.resolution or version.body,)
    yield pgettext("rules", "Resolution"), (version.resolution,)
    yield pgettext("rules", "Published on"), (_day(meta.published_on),)
    yield pgettext("rules", "In force since"), (_since(shown),)
    yield pgettext("rules", "Level"), (meta.level,)
    yield pgettext("rules", "Subject"), (meta.topic,)
    yield pgettext("rules", "Based on"), meta.based_on
    yield pgettext("rules", "Carried out by"), (body_words(book, meta.implemented_by),)
    yield pgettext("rules", "Explained by"), (body_words(book, meta.interpreted_by),)
    if book.distribution:
        yield pgettext("rules", "Sent to"), (SEPARATOR.join(book.distribution.to),)
        yield pgettext("rules", "Reported to"), (SEPARATOR.join(book.distribution.reported_to),)
    yield pgettext("rules", "Replaced by"), (meta.replaced_by,)
    yield pgettext("rules", "Version"), (version.label,)


def banner(shown: Shown, key: str = "") -> SimpleNamespace | None:
    """What a reader of a text is told that does not govern, or not yet; None for what does.

    ``url`` leads to the text that governs; ``same``: the article reads the same there, ``gone``: it is not there.
    """
    if not (shown.is_past or shown.state == "coming"):
        return None
    version, present = shown.version, shown.present
    said = SimpleNamespace(
        state=shown.state,
        since=version.effective_from,
        until=version.until,
        present=None,
        url="",
        same=False,
        gone=False,
    )
    if present is not None:
        book = queries.rulebook_of(present.version_id)
        is_there = book.id == shown.id and key in book.articles
        said.present = present.effective_from
        said.gone = bool(key) and not is_there
        said.same = is_there and book.article_texts[key] == shown.rulebook.article_texts[key]
        said.url = reverse("article", args=[book.id, key]) if is_there else reverse("rules_of", args=[book.id])
    return said


def _since(shown: Shown) -> str:
    """The day, to the last day where there is one; beside it the document's own, where it is another."""
    version, own = shown.version, shown.rulebook.effective_on
    since = long_date(version.effective_from)
    if version.until is not None:
        since = _("%(since)s, until %(until)s") % {"since": since, "until": long_date(last_day(version.until))}
    if own is not None and own != version.effective_from:
        since = _("%(since)s (the document says %(own)s)") % {"since": since, "own": long_date(own)}
    return since


def last_day(until: date) -> date:
    """The last day in force, where ``until`` is the first one that is not."""
    return date.fromordinal(until.toordinal() - 1)


def _day(day: date | None) -> str:
    return long_date(day) if day else ""


def rules_said(cited: list[Cited]) -> list[SimpleNamespace]:
    """Rules by section: its word, and what each of them is called in the document's words."""
    sections: dict[str, list[SimpleNamespace]] = {}
    for rule in cited:
        known = sections.setdefault(section_words(rule.section), [])
        if rule.name and all(one.name != rule.name for one in known):
            known.append(SimpleNamespace(name=rule.name, basis=rule.basis, note=rule.note))
    return [SimpleNamespace(section=section, rules=rules) for section, rules in sections.items()]
