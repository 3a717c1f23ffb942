"""The words of what is announced, shown and objected to. Joined to those of ``phrases.py``."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "announcement_drafted": _("The draft is kept."),
    "announcement_publishable": _("It can be published."),
    "announcement_published": _("Published."),
    "announcement_scheduled": _("To be published on %(day)s."),
    "announcement_unscheduled": _("The day of publication is taken back."),
    "announcement_withdrawable": _("It can be withdrawn."),
    "announcement_withdrawn": _("Withdrawn."),
    "announcement_dropped_now": _("Not to be published."),
    "announcement_fit_for_public": _("Nothing in it must stay private."),
    "announcement_holds_identity": _(
        "There is an identity number (%(number)s) in %(where)s. Take it out: identity numbers are never published."
    ),
    "announcement_holds_mobile": _(
        "There is a mobile number (%(number)s) in %(where)s. Take it out; the association's own telephone may "
        "stand there as it does in the settings."
    ),
    "announcement_holds_card": _(
        "There is a number like that of a bank card (%(number)s) in %(where)s. Take it out: bank cards are never "
        "published."
    ),
    "attachment_not_looked_at": _(
        "Of the attachment «%(name)s», %(pages)s pages are pictures that cannot be checked. Open it, look for "
        "identity, mobile and bank card numbers and addresses, then confirm below that there are none."
    ),
    "attachment_looked_at": _("«%(name)s» was looked through: nothing in it must stay private."),
    "announcement_title_missing": _("Give it a title."),
    "announcement_text_missing": _("Write the text, or attach a document."),
    "announcement_kind_unknown": _("Choose what kind of announcement it is."),
    "announcement_dropped": _("This draft was dropped on %(on)s. Write a new one."),
    "announcement_of_a_running_case": _("The rules want this announced while its case goes on. It is not dropped."),
    "drop_reason_required": _("Give the reason; it stays on record."),
    "announcement_case_ended": _("«%(case)s» has ended meanwhile: nothing of it is announced. Drop the draft."),
    "announcement_refers_withdrawn": _("What it refers to was withdrawn on %(on)s. Write a new announcement instead."),
    "announcement_released_with_case": _("It is released on the page of its case, with the step that publishes it."),
    "announcement_not_scheduled": _("No day of publication is set."),
    "announcement_not_published": _("It is not published yet."),
    "announcement_withdrawn_already": _("This was withdrawn on %(on)s already."),
    "announcement_day_set": _(
        "It is to be published on %(on)s as it stands. Take the day back first, then change the text."
    ),
    "announcement_of_a_rule": _(
        "It was drafted after the rules, from what is on record; its text is not changed here."
    ),
    "announcement_files_too_many": _("At most %(most)s files can be attached."),
    "schedule_not_ahead": _("%(day)s is not ahead. Choose a later day, or publish it now."),
    "withdrawal_reason_required": _("Give the reason; everybody can read it."),
    "publicity_started": _("On show."),
    "publicity_can_start": _("It can go on show."),
    "publicity_without_rulebook": _("Adopt a rulebook first: something on show has a last day under its calendar."),
    "publicity_too_short": _("It would be on show for no full day. Give it at least one working day."),
    "publicity_days_out_of_range": _("Say for how many working days it is on show: 1 to %(longest)s."),
    "publicity_of_another_kind": _("Only a publicity is on show for a time and asks for objections."),
    "publicity_extendable": _("It can be shown for longer."),
    "publicity_extended": _("On show until %(until)s."),
    "extension_reason_required": _("Say why it is shown for longer."),
    "publicity_closable": _("The publicity can be closed."),
    "publicity_closed": _("This publicity was closed on %(on)s."),
    "publicity_running": _("It is on show until %(until)s, that day included. It is closed after that."),
    "publicity_provisional": _(
        "Whether %(until)s is its last day is not certain: the calendar of %(year)s is not loaded. Load it in the "
        "settings, then close it."
    ),
    "objections_open": _("%(n)s objections are not answered. Answer them first."),
    "objection_follow_up_open": _("What follows from %(n)s objections is not confirmed. Confirm it first."),
    "publicity_no_objection": _("The publicity is over; there was no objection."),
    "publicity_not_upheld": _("The publicity is over; the objections were looked into and are not upheld."),
    "publicity_upheld": _("The publicity is over; an objection was upheld."),
    "shown_without_objection": _("What was on show may go on."),
    "shown_not_yet": _("It has to be put on show first."),
    "shown_and_upheld": _("An objection to it was upheld. Settle that before the case goes on."),
    "objections_not_asked": _("No objections are asked for here."),
    "objections_closed": _("Objections were possible until %(until)s. That day is over."),
    "objections_not_yet": _("Objections are possible from %(since)s on."),
    "objection_possible": _("You can object now."),
    "objection_text_missing": _("Write what you object to and why."),
    "objection_answerable": _("The objection can be answered."),
    "objection_answered": _("This objection was answered on %(on)s."),
    "objection_outcome_missing": _("Say whether the objection is upheld."),
    "objection_answer_missing": _("Write the reasons; the person who objected reads them."),
    "objection_needs_proposal": _("An objection that is upheld has a consequence: say what is to follow."),
    "objection_without_case": _("There is no case behind this announcement that could be gone through again."),
    "objection_upheld": _("The objection is upheld."),
    "objection_not_upheld": _("The objection is not upheld."),
    "objection_without_proposal": _("Nothing was proposed with the answer."),
    "objection_followed": _("This was confirmed on %(on)s already."),
    "objection_followable": _("What was proposed can be confirmed."),
    "objection_followed_now": _("What was proposed is confirmed."),
    "follow_up_reason_required": _("Give the reason; it stays on record."),
}
