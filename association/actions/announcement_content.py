"""What an announcement says: something, and nothing that must stay private (C-22)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association import queries
from association.decisions import Decision, Outcome, Reason, convention, failed, passed, setting
from association.files import keeping, reading
from association.models import Announcement, AnnouncementFile, StoredFile
from association.rules.publicity import Found, Private, mobiles, private_numbers

CODES = {
    Private.IDENTITY: "announcement_holds_identity",
    Private.MOBILE: "announcement_holds_mobile",
    Private.CARD: "announcement_holds_card",
}
PRIVATE = convention("C-22")
CHECKED_NUMBERS = frozenset({"number"})
"""Fields that hold a number of the association's own making."""


def check(announcement: Announcement) -> Decision:
    """Title, text, fields, the attachments and their names."""
    if not announcement.title.strip():
        return failed("announcement_title_missing", setting("announcement"))
    if announcement.own and not announcement.text.strip() and not announcement.attachments.exists():
        return failed("announcement_text_missing", setting("announcement"))
    words = check_all(list(_parts(announcement)))
    attached = [check_attached(one) for one in announcement.attachments.select_related("file")]
    against = [reason for check in (words, *attached) if not check.passed for reason in check.reasons]
    return Decision(Outcome.FAIL, tuple(against)) if against else words


def check_attached(attached: AnnouncementFile) -> Decision:
    """Whether nothing private was read in it, and somebody has looked at what cannot be read."""
    name = attached.file.original_name
    against = [
        Reason(
            CODES[Private(found["kind"])],
            (PRIVATE,),
            {
                "where": _("«%(name)s», page %(page)s") % {"name": name, "page": found["page"]},
                "number": found["masked"],
            },
            Outcome.FAIL,
        )
        for found in attached.found
    ]
    if attached.to_look_at:
        facts = {"name": name, "pages": attached.by_eye or attached.file.pages}
        against.append(Reason("attachment_not_looked_at", (PRIVATE,), facts, Outcome.FAIL))
    return Decision(Outcome.FAIL, tuple(against)) if against else passed("announcement_fit_for_public", PRIVATE)


def read_through(file: StoredFile) -> tuple[list[dict[str, object]], int]:
    """The private numbers in a kept document, masked, with their page; and how many pages only the eye can read."""
    read = reading.read(keeping.read(file, by=None), file.media_type)
    found: list[dict[str, object]] = [
        {"kind": str(one.kind), "page": page, "masked": one.masked}
        for page, text in enumerate(read.pages, 1)
        for one in _private(text)
    ]
    return found, read.by_eye


def _parts(announcement: Announcement) -> Iterator[tuple[str, str]]:
    yield _("the title"), announcement.title
    yield _("the text"), announcement.text
    for name, value in announcement.fields.items():
        if name not in CHECKED_NUMBERS:
            yield _("the field «%(name)s»") % {"name": name}, value
    for attached in announcement.attachments.select_related("file"):
        yield _("the name of an attachment"), attached.file.original_name


def check_words(place: str, text: str) -> Decision:
    """One piece of text; ``place`` says which, in words."""
    return check_all([(place, text)])


def check_all(parts: list[tuple[str, str]]) -> Decision:
    against = [
        Reason(CODES[found.kind], (PRIVATE,), _facts(place, text, found.line, found.masked), Outcome.FAIL)
        for place, text in parts
        for found in _private(text)
    ]
    return Decision(Outcome.FAIL, tuple(against)) if against else passed("announcement_fit_for_public", PRIVATE)


def _private(text: str) -> tuple[Found, ...]:
    profile = queries.profile()
    return private_numbers(text, allowed=mobiles(profile.phone) if profile else frozenset())


def _facts(place: str, text: str, line: int, masked: str) -> dict[str, str]:
    many = "\n" in text.strip()
    where = _("%(place)s, line %(line)s") % {"place": place, "line": line} if many else place
    return {"where": where, "number": masked}
