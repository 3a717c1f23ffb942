"""What an announcement says: something, and nothing that must stay private (C-22)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association import queries
from association.decisions import Decision, Outcome, Reason, convention, failed, passed, setting
from association.models import Announcement
from association.rules.publicity import Private, mobiles, private_numbers

CODES = {
    Private.IDENTITY: "announcement_holds_identity",
    Private.MOBILE: "announcement_holds_mobile",
    Private.CARD: "announcement_holds_card",
}
PRIVATE = convention("C-22")
CHECKED_NUMBERS = frozenset({"number"})
"""Fields that hold a number of the association's own making."""


def check(announcement: Announcement) -> Decision:
    """Title, text, fields and the names of the attachments."""
    if not announcement.title.strip():
        return failed("announcement_title_missing", setting("announcement"))
    if announcement.own and not announcement.text.strip() and not announcement.attachments.exists():
        return failed("announcement_text_missing", setting("announcement"))
    return check_all(list(_parts(announcement)))


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
    profile = queries.profile()
    allowed = mobiles(profile.phone) if profile else frozenset()
    against = [
        Reason(CODES[found.kind], (PRIVATE,), _facts(place, text, found.line, found.masked), Outcome.FAIL)
        for place, text in parts
        for found in private_numbers(text, allowed=allowed)
    ]
    return Decision(Outcome.FAIL, tuple(against)) if against else passed("announcement_fit_for_public", PRIVATE)


def _facts(place: str, text: str, line: int, masked: str) -> dict[str, str]:
    many = "\n" in text.strip()
    where = _("%(place)s, line %(line)s") % {"place": place, "line": line} if many else place
    return {"where": where, "number": masked}
