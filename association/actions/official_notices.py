"""Official documents (红头文件): drafted, checked, signed, numbered, issued, told, revoked by a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from association import clock, permissions, ports, queries
from association.actions import decisions, dispatches, document_series, jobs, letters
from association.actions import notice_hands as hands
from association.actions.dispatches import Reach, Sending
from association.actions.messages import in_letter_language
from association.actions.notice_hands import SOURCE
from association.actors import Actor, person
from association.decisions import Decision, Refused, failed, passed, require
from association.files import keeping
from association.letters import Letter, office
from association.letters import write as write_letter
from association.models import Dispatch, DocumentNumber, NoticeRecipient, OfficialNotice, User
from association.models.message import Topic
from association.printing import fonts, pdf, pdfium
from association.redhead.facts import TEMPLATE, LetterFacts
from association.redhead.rendering import render_letter
from association.rules import document_number as numbering
from association.rules.official_text import dated
from association.serials import new_serial

RENDER = "association.render_notice"
SEND = "association.send_notice"
AUDIENCE = "members"
FIELDS = (
    "series", "kind", "title", "addressees", "text", "attachments", "copied_to", "printed_by", "case", "resolution",
    "announcement", "revokes", "revokes_because",
)  # fmt: skip


# from the draft to the signature


def check_text(typed: Mapping[str, Any]) -> Decision:
    """Whether a document can be written so: everything in it can be printed, and a revocation names what and why."""
    parts = [typed["title"], typed.get("addressees", ""), typed["text"], typed.get("copied_to", "")]
    unknown = fonts.missing_glyphs("".join([*parts, typed["printed_by"], *typed.get("attachments", ())]))
    if unknown:
        return failed("notice_unprintable", SOURCE, characters=unknown)
    revoked = typed.get("revokes")
    if revoked is not None and not typed.get("revokes_because", "").strip():
        return failed("notice_revocation_without_reason", SOURCE)
    if revoked is not None and revoked.issued_on is None:
        return failed("notice_revoked_not_issued", SOURCE)
    if typed["series"].closed:
        return failed("notice_series_closed", SOURCE, name=typed["series"].name)
    return passed("notice_text_right", SOURCE)


@transaction.atomic
def draft(typed: Mapping[str, Any], *, by: Actor, on: date) -> OfficialNotice:
    """Write a document: ``typed`` holds :data:`FIELDS`."""
    require(check_text(typed))
    notice = OfficialNotice.objects.create(**_fields(typed), drafted_on=on, drafted_by=person(by))
    hands.wrote(notice, by=by, on=on)
    return notice


@transaction.atomic
def edit(notice: OfficialNotice, typed: Mapping[str, Any], *, by: Actor, on: date) -> OfficialNotice:
    """Write it anew: whoever checked it checks it again. Raises :class:`Refused` once it is signed."""
    notice = _locked(notice)
    if notice.signed_on is not None:
        raise Refused(failed("notice_signed_already", SOURCE, on=notice.signed_on.isoformat()))
    require(check_text(typed))
    for name, value in _fields(typed).items():
        setattr(notice, name, value)
    notice.drafted_on, notice.drafted_by = on, person(by)
    notice.checked_on = notice.checked_by = None
    notice.returned_note = ""
    notice.save()
    hands.wrote(notice, by=by, on=on)
    return notice


@transaction.atomic
def discard(notice: OfficialNotice) -> None:
    """Throw away what nobody has signed."""
    notice = _locked(notice)
    if notice.signed_on is not None:
        raise Refused(failed("notice_signed_already", SOURCE, on=notice.signed_on.isoformat()))
    notice.delete()


@transaction.atomic
def check(notice: OfficialNotice, *, by: Actor, on: date) -> OfficialNotice:
    """A second person has read it (核稿)."""
    notice = _locked(notice)
    require(hands.check_check(notice, by, on=on))
    notice.checked_on, notice.checked_by, notice.returned_note = on, person(by), ""
    notice.save(update_fields=["checked_on", "checked_by", "returned_note"])
    hands.was_checked(notice, on=on)
    return notice


@transaction.atomic
def sign(notice: OfficialNotice, *, by: Actor, on: date) -> OfficialNotice:
    """Sign it (签发): on the day that its paper bears."""
    notice = _locked(notice)
    decision = require(hands.check_sign(notice, by, on=on))
    body = hands.signing_body(notice, by, on=on).key
    acting = permissions.acting(Actor.officer(person(by), body=body), body, on=on, action=hands.STEP)
    notice.signing = decisions.record(decision, kind="document.signed", version_id=None, by=acting, on=on)
    notice.signed_on, notice.signed_by = on, person(by)
    notice.save(update_fields=["signing", "signed_on", "signed_by"])
    return notice


@transaction.atomic
def send_back(notice: OfficialNotice, *, note: str, by: Actor, on: date) -> OfficialNotice:
    """To the one who wrote it, saying what is to be mended; check and signature are gone, their record stays."""
    notice = _locked(notice)
    if notice.issued_on is not None:
        raise Refused(failed("notice_issued_already", SOURCE, on=notice.issued_on.isoformat()))
    if not note.strip():
        raise Refused(failed("notice_note_required", SOURCE))
    notice.checked_on = notice.checked_by = notice.signed_on = notice.signed_by = notice.signing = None
    notice.returned_note = note.strip()[:500]
    notice.save()
    return notice


# issue


def check_issue(notice: OfficialNotice, *, on: date) -> Decision:
    """Whether it can be numbered and issued: signed, this year, and what it revokes still stands."""
    if notice.issued_on is not None:
        return failed("notice_issued_already", SOURCE, on=notice.issued_on.isoformat())
    if notice.signed_on is None:
        return failed("notice_unsigned", SOURCE, body=str(notice.series.signed_by_body))
    if notice.signed_on.year != on.year:
        return failed("notice_signed_last_year", SOURCE, on=notice.signed_on.isoformat())
    if notice.series.closed:
        return failed("notice_series_closed", SOURCE, name=notice.series.name)
    if notice.revokes is not None and revocation_of(notice.revokes) is not None:
        return failed("notice_revoked_already", SOURCE, number=str(notice.revokes.number))
    return passed("notice_issuable", SOURCE)


@transaction.atomic
def issue(notice: OfficialNotice, *, by: Actor, on: date) -> OfficialNotice:
    """Give it its number and serial and freeze what it says. The PDF is made in the background.

    Raises :class:`Refused` where a page cannot be set; no number is spent then.
    """
    notice = _locked(notice)
    if notice.revokes_id is not None:  # two that take the same one back are issued one after the other
        OfficialNotice.objects.select_for_update(no_key=True).get(pk=notice.revokes_id)
    require(check_issue(notice, on=on))
    try:
        render_letter(preview_facts(notice, on=on))
    except pdf.NotPrinted as fault:
        raise Refused(failed("notice_unprintable", SOURCE, characters=str(fault))) from fault
    notice.number = document_series.give_number(notice.series, on=on)
    notice.serial = new_serial()
    notice.facts = facts_of(notice, number=notice.number.text, serial=notice.serial, on=on).as_json()
    notice.template_version = TEMPLATE
    notice.issued_on, notice.issued_by = on, person(by)
    notice.save()
    jobs.order(RENDER, f"notice:{notice.pk}", notice_id=notice.pk)
    return notice


def render(notice_id: int) -> None:
    """Make the PDF once and keep it; what the worker does."""
    notice = OfficialNotice.objects.get(pk=notice_id)
    if notice.file_id is not None or notice.facts is None:
        return
    data = render_letter(LetterFacts.from_json(notice.facts))
    with pdfium.opened(data) as document:
        pages = len(document)
    name = f"{notice.facts['number']} {notice.plain_title}"[:150] + ".pdf"
    file = keeping.keep_rendered(data, name=name, media_type="application/pdf", pages=pages)
    if not OfficialNotice.objects.filter(pk=notice_id, file__isnull=True).update(file=file):
        keeping.discard(file)


def paper(notice: OfficialNotice, *, on: date) -> bytes:
    """Its PDF: the one that is kept, else made now from the same facts; of a draft, marked as one."""
    if notice.file is not None:
        return keeping.read(notice.file, by=None)
    return render_letter(LetterFacts.from_json(notice.facts) if notice.facts else preview_facts(notice, on=on))


def preview_facts(notice: OfficialNotice, *, on: date) -> LetterFacts:
    """What a draft would say if it were issued today, without a number."""
    text = notice.series.form.replace(numbering.YEAR, str(on.year)).replace(numbering.SEQ, "　")
    return facts_of(notice, number=text, serial="0000-0000-0000-0000", on=on, draft=True)


def facts_of(notice: OfficialNotice, *, number: str, serial: str, on: date, draft: bool = False) -> LetterFacts:
    profile = queries.profile()
    assert profile is not None
    signer = (notice.signing.actor_name if notice.signing else "　　　") if notice.upward else ""
    return LetterFacts(
        letterhead=notice.series.letterhead,
        number=number,
        title=notice.title,
        addressees=notice.addressees.strip().rstrip("：:"),
        text=notice.text,
        attachments=tuple(notice.attachments),
        issuer=profile.name,
        dated=dated(notice.signed_on or on),
        copied_to=notice.copied_to.strip().rstrip("。"),
        printed_by=notice.printed_by,
        printed=dated(on),
        serial=serial,
        url=f"{settings.SITE_URL}{reverse('document', args=[serial])}",
        signer=signer,
        draft=draft,
    )


def revocation_of(notice: OfficialNotice) -> OfficialNotice | None:
    """The issued document that takes this one back, if any; one that is void takes nothing back."""
    rows = OfficialNotice.objects.filter(revokes=notice, issued_on__isnull=False, number__voided_on__isnull=True)
    return rows.select_related("number").first()


def check_void(notice: OfficialNotice) -> Decision:
    """Whether its number can be declared void: nobody was told of it yet. Afterwards a later document revokes it."""
    if notice.number is None:
        return failed("notice_not_issued", SOURCE)
    if notice.number.voided_on is not None:
        return failed("notice_void_already", SOURCE, on=notice.number.voided_on.isoformat())
    if notice.recipients.exists() or notice.dispatches.exists():
        return failed("notice_told_already", SOURCE, number=notice.number.text)
    return passed("notice_voidable", SOURCE)


@transaction.atomic
def void(notice: OfficialNotice, *, reason: str, by: Actor, on: date) -> DocumentNumber:
    """Declare it and its number void; the number stays in the register and is not given again."""
    notice = _locked(notice)
    require(check_void(notice))
    if not reason.strip():
        raise Refused(failed("notice_note_required", SOURCE))
    number = notice.number
    assert number is not None
    number.voided_on, number.voided_by, number.void_reason = on, person(by), reason.strip()[:300]
    number.save(update_fields=["voided_on", "voided_by", "void_reason"])
    return number


# telling people


def check_tell(notice: OfficialNotice) -> Decision:
    """Whether people can be told of it: it is issued, and neither void nor revoked."""
    if notice.number is None:
        return failed("notice_not_issued", SOURCE)
    if notice.number.voided_on is not None:
        return failed("notice_void_already", SOURCE, on=notice.number.voided_on.isoformat())
    if (later := revocation_of(notice)) is not None:
        return failed("notice_revoked_by", SOURCE, number=str(later.number))
    return passed("notice_tellable", SOURCE)


def reach(parts: Sequence[str], *, on: date) -> Reach:
    return dispatches.reach(AUDIENCE, parts, Sending(lambda users: frozenset(), len), on=on)


@transaction.atomic
def tell_audience(notice: OfficialNotice, *, parts: Sequence[str], by: Actor, on: date) -> Dispatch:
    """Tell all members, or ``parts`` of them; the worker writes. Nobody opts out of what is official."""
    notice = _locked(notice)
    require(check_tell(notice))
    known = {part.key for _sort, found in ports.audiences[AUDIENCE].parts(on) for part in found}
    found = reach(parts, on=on)
    if not set(parts) <= known or not found.told:
        raise Refused(failed("notice_reaches_nobody", SOURCE))
    dispatch = Dispatch.objects.create(
        notice=notice,
        audience=AUDIENCE,
        parts=sorted(parts),
        on=on,
        expected=found.expected,
        ordered_at=clock.now(),
        ordered_by=person(by),
    )
    dispatches.order(SEND, dispatch)
    return dispatch


@transaction.atomic
def tell_people(notice: OfficialNotice, users: Iterable[User], *, on: date) -> int:
    """Tell these accounts, each once. Returns how many had not been told."""
    notice = _locked(notice)
    require(check_tell(notice))
    return _tell(notice, list(users))


def write(dispatch_id: int) -> None:
    """What the worker does for an audience."""
    dispatch = Dispatch.objects.select_related("notice__number").get(pk=dispatch_id)
    assert dispatch.notice is not None
    dispatches.run(dispatch_id, Sending(lambda users: frozenset(), partial(_tell, dispatch.notice)))


def cancel(dispatch: Dispatch, *, by: Actor, on: date) -> int:
    """Tell nobody else of it. Who was told reads it in the portal. Returns the number of mails taken back."""
    return dispatches.cancel(dispatch, occasion(dispatch), by=by, on=on)


def occasion(dispatch: Dispatch) -> str:
    """What the messages of a sending are known by."""
    return f"document:{dispatch.notice_id}"


def opened(notice: OfficialNotice, user: User) -> None:
    """The account opens the paper; the first time counts."""
    NoticeRecipient.objects.filter(notice=notice, user=user, opened_at__isnull=True).update(opened_at=clock.now())


@in_letter_language
def _tell(notice: OfficialNotice, users: Sequence[User]) -> int:
    told = set(NoticeRecipient.objects.filter(notice=notice, user__in=users).values_list("user", flat=True))
    fresh = [user for user in users if user.pk not in told]
    now = clock.now()
    NoticeRecipient.objects.bulk_create([NoticeRecipient(notice=notice, user=user, told_at=now) for user in fresh])
    letters.tell_many({f"document:{notice.pk}:{user.pk}": user for user in fresh}, letter(notice))
    return len(fresh)


@in_letter_language
def letter(notice: OfficialNotice) -> Letter:
    """What people are told of it. One that decides a case is worth a text message."""
    return replace(
        write_letter("document.issued", office.document(notice)),
        topic=Topic.DECISION if notice.case_id else Topic.NONE,
    )


def _fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: typed[name] for name in FIELDS if name in typed}


def _locked(notice: OfficialNotice) -> OfficialNotice:
    """The row, and what it names read after it: joined, who waited would read what it named before."""
    related = ("series__signed_by_body", "number", "revokes__number", "drafted_by", "signed_by")
    held = OfficialNotice.objects.select_for_update().get(pk=notice.pk)
    return OfficialNotice.objects.select_related(*related).get(pk=held.pk)
