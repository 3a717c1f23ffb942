"""The list of versions: what is stored in each slot and how it stands; the documents that come with the program."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import queries
from association.key_words import STATUSES, Words
from association.models import RulebookVersion
from association.models.rulebook import MEMBERSHIP
from association.queries import InForce
from association.rulebook import digest, preset_text, presets
from association.rulebook.schema.document import Meta
from association.values import long_date

KINDS = {
    "membership": pgettext_lazy("rulebook", "membership"),
    "registry": pgettext_lazy("rulebook", "registry"),
}


@dataclass(frozen=True, slots=True)
class State:
    """How a version stands today: a word with its tone; ``rank`` puts what matters first."""

    label: Words
    tone: str
    rank: int


COMING = State(gettext_lazy("to come into force"), "waiting", 0)
PRESENT = State(gettext_lazy("in force"), "done", 1)
STORED = State(gettext_lazy("stored, not adopted"), "neutral", 2)
PAST = State(gettext_lazy("was in force"), "neutral", 3)


@dataclass(frozen=True, slots=True)
class Row:
    """``spans``: each time in force with its words."""

    version: RulebookVersion
    state: State
    spans: tuple[tuple[InForce, str], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    slot: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A document that comes with the program. ``version``: key of the same text stored here, 0 where it is not.

    ``older``: another encoding of the same document version is stored.
    """

    id: str
    title: str
    document_version: str
    kind: Words
    status: Words
    tone: str
    adoptable: bool
    version: int
    older: bool


def stamp(repealed_on: date) -> str:
    """«已废止（2007-05-01）»: the document's own status, so Chinese in every language."""
    return f"已废止（{repealed_on.isoformat()}）"


def spans_of(version: RulebookVersion) -> tuple[InForce, ...]:
    """When this version was, is or will be in force, the latest first."""
    return tuple(one for one in queries.versions(version.slot) if one.version_id == version.pk)


def period_words(span: InForce) -> str:
    """«2019年8月21日至2026年11月22日», the last day included; «2026年11月23日起» while no other follows."""
    if span.until is None:
        return _("from %(day)s") % {"day": long_date(span.effective_from)}
    last = span.until - timedelta(days=1)
    return _("%(first)s to %(last)s") % {"first": long_date(span.effective_from), "last": long_date(last)}


def state_of(version: RulebookVersion, spans: Iterable[InForce], on: date) -> State:
    spans = tuple(spans)
    if any(one.effective_from <= on and (one.until is None or on < one.until) for one in spans):
        return PRESENT
    if any(one.effective_from > on for one in spans):
        return COMING
    if spans:
        return PAST
    repealed_on = repeal_of(version)
    return State(stamp(repealed_on), "stopped", 3) if repealed_on else STORED


def repeal_of(version: RulebookVersion) -> date | None:
    """The day of the repeal that the document states; the text is parsed for it only where it names one."""
    if "repealed_on" not in version.text:
        return None
    return queries.rulebook_of(version.pk).repealed_on


def shelves(versions: Iterable[RulebookVersion], on: date) -> list[Shelf]:
    """The versions by slot, the membership's first; in each, what comes and what is in force first."""
    rows: dict[str, list[Row]] = {}
    for version in versions:
        spans = spans_of(version)
        said = tuple((one, period_words(one)) for one in spans)
        rows.setdefault(version.slot, []).append(Row(version, state_of(version, spans, on), said))
    return [
        Shelf(slot, slot_title(slot, found), tuple(sorted(found, key=lambda row: (row.state.rank, -row.version.pk))))
        for slot, found in sorted(rows.items())
    ]


def slot_title(slot: str, rows: Iterable[Row] = ()) -> str:
    """«Membership rules», or for a registry the title of its newest version."""
    if slot == MEMBERSHIP:
        return _("Membership rules")
    known = queries.versions(slot)
    titles = [known[0].title] if known else [row.version.title for row in rows]
    return titles[0] if titles else slot


@lru_cache(maxsize=64)
def preset_meta(id: str) -> tuple[Meta, str]:
    """What a preset says of itself, and its digest. Only its first table is made into rules: fourteen whole ones take
    long."""
    text = preset_text(id)
    return Meta.model_validate(tomllib.loads(text)["rulebook"]), digest(text)


def preset_rows() -> list[Preset]:
    stored = RulebookVersion.objects.filter(rulebook__in=presets())
    known = {digest: pk for pk, digest in stored.values_list("pk", "digest")}
    documents = set(stored.values_list("rulebook", "document_version"))
    found = []
    for id in presets():
        meta, sum_of_text = preset_meta(id)
        version = known.get(sum_of_text, 0)
        found.append(
            Preset(
                id=id,
                title=meta.title,
                document_version=meta.version,
                kind=KINDS[meta.kind],
                status=stamp(meta.repealed_on) if meta.repealed_on else STATUSES[meta.status],
                tone="stopped" if meta.repealed_on else "neutral",
                adoptable=meta.adoptable,
                version=version,
                older=not version and (id, meta.version) in documents,
            )
        )
    return found
