"""Draft, publish, schedule and withdraw announcements.

Only the fields on the rulebook's whitelist can get in (C-22, ACG-25); what a person wrote is read for numbers that
must not be public. Nothing published is changed: it is corrected by another announcement, or withdrawn with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from association.actions import announcement_content as content
from association.actions import letters, publicities
from association.actions.announcement_acts import act, sources_of, write_act
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines
from association.decisions import Decision, Refused, failed, passed, require
from association.letters import office, write
from association.models import Announcement, Case, DecisionRecord, User
from association.models.announcement import ActKind, Objecting, Relation
from association.phrases import sentence
from association.rulebook.schema import AnnouncementRule, Period
from association.rules.publicity import NEVER
from association.states import State

PUBLISH = "publish"
ENDED = (State.WITHDRAWN, State.LAPSED, State.VOID)
"""Cases of which nothing is announced any more."""


def draft(
    rule: AnnouncementRule,
    facts: Mapping[str, str],
    *,
    title: str,
    person: bool,
    case: Case | None,
    record: DecisionRecord,
    on: date,
) -> Announcement:
    """Draft what ``rule`` makes public of ``facts``. A fact that is not on the list is left out, whatever it is.

    It goes on show for as long as the rule says, or the step of the case that publishes it.
    """
    allowed = rule.person_fields if person and rule.person_fields else rule.fields
    fields = {name: str(facts[name]) for name in allowed if facts.get(name) and name.lower() not in NEVER}
    period = rule.publicity or _shown_for(case)
    return Announcement.objects.create(
        kind=rule.id,
        title=title[:200],
        fields=fields,
        case=case,
        period=period.model_dump(mode="json", by_alias=True) if period else None,
        objections=rule.objections if period else Objecting.NONE,
        decision=record,
        drafted_on=on,
    )


def _shown_for(case: Case | None) -> Period | None:
    """How long the step that the case stands at has something on show."""
    step = deadlines.step_of(case, case.step) if case else None
    return step.publicity if step and step.action == PUBLISH else None


# publication


def check_publish(announcement: Announcement, *, on: date) -> Decision:
    """Whether it can go out: a draft whose case goes on, that says something, and nothing that stays private."""
    sources = sources_of(announcement)
    if announcement.published_on is not None:
        return failed("published_already", *sources, on=announcement.published_on.isoformat())
    if announcement.dropped_on is not None:
        return failed("announcement_dropped", *sources, on=announcement.dropped_on.isoformat())
    if announcement.case is not None and announcement.case.state in ENDED:
        return failed("announcement_case_ended", *sources, case=announcement.case.subject)
    refers_to = announcement.refers_to
    if refers_to is not None and refers_to.withdrawn_on is not None:
        return failed("announcement_refers_withdrawn", *sources, on=refers_to.withdrawn_on.isoformat())
    fit = content.check(announcement)
    if fit.passed and announcement.period is not None:
        fit = publicities.check_start(announcement, on=on)
    if not fit.passed:
        return fit
    return passed("announcement_publishable", *sources)


def check_release(announcement: Announcement, *, on: date) -> Decision:
    """Whether it can be released on its own page: not where a step of its case publishes it."""
    case = announcement.case
    step = deadlines.step_of(case, case.step) if case else None
    if announcement.published_on is None and step is not None and step.action == PUBLISH:
        return failed("announcement_released_with_case", *sources_of(announcement))
    return check_publish(announcement, on=on)


@transaction.atomic
def release(announcement: Announcement, *, by: Actor, on: date) -> Announcement:
    """Publish what waits at the desk."""
    require(check_release(announcement, on=on))
    return publish(announcement, by=by, on=on)


@transaction.atomic
def publish(announcement: Announcement, *, by: Actor, on: date) -> Announcement:
    """Release a draft to the public, once; what has a period goes on show from now."""
    announcement = locked(announcement)
    require(check_publish(announcement, on=on))
    decision = passed("announcement_published", *sources_of(announcement), key=str(announcement.key))
    record = act(announcement, ActKind.PUBLISHED, decision, by=by, on=on)
    announcement.attachments.update(published_on=on)
    announcement.published_on, announcement.published_by = on, by.user
    announcement.save(update_fields=["published_on", "published_by"])
    if announcement.period is not None:
        publicities.start(announcement, record=record, by=by, on=on)
    if announcement.relation == Relation.CORRECTS and announcement.refers_to is not None:
        write_act(announcement.refers_to, ActKind.CORRECTED, record, on=on)
    return announcement


def locked(announcement: Announcement) -> Announcement:
    """As it stands now, held until the transaction ends."""
    Announcement.objects.select_for_update().get(pk=announcement.pk)
    return Announcement.objects.select_related("case", "refers_to", "decision").get(pk=announcement.pk)


# a day for it


def check_schedule(announcement: Announcement, *, day: date, on: date) -> Decision:
    sources = sources_of(announcement)
    if day <= on:
        return failed("schedule_not_ahead", *sources, day=day.isoformat())
    return check_release(announcement, on=on)


@transaction.atomic
def schedule(announcement: Announcement, *, day: date, by: Actor, on: date) -> Announcement:
    """Have it published on ``day``, by itself, as this person confirms now."""
    announcement = locked(announcement)
    require(check_schedule(announcement, day=day, on=on))
    decision = passed("announcement_scheduled", *sources_of(announcement), day=day.isoformat())
    act(announcement, ActKind.SCHEDULED, decision, note=day.isoformat(), by=by, on=on)
    announcement.scheduled_for, announcement.scheduled_by = day, by.user
    announcement.save(update_fields=["scheduled_for", "scheduled_by"])
    return announcement


@transaction.atomic
def unschedule(announcement: Announcement, *, note: str = "", by: Actor, on: date) -> Announcement:
    """It waits for somebody again."""
    announcement = locked(announcement)
    if announcement.scheduled_for is None or announcement.published_on is not None:
        raise Refused(failed("announcement_not_scheduled", *sources_of(announcement)))
    decision = passed("announcement_unscheduled", *sources_of(announcement))
    act(announcement, ActKind.UNSCHEDULED, decision, note=note, by=by, on=on)
    announcement.scheduled_for = announcement.scheduled_by = None
    announcement.save(update_fields=["scheduled_for", "scheduled_by"])
    return announcement


def release_due(*, on: date) -> int:
    """Publish what was to go out on this day or on one that was missed. Returns how many went out."""
    due = Announcement.objects.drafts().filter(scheduled_for__lte=on).order_by("scheduled_for", "pk")
    return sum(_release_one(pk, on=on) for pk in list(due.values_list("pk", flat=True)))


def _release_one(pk: int, *, on: date) -> bool:
    with transaction.atomic():
        rows = Announcement.objects.drafts().filter(pk=pk, scheduled_for__lte=on)
        found = rows.select_for_update(of=("self",), skip_locked=True).select_related("scheduled_by").first()
        if found is None or found.scheduled_by is None:
            return False
        by = Actor.officer(found.scheduled_by)
        try:
            with transaction.atomic():
                release(found, by=by, on=on)
        except Refused as refusal:
            why = "; ".join(sentence(reason) for reason in refusal.decision.reasons)
            unschedule(found, note=why, by=by, on=on)
            _tell_not_published(found, found.scheduled_by, why, on)
            return False
    return True


@in_letter_language
def _tell_not_published(announcement: Announcement, user: User, why: str, on: date) -> None:
    letter = write("announcement.unscheduled", office.unscheduled(announcement, why))
    letters.tell(user, letter, occasion=f"announcement:{announcement.pk}:unscheduled:{on.isoformat()}")


# withdrawal


def check_withdraw(announcement: Announcement) -> Decision:
    sources = sources_of(announcement)
    if announcement.published_on is None:
        return failed("announcement_not_published", *sources)
    if announcement.withdrawn_on is not None:
        return failed("announcement_withdrawn_already", *sources, on=announcement.withdrawn_on.isoformat())
    return passed("announcement_withdrawable", *sources)


@transaction.atomic
def withdraw(announcement: Announcement, *, reason: str, by: Actor, on: date) -> Announcement:
    """Take it back. Its page stays and says when and why, without the content."""
    announcement = locked(announcement)
    require(check_withdraw(announcement))
    sources = sources_of(announcement)
    reason = reason.strip()
    if not reason:
        raise Refused(failed("withdrawal_reason_required", *sources))
    require(content.check_words(_("the reason"), reason))
    decision = passed("announcement_withdrawn", *sources, key=str(announcement.key))
    act(announcement, ActKind.WITHDRAWN, decision, note=reason, by=by, on=on)
    announcement.withdrawn_on, announcement.withdrawn_by = on, by.user
    announcement.withdrawal_reason = reason[:500]
    announcement.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawal_reason"])
    publicities.stop(announcement, decision, by=by, on=on)
    return announcement
