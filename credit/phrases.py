"""The words of this app's codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "penalty_recorded": _("Penalty of %(decided_on)s put on record."),
    "penalty_needs_source": _("Say which authority decided, and where you found it."),
    "penalty_ahead": _("The day of the decision, %(decided_on)s, lies ahead. Check the date on the document."),
    "penalty_revoked": _("Revoked on %(revoked_on)s."),
    "penalty_revoked_already": _("This penalty was revoked on %(revoked_on)s. Nothing more is to be done."),
    "revocation_day_wrong": _("A revocation lies between the decision of %(decided_on)s and today, %(on)s."),
    "banned": _("Not eligible through %(last_day)s."),
    "not_banned": _("No ban runs."),
    "no_ban": _("The rulebook sets no ban."),
    "ban": _("Not eligible through %(last_day)s."),
    "listed": _("On the dishonesty list."),
    "not_listed": _("Not on the dishonesty list."),
    "list_does_not_bar": _("The dishonesty list does not bar admission."),
}
