"""Through whose hands an official document goes: who wrote it, who may check it (核稿), who may sign it (签发)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from association import permissions
from association.actors import Actor, person
from association.decisions import Decision, Outcome, Reason, failed, passed, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Delegation, NoticeWriter, OfficialNotice, User

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
        return Decision(
            Outcome.PASS, (Reason("notice_signed", turn.sources, {"body": body.name, "notice": notice.pk}),)
        )
    under = delegation(notice, by, on=on)
    if under is None:
        return turn
    number = under.resolution.number
    return Decision(
        Outcome.PASS,
        (
            Reason("notice_signed", (SOURCE,), {"body": under.to_body.name, "notice": notice.pk}),
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


# what waits for whom: the same rules, asked of all documents at once


def to_check(user: User, *, on: date) -> QuerySet[OfficialNotice]:
    """Drafts that this person can confirm (:func:`check_check`). One that was sent back waits for its writer."""
    written = NoticeWriter.objects.filter(notice=OuterRef("pk"), checked_on__isnull=True)
    own = written.filter(permissions.hand_of(user, "user", on, "written_on"))
    return OfficialNotice.objects.filter(~Exists(own), checked_on__isnull=True, returned_note="")


def to_sign(bodies: frozenset[str], *, on: date) -> QuerySet[OfficialNotice]:
    """Checked drafts that somebody who acts for these bodies can sign (:func:`check_sign`)."""
    held = Delegation.objects.on(on).filter(
        Q(case__isnull=True) | Q(case=OuterRef("case")),
        kind=OuterRef("case__kind"),
        from_body=OuterRef("series__signed_by_body"),
        to_body__key__in=bodies,
    )
    mine = Q(series__signed_by_body__key__in=bodies) | Q(Exists(held), case__isnull=False)
    return OfficialNotice.objects.filter(mine, checked_on__isnull=False, signed_on__isnull=True)


def to_issue() -> QuerySet[OfficialNotice]:
    """Signed ones that have no number yet."""
    return OfficialNotice.objects.filter(signed_on__isnull=False, issued_on__isnull=True)


def to_mend(user: User) -> QuerySet[OfficialNotice]:
    """What came back to this person as its writer."""
    return OfficialNotice.objects.filter(checked_on__isnull=True, drafted_by=user).exclude(returned_note="")
