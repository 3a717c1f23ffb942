"""Change the words of messages (消息模板): a new revision each time, checked first."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from association import clock
from association.actions import profile
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.letters.kinds import Kind, kind_of
from association.letters.writing import Wording, check, in_force, shipped
from association.models import MessageTemplate


def newest(kind: Kind) -> MessageTemplate | None:
    """The revision written last; None while the shipped words were never changed."""
    return MessageTemplate.objects.filter(kind=kind.key).order_by("-revision").first()


def check_save(kind: Kind, words: Wording, *, base: int) -> Decision:
    """Whether these words may be put into force over revision ``base`` (0: the shipped words), which was read."""
    source = setting("letters")
    last = newest(kind)
    if (last.revision if last else 0) != base:
        by = str(last.author) if last else ""
        return failed("template_overtaken", source, by=by)
    if words == in_force(kind).words:
        return failed("template_unchanged", source)
    faults = check(kind, words)
    if faults:
        said = "；".join(str(fault) for found in faults.values() for fault in found)
        return failed("template_faulty", source, faults=said)
    return passed("template_sound", source)


@transaction.atomic
def save(kind: Kind, words: Wording, *, base: int, note: str = "", by: Actor) -> MessageTemplate:
    """Put new words into force. Raises :class:`Refused` where they are faulty, unchanged, or somebody was faster."""
    words = tidy(words)
    require(check_save(kind, words, base=base))
    return _add(kind, words, base=base, note=note, by=by)


@transaction.atomic
def restore(row: MessageTemplate, *, base: int, by: Actor) -> MessageTemplate:
    """Put an older revision into force again, as a new one."""
    kind = kind_of(row.kind)
    if row.shipped:
        return restore_shipped(kind, base=base, by=by)
    words = Wording(row.subject, row.text, row.sms)
    require(check_save(kind, words, base=base))
    return _add(kind, words, base=base, note=_("revision %(number)s restored") % {"number": row.revision}, by=by)


@transaction.atomic
def restore_shipped(kind: Kind, *, base: int, by: Actor) -> MessageTemplate:
    """Follow the program's own words again, also those of later versions of it."""
    last = newest(kind)
    if last is None or last.shipped:
        raise Refused(failed("template_unchanged", setting("letters")))
    if last.revision != base:
        raise Refused(failed("template_overtaken", setting("letters"), by=str(last.author)))
    return _add(kind, shipped(kind), base=base, note=_("the shipped words restored"), by=by, own=True)


def tidy(words: Wording) -> Wording:
    """As they are kept: one kind of line end, no blanks around."""
    return Wording(*(part.replace("\r\n", "\n").strip() for part in (words.subject, words.text, words.sms)))


def _add(kind: Kind, words: Wording, *, base: int, note: str, by: Actor, own: bool = False) -> MessageTemplate:
    assert by.user is not None
    row = MessageTemplate.objects.create(
        kind=kind.key,
        revision=base + 1,
        subject=words.subject,
        text=words.text,
        sms=words.sms,
        shipped=own,
        note=note.strip()[:200],
        author=by.user,
        created_at=clock.now(),
    )
    profile.touch()
    return row
