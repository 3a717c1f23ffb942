"""``manage.py rulebook list | show | check | diff | impact | adopt``: rule documents from the command line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from association import clock, impacts, queries
from association.actions import rulebooks
from association.actors import SYSTEM
from association.decisions import Refused
from association.management import rulebook_lines as say
from association.models import Adoption, Resolution, RulebookVersion
from association.rulebook import Problem, Rulebook, RulebookInvalid, describe, difference, load, preset_text, presets
from association.rulebook.loader import MAX_BYTES, decode

LABEL = re.compile(r"(?P<document>.+)[-@](?P<encoding>[1-9]\d{0,5})", re.ASCII)


class Command(BaseCommand):
    help = "Read, check, compare and adopt rule documents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], help="of what is printed"
        )
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        document = "a preset's id, a file, or the label of a stored version such as acg/1-1"

        verbs.add_parser("list", help="every rulebook that comes with the program or is stored here")
        show = verbs.add_parser("show", help="what it is, its bodies, articles and rules")
        show.add_argument("document", metavar="ID", help=document)
        show.add_argument("--article", metavar="KEY", help="this article with the rules that cite it")
        check = verbs.add_parser("check", help="every problem of a file, with its line and what to do")
        check.add_argument("document", metavar="FILE", help=document)
        diff = verbs.add_parser("diff", help="how B differs from A, article by article and rule by rule")
        diff.add_argument("document", metavar="A", help=document)
        diff.add_argument("other", metavar="B", help=document)
        impact = verbs.add_parser("impact", help="what it would change for today's members")
        impact.add_argument("document", metavar="FILE|ID", help=document)
        impact.add_argument("--on", required=True, metavar="DATE", help="the day it would take effect, as 2026-09-18")
        adopt = verbs.add_parser("adopt", help="put it in force from a day, under a passed resolution")
        adopt.add_argument("document", metavar="ID|FILE", help=document)
        adopt.add_argument("--effective-from", required=True, metavar="DATE", help="as 2026-09-18")
        adopt.add_argument("--resolution", metavar="REF", help="the number of the resolution, once it is passed")
        for verb in (impact, adopt):
            mapping: dict[str, Any] = {"nargs": "+", "default": [], "metavar": "OLD=NEW", "action": "extend"}
            verb.add_argument("--map", dest="tiers", help="where members go whose tier is no longer there", **mapping)
            verb.add_argument("--map-class", dest="classes", help="the same for a class of members", **mapping)

    def handle(self, *args: Any, verb: str, language: str | None, **options: Any) -> None:
        verbs: dict[str, Callable[..., Iterable[str]]] = {
            "list": _list,
            "show": _show,
            "check": _check,
            "diff": _diff,
            "impact": _impact,
            "adopt": _adopt,
        }
        with translation.override(language or translation.get_language()):
            try:
                self.tell(verbs[verb](**options))
            except RulebookInvalid as invalid:
                for problem in invalid.problems:
                    self.stderr.write(describe(problem))
                raise CommandError(_("Problems: %(count)d") % {"count": len(invalid.problems)}) from None
            except DatabaseError as error:
                raise CommandError(
                    _("The database does not answer (%(error)s). Is it there, and migrated?") % {"error": error}
                ) from None

    def tell(self, lines: Iterable[str]) -> None:
        """All at once; a reader that closed the pipe (``| head``) is no fault."""
        try:
            self.stdout.write("\n".join(lines))
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _list(**options: Any) -> Iterable[str]:
    since = _in_force()
    books = {id: load(preset_text(id)) for id in presets()}
    books |= {book.id: book for book in _newest_stored()} | {id: book for id, (_from, book) in since.items()}
    return [say.overview(book, since[id][0] if id in since else None) for id, book in sorted(books.items())]


def _newest_stored() -> list[Rulebook]:
    """The newest version of each document that is no preset."""
    own = RulebookVersion.objects.exclude(rulebook__in=presets()).order_by("rulebook", "-pk")
    try:
        newest = dict(reversed(own.values_list("rulebook", "pk")))
    except DatabaseError:
        return []
    return [queries.rulebook_of(pk) for pk in newest.values()]


def _in_force() -> dict[str, tuple[date, Rulebook]]:
    """By rulebook id, what governs today and since when; nothing before there is a database."""
    try:
        slots = queries.rulebook_slots()
        found = [_latest(slot, clock.today()) for slot in slots]
    except DatabaseError:
        return {}
    return {book.id: (day, book) for day, book in filter(None, found)}


def _latest(slot: str, today: date) -> tuple[date, Rulebook] | None:
    """With the first day of an unbroken line of versions of this one document."""
    try:
        book = queries.rulebook_on(today, slot)
    except queries.NoRulebook:
        return None
    first = None
    for effective_from, version_id in queries.adoptions(slot):
        if effective_from > today:
            continue
        if queries.rulebook_of(version_id).id != book.id:
            break
        first = effective_from
    return (first, book) if first else None


def _show(*, document: str, article: str | None, **options: Any) -> Iterable[str]:
    book = load(_text(document))
    if article is None:
        since = _in_force().get(book.id)
        return say.whole(book, since[0] if since else None)
    if article not in book.articles:
        raise CommandError(_("«%(title)s» has no article %(key)s.") % {"title": book.title, "key": article})
    return say.one_article(book, article)


def _check(*, document: str, **options: Any) -> Iterable[str]:
    text = decode(_text(document))
    book = load(text)
    return [*say.good(book), *say.hints(book, text)]


def _diff(*, document: str, other: str, **options: Any) -> Iterable[str]:
    found = difference.compare(load(_text(document)), load(_text(other)))
    return difference.lines(found) if found else [_("The two say the same.")]


def _impact(*, document: str, on: str, tiers: Sequence[str], classes: Sequence[str], **options: Any) -> Iterable[str]:
    day, mapping, text = _day(on), _mapping(tiers, classes), _text(document)
    return say.impacts(impacts.impact(text, on=day, mapping=mapping), _citable(load(text)))


def _adopt(
    *,
    document: str,
    effective_from: str,
    resolution: str | None,
    tiers: Sequence[str],
    classes: Sequence[str],
    **options: Any,
) -> Iterable[str]:
    day, mapping, text = _day(effective_from), _mapping(tiers, classes), _text(document)
    book, resolved = load(text), _resolution(resolution)
    if queries.profile() is None:
        raise CommandError(_("Enter the association's name first: a rulebook is adopted by somebody."))
    version = rulebooks.store(text, by=SYSTEM)
    try:
        adoption = rulebooks.adopt(
            version, effective_from=day, resolution=resolved, mapping=mapping, by=SYSTEM, on=clock.today()
        )
    except Refused as refusal:
        raise CommandError("\n".join(say.reasons(refusal.decision.reasons, _citable(book)))) from None
    return [_adopted(adoption)]


def _citable(book: Rulebook) -> list[Rulebook]:
    """The document itself, and what is in force today."""
    return [book, *(present for _since, present in _in_force().values())]


def _adopted(adoption: Adoption) -> str:
    facts = {
        "title": adoption.version.title,
        "label": adoption.version.label,
        "day": say.long_date(adoption.effective_from),
    }
    return _("«%(title)s» (%(label)s) is adopted; it governs from %(day)s.") % facts


def _resolution(number: str | None) -> Resolution | None:
    if number is None:
        return None
    found = Resolution.objects.filter(number=number).first()
    if found is None:
        raise CommandError(_("There is no resolution of number %(number)s.") % {"number": number})
    return found


def _mapping(tiers: Sequence[str], classes: Sequence[str]) -> dict[str, dict[str, str]]:
    return {kind: dict(_pair(words) for words in given) for kind, given in (("tiers", tiers), ("classes", classes))}


def _pair(words: str) -> tuple[str, str]:
    old, equals, new = words.partition("=")
    if not equals or not old:
        raise CommandError(_("%(words)s: write old=new.") % {"words": words})
    return old, new


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CommandError(_("%(text)s is no day. Write it as 2026-09-18.") % {"text": text})


# where a document comes from


def _text(name: str) -> str:
    """Of a preset, of a file, or of a stored version."""
    if name in presets():
        return preset_text(name)
    path = Path(name)
    try:
        if path.exists():
            return _read(path)
    except OSError as error:
        raise CommandError(_unreadable(name, error)) from None
    if (stored := _stored(name)) is not None:
        return stored
    raise CommandError(
        _("%(name)s is neither a file, nor a stored version, nor one of %(presets)s.")
        % {"name": name, "presets": ", ".join(presets())}
    )


def _read(path: Path) -> str:
    if not path.is_file():
        raise CommandError(_("%(name)s is not a file.") % {"name": path})
    if (size := path.stat().st_size) > MAX_BYTES:
        raise RulebookInvalid([Problem(1, "", "", "too_large", {"size": size, "limit": MAX_BYTES})])
    return decode(path.read_bytes())


def _unreadable(name: str, error: OSError) -> str:
    return _("%(name)s cannot be read: %(error)s.") % {"name": name, "error": error.strerror}


def _stored(label: str) -> str | None:
    found = LABEL.fullmatch(label)
    if found is None:
        return None
    try:
        version = RulebookVersion.objects.filter(
            document_version=found["document"], encoding=int(found["encoding"])
        ).first()
    except DatabaseError:
        return None
    return version.text if version else None
