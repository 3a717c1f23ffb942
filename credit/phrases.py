"""The words of this app's codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "banned": _("Not eligible through %(last_day)s."),
    "not_banned": _("No ban runs."),
    "no_ban": _("The rulebook sets no ban."),
    "ban": _("Not eligible through %(last_day)s."),
    "listed": _("On the dishonesty list."),
    "not_listed": _("Not on the dishonesty list."),
    "list_does_not_bar": _("The dishonesty list does not bar admission."),
}
