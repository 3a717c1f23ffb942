"""The words of what the rules of the newsletter and of sending to many answer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "newsletter_provided": _("The rules provide for it: %(name)s."),
    "newsletter_not_provided": _("The rules in force provide for no newsletter, so that there is none."),
    "newsletter_opt_out": _("A member may do without it: %(name)s."),
    "newsletter_without_opt_out": _("By the rules every member gets it: %(name)s. Nobody opts out."),
    "newsletter_empty": _("Write the text first."),
    "newsletter_link_wrong": _("These links lead nowhere: %(links)s. Write them with https:// in front."),
    "newsletter_text_right": _("The text can be sent."),
    "newsletter_sent_already": _("This issue was sent on %(on)s and is not changed any more. Write the next one."),
    "newsletter_part_unknown": _("The rules in force do not know one of the chosen groups. Choose again."),
    "newsletter_reaches_nobody": _("Nobody would get it: choose other groups of members."),
    "newsletter_sent": _("Issue %(number)s sent to %(expected)s members."),
    "dispatch_cancellable": _("What has not gone out can be stopped."),
    "dispatch_cancelled_already": _("The sending was cancelled already."),
    "dispatch_finished": _("Everything has gone out: nothing is left to stop."),
}
