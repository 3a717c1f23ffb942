"""Through whose hands an official document goes: who wrote it, who may check it (核稿), who may sign it (签发)."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from association import permissions
from association.actors import Actor, person
from association.decisions import Decision, Outcome, Reason, failed, passed, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Delegation, NoticeWriter, OfficialNotice

STEP = "sign_document"
SOURCE = setting("official_documents")


def wrote(notice: OfficialNotice, *, by: Actor, on: date) -> None:
    """Keep who wrote at the text since it was checked last."""
    NoticeWriter.objects.get_or_create(notice=notice, user=person(by), written_on=on, checked_on=None)


def was_checked(notice: OfficialNotice, *, on: date) -> None:
    """What was written until now has been read by somebody else."""
    notice.writers.filter(checked_on__isnull=True).update(checked_on=on)


def check_check(notice: OfficialNotice, by: Actor, *, on: date) -> Decision:
    """Whether this person can confirm the draft: nobody who wrote at it since the last check, nor who stands in for
    one of them.
    """
    if notice.checked_on is not None:
        return failed("notice_checked_already", SOURCE, on=notice.checked_on.isoformat())
    for writer in notice.writers.filter(checked_on__isnull=True).select_related("user"):
        if permissions.one_hand(by.user, writer.user, on, writer.written_on):
            return failed("notice_own_draft", SOURCE, name=str(writer.user))
    return passed("notice_checkable", SOURCE)


def check_sign(notice: OfficialNotice, by: Actor, *, on: date) -> Decision:
    """Whether this person can sign: it was checked, and they act for the body that signs this series, or for one to
    which that body has delegated the case that the document is about.
    """
    if notice.signed_on is not None:
        return failed("notice_signed_already", SOURCE, on=notice.signed_on.isoformat())
    if notice.checked_on is None:
        return failed("notice_unchecked", SOURCE)
    if by.user is None:
        return failed("notice_of_a_person", SOURCE)
    body = notice.series.signed_by_body
    turn = permissions.may_act_for(by.user, body.key, on=on, sources=(SOURCE,), action=STEP)
    if turn.passed:
        return Decision(Outcome.PASS, (Reason("notice_signed", turn.sources, {"body": body.name}),))
    under = delegation(notice, by, on=on)
    if under is None:
        return turn
    number = under.resolution.number
    return Decision(
        Outcome.PASS,
        (
            Reason("notice_signed", (SOURCE,), {"body": under.to_body.name}),
            Reason("under_delegation", (resolution_source(number),), {"body": body.name, "number": number}),
        ),
    )


def delegation(notice: OfficialNotice, by: Actor, *, on: date) -> Delegation | None:
    """Under which this person signs for the body of the series, where they do not act for it: a standing one for
    cases of this kind, or one for this very case (PROP-6.3). A document about no case is delegated to nobody.
    """
    if notice.case is None or by.user is None:
        return None
    held = Delegation.objects.on(on).filter(
        Q(case__isnull=True) | Q(case=notice.case), kind=notice.case.kind, from_body=notice.series.signed_by_body
    )
    for one in held.select_related("to_body", "resolution").order_by(F("case_id").asc(nulls_last=True), "-from_on"):
        if permissions.may_act_for(by.user, one.to_body.key, on=on, action=STEP).passed:
            return one
    return None


def signing_body(notice: OfficialNotice, by: Actor, *, on: date) -> Body:
    """For which body this person signs."""
    own = notice.series.signed_by_body
    if by.user is not None and permissions.may_act_for(by.user, own.key, on=on, action=STEP).passed:
        return own
    under = delegation(notice, by, on=on)
    return under.to_body if under is not None else own
