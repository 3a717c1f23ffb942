"""Rules in a few words: «10 个工作日内，自批准之日起», «办理登记时»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy

if TYPE_CHECKING:
    from association.rulebook.schema import Period

EVENTS: dict[str, str | Promise] = {
    "application.submitted": pgettext_lazy("event", "the application"),
    "application.completed": pgettext_lazy("event", "the complete application"),
    "review.passed": pgettext_lazy("event", "the passed review"),
    "decision.approved": pgettext_lazy("event", "the approval"),
    "decision.rejected": pgettext_lazy("event", "the refusal"),
    "notice.sent": pgettext_lazy("event", "the notice"),
    "notice.received": pgettext_lazy("event", "receipt of the notice"),
    "fee.received": pgettext_lazy("event", "receipt of the fee"),
    "registration.requested": pgettext_lazy("event", "the request to register"),
    "registration.accepted": pgettext_lazy("event", "acceptance of the registration"),
    "registration.completed": pgettext_lazy("event", "the completed registration"),
    "document.originals_received": pgettext_lazy("event", "receipt of the originals"),
    "announcement.published": pgettext_lazy("event", "the announcement"),
    "sanction.effective": pgettext_lazy("event", "the sanction"),
    "suspension.effective": pgettext_lazy("event", "the suspension"),
    "list.removed": pgettext_lazy("event", "removal from the list"),
    "withdrawal.received": pgettext_lazy("event", "receipt of the withdrawal"),
    "membership.started": pgettext_lazy("event", "the start of membership"),
    "membership.ended": pgettext_lazy("event", "the end of membership"),
    "invoice.due": pgettext_lazy("event", "the last day to pay"),
    "activity.last_attended": pgettext_lazy("event", "the last activity attended"),
    "term.ends": pgettext_lazy("event", "the end of the term"),
    "term.changed_over": pgettext_lazy("event", "the change of term"),
    "tier.changed": pgettext_lazy("event", "the change of tier"),
    "category.changed": pgettext_lazy("event", "the change of category"),
    "member.info_changed": pgettext_lazy("event", "the change of details"),
    "assessment.published": pgettext_lazy("event", "the published assessment"),
    "rectification.ordered": pgettext_lazy("event", "the order to rectify"),
    "cooperation.ends": pgettext_lazy("event", "the end of the cooperation"),
    "rulebook.notice_sent": pgettext_lazy("event", "the notice of the rules"),
    "rulebook.adopted": pgettext_lazy("event", "the adoption of the rules"),
    "fee_period.started": pgettext_lazy("event", "the start of the fee period"),
    "validity.ends": pgettext_lazy("event", "the end of the validity"),
    "result.publicised": pgettext_lazy("event", "the result put on show"),
    "unit.established": pgettext_lazy("event", "the founding of the unit"),
    "entry.exited": pgettext_lazy("event", "the exit from the list"),
}


def event_words(event: str) -> str:
    """批准, 办理登记; an event without words is its own name."""
    return str(EVENTS.get(event, event))


def due_words(event: str) -> str:
    """When something falls due that has no day yet: «于办理登记时»."""
    return gettext("with %(event)s") % {"event": event_words(event)}


def period_words(period: Period) -> str:
    """«自批准之日起 10 个工作日内»; a negative length is a window before the event."""
    facts = {"length": _length(abs(period.n), period.unit), "event": event_words(period.from_)}
    if period.unit == "same_day" or not period.n:
        return gettext("on the day of %(event)s") % facts
    if period.n < 0:
        return gettext("from %(length)s before %(event)s") % facts
    return gettext("within %(length)s of %(event)s") % facts


def _length(n: int, unit: str) -> str:
    if unit == "workday":
        words = ngettext("%(n)s working day", "%(n)s working days", n)
    elif unit == "month":
        words = ngettext("%(n)s month", "%(n)s months", n)
    elif unit == "year":
        words = ngettext("%(n)s year", "%(n)s years", n)
    else:
        words = ngettext("%(n)s day", "%(n)s days", n)
    return words % {"n": n}
