"""The words of what the rules of official documents answer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "number_form_right": _("Numbers will read like %(example)s."),
    "number_form_unknown": _("The form knows only {year} and {seq}: %(form)s."),
    "number_form_needs": _("The form needs %(name)s, once."),
    "number_form_brackets": _("The year stands in hexagonal brackets: 〔{year}〕."),
    "number_form_order": _("First the sign of the body, then the year, then the number: 京某协〔{year}〕{seq}号."),
    "number_form_ending": _("The number ends with {seq}号, without 第 in front."),
    "series_closed": _("The series «%(name)s» is closed."),
    "series_closed_already": _("The series «%(name)s» is closed already."),
    "series_reopened": _("The series «%(name)s» is open again."),
    "series_open_already": _("The series «%(name)s» is open."),
    "notice_text_right": _("The document can be set."),
    "notice_unprintable": _("This cannot be printed: %(characters)s. Write it with other characters."),
    "notice_revocation_without_reason": _("Say why the earlier document is revoked."),
    "notice_revoked_not_issued": _("What was never issued cannot be revoked."),
    "notice_revoked_already": _("%(number)s is revoked already."),
    "notice_revoked_by": _("It was revoked by %(number)s."),
    "notice_series_closed": _("The series «%(name)s» is closed. Choose another one."),
    "notice_checked_already": _("It was checked on %(on)s already."),
    "notice_own_draft": _("%(name)s wrote it; somebody else checks it."),
    "notice_checkable": _("The draft can be checked."),
    "notice_unchecked": _("Nobody has checked the draft yet."),
    "notice_of_a_person": _("Only a person signs."),
    "notice_signed": _("Signed for %(body)s."),
    "notice_signed_already": _("It was signed on %(on)s. Send it back first if it is to be changed."),
    "notice_issued_already": _("It was issued on %(on)s. Revoke it by a later document if it is wrong."),
    "notice_note_required": _("Say why."),
    "notice_unsigned": _("It is not signed yet: it is the turn of %(body)s."),
    "notice_signed_last_year": _("It was signed on %(on)s, in another year. Send it back and have it signed again."),
    "notice_issuable": _("The document can be issued."),
    "notice_not_issued": _("It is not issued yet."),
    "notice_void_already": _("It is void since %(on)s."),
    "notice_told_already": _("People were told of %(number)s. Revoke it by a later document."),
    "notice_voidable": _("Its number can be declared void."),
    "notice_tellable": _("People can be told of it."),
    "notice_reaches_nobody": _("Nobody would be told: choose other groups of members."),
}
