"""Official documents at the desk: drafts, checking, signing, numbers, sending, who was told and who opened them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from association import clock, queries
from association.actions import dispatches, official_notices
from association.actions import notice_hands as hands
from association.admin import reach
from association.admin.base import (
    DeskAdmin,
    address,
    against,
    case_page,
    chosen,
    filters,
    find,
    page_of,
    query_of,
    typed_in,
)
from association.admin.document_forms import NoticeForm, PeopleForm, ReasonForm
from association.admin.newsletters import TABS, PartsForm, group_names_of, taken_back
from association.channels.reach import ways_of
from association.models import Dispatch, DocumentSeries, OfficialNotice
from association.models.message import Channel
from association.printing import pdf, pdfium
from association.views.serving import private
from association.web import attempt, officer

DRAFTING = "association.add_officialnotice"
CHECKING = "association.check_officialnotice"
ISSUING = "association.issue_officialnotice"
LIST = "admin:association_officialnotice_changelist"
PAGE = "admin:association_officialnotice_change"
STATES = (
    ("all", gettext_lazy("all")),
    ("open", gettext_lazy("not issued")),
    ("issued", gettext_lazy("issued")),
)
ROW = ("series__signed_by_body", "number", "drafted_by", "checked_by", "signed_by", "issued_by")


@admin.register(OfficialNotice)
class OfficialNoticeAdmin(DeskAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("draft/", self.draft, "draft"),
            self.route("<int:pk>/edit/", self.edit, "edit"),
            self.route("<int:pk>/discard/", self.discard, "discard"),
            self.route("<int:pk>/check/", self.confirm_text, "check"),
            self.route("<int:pk>/return/", self.send_back, "return"),
            self.route("<int:pk>/sign/", self.sign, "sign"),
            self.route("<int:pk>/issue/", self.issue, "issue"),
            self.route("<int:pk>/void/", self.void, "void"),
            self.route("<int:pk>/tell/", self.tell, "tell"),
            self.route("<int:pk>/people/", self.people, "people"),
            self.route("<int:pk>/progress/<int:sent>/", self.progress, "progress"),
            self.route("<int:pk>/cancel/<int:sent>/", self.cancel, "cancel"),
            self.route("<int:pk>/paper.pdf", self.paper, "paper"),
            self.route("<int:pk>/page/<int:number>.png", self.picture, "picture"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", [value for value, _words in STATES], "all"), query_of(request)
        rows = OfficialNotice.objects.select_related(*ROW).prefetch_related("revocations__number")
        if state != "all":
            rows = rows.filter(issued_on__isnull=state == "open")
        if asked:
            rows = rows.filter(Q(title__says=asked) | Q(number__text__says=asked))
        page = page_of(request, rows)
        return self.page(
            request,
            "desk/association/documents.html",
            title=_("Official documents"),
            page=page,
            rows=[{"row": row, "state": state_of(row)} for row in page.rows],
            filters=filters(request, "state", STATES, state),
            asked=asked,
            keep=[("state", state)],
            may_draft=request.user.has_perm(DRAFTING) and DocumentSeries.objects.filter(closed=False).exists(),
            may_open=request.user.has_perm("association.add_documentseries"),
            series_url=reverse("admin:association_documentseries_changelist"),
            may_series=request.user.has_perm("association.view_documentseries"),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self.draft(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row, today, by = self.find(object_id), clock.today(), officer(request)
        told = row.recipients.count() if row.issued_on else 0
        try:
            data, fault = official_notices.paper(row, on=today), ""
        except pdf.NotPrinted as error:
            data, fault = b"", str(error)
        return self.page(
            request,
            "desk/association/document.html",
            title=row.plain_title,
            where=_("Official documents"),
            where_url=reverse(LIST),
            row=row,
            state=state_of(row),
            later=official_notices.revocation_of(row),
            case_url=case_page(row.case, request.user) if row.case else "",
            pages=range(1, page_count(data) + 1),
            fault=fault,
            told=told,
            opened=row.recipients.filter(opened_at__isnull=False).count() if told else 0,
            recipients=row.recipients.select_related("user").order_by("opened_at", "pk")[:50] if told else [],
            works=[work(row, sent) for sent in row.dispatches.all()] if row.issued_on else [],
            may_edit=row.signed_on is None and request.user.has_perm(DRAFTING),
            may_return=row.issued_on is None and (row.checked_on or request.user.has_perm(CHECKING)),
            checking=against(hands.check_check(row, by, on=today)),
            may_check=row.checked_on is None and request.user.has_perm(CHECKING),
            signing=against(hands.check_sign(row, by, on=today)),
            to_sign=row.checked_on is not None and row.signed_on is None,
            to_issue=row.signed_on is not None and row.issued_on is None and request.user.has_perm(ISSUING),
            issuing=against(official_notices.check_issue(row, on=today)),
            telling=against(official_notices.check_tell(row)),
            may_tell=row.issued_on is not None and request.user.has_perm(ISSUING),
            may_void=official_notices.check_void(row).passed and request.user.has_perm(ISSUING),
            public_url=address("document", row.serial) if row.serial else "",
        )

    def draft(self, request: HttpRequest) -> HttpResponse:
        self.require(request, DRAFTING)
        if not DocumentSeries.objects.filter(closed=False).exists():
            return self.without_series(request)
        profile = queries.profile()
        printed_by = _("%(name)s, secretariat") % {"name": profile.name if profile else ""}
        start = {"printed_by": printed_by} | {
            name: request.GET[name]
            for name in ("case", "resolution", "announcement", "revokes")
            if name in request.GET
        }
        form = NoticeForm(typed_in(request), initial=start)
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: official_notices.draft(form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("The draft is kept. Somebody else checks it now."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.written(request, form, title=_("Draft a document"), cancel_url=reverse(LIST))

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, DRAFTING)
        row = self.find(pk)
        form = NoticeForm(typed_in(request), initial=NoticeForm.of(row))
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: official_notices.edit(row, form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("The draft is kept. Somebody else checks it now."),
            )
            if made is not None:
                return redirect(PAGE, row.pk)
        return self.written(request, form, title=row.plain_title, cancel_url=reverse(PAGE, args=[row.pk]))

    def written(self, request: HttpRequest, form: NoticeForm, *, title: str, cancel_url: str) -> HttpResponse:
        return self.page(
            request,
            "desk/association/form.html",
            title=title,
            where=_("Official documents"),
            where_url=reverse(LIST),
            form=form,
            submit=_("Save the draft"),
            cancel_url=cancel_url,
        )

    def without_series(self, request: HttpRequest) -> HttpResponse:
        """Nothing can be drafted yet: what is missing, and the way there."""
        return self.page(
            request,
            "desk/association/document_no_series.html",
            title=_("Draft a document"),
            where=_("Official documents"),
            where_url=reverse(LIST),
            may_open=request.user.has_perm("association.add_documentseries"),
        )

    def confirm(self, request: HttpRequest, row: OfficialNotice, **context: Any) -> HttpResponse:
        return self.page(
            request,
            "desk/association/confirm.html",
            where=_("Official documents"),
            where_url=reverse(LIST),
            lede=row.plain_title,
            cancel_url=reverse(PAGE, args=[row.pk]),
            **context,
        )

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, DRAFTING)
        row = self.find(pk)
        if request.method == "POST":
            done = attempt(request, lambda: official_notices.discard(row) or True, done=_("The draft is thrown away."))
            return redirect(LIST) if done else redirect(PAGE, row.pk)
        return self.confirm(
            request,
            row,
            title=_("Throw this draft away?"),
            effects=[{"text": _("It never had a number; none is lost.")}],
            confirm=_("Throw away"),
            stop=True,
        )

    def confirm_text(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, CHECKING)
        row, today = self.find(pk), clock.today()
        if request.method == "POST":
            act = lambda: official_notices.check(row, by=officer(request), on=today)  # noqa: E731
            attempt(request, act, done=_("The draft is checked. It waits for the signature."))
        return redirect(PAGE, row.pk)

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_view(request)
        row, today, by = self.find(pk), clock.today(), officer(request)
        signer = hands.check_sign(row, by, on=today).passed
        if not signer:
            self.require(request, CHECKING)
        form = ReasonForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            done = attempt(
                request,
                lambda: official_notices.send_back(row, note=form.cleaned_data["reason"], by=by, on=today),
                done=_("It went back to %(name)s.") % {"name": row.drafted_by},
            )
            if done is not None:
                return redirect(PAGE, row.pk)
        return self.confirm(
            request,
            row,
            title=_("Send it back?"),
            effects=[{"text": _("%(name)s mends it; then it is checked and signed anew.") % {"name": row.drafted_by}}],
            form=form,
            confirm=pgettext("document", "Send back"),
        )

    def sign(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_view(request)
        row, today, by = self.find(pk), clock.today(), officer(request)
        if request.method == "POST":
            attempt(
                request,
                lambda: official_notices.sign(row, by=by, on=today),
                done=_("Signed. It can be numbered and issued."),
            )
            return redirect(PAGE, row.pk)
        return self.confirm(
            request,
            row,
            title=_("Sign this document?"),
            effects=[
                {"text": _("It bears today's day and your name stands in the register.")},
                {"text": _("It is not changed any more without going back.")},
            ],
            confirm=_("Sign"),
            reasons=against(hands.check_sign(row, by, on=today)),
        )

    def issue(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, ISSUING)
        row, today = self.find(pk), clock.today()
        if request.method == "POST":
            done = attempt(request, lambda: official_notices.issue(row, by=officer(request), on=today))
            if done is not None:
                messages.success(request, _("Issued as %(number)s.") % {"number": done.number})
            return redirect(PAGE, row.pk)
        effects = [
            {
                "text": _("It gets the next number of «%(series)s» and is not changed any more.")
                % {"series": row.series}
            }
        ]
        if row.revokes:
            effects.append({"text": _("%(number)s is revoked.") % {"number": row.revokes.number}})
        return self.confirm(
            request,
            row,
            title=_("Number and issue this document?"),
            effects=effects,
            confirm=_("Number and issue"),
            reasons=against(official_notices.check_issue(row, on=today)),
        )

    def void(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, ISSUING)
        row, today = self.find(pk), clock.today()
        form = ReasonForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            done = attempt(
                request,
                lambda: official_notices.void(row, reason=reason, by=officer(request), on=today),
                done=_("The document and its number are void."),
            )
            if done is not None:
                return redirect(PAGE, row.pk)
        return self.confirm(
            request,
            row,
            title=_("Declare the number void?"),
            effects=[
                {
                    "text": _("%(number)s stays in the register as void; it is not given again.")
                    % {"number": row.number}
                }
            ],
            form=form,
            confirm=_("Declare void"),
            stop=True,
            reasons=against(official_notices.check_void(row)),
        )

    def tell(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First which members, then how many these are, then they are told."""
        self.require(request, ISSUING)
        row, today = self.find(pk), clock.today()
        form = PartsForm(typed_in(request))
        if not (request.method == "POST" and form.is_valid()):
            return self.page(
                request,
                "desk/association/form.html",
                title=_("To whom does it go?"),
                where=_("Official documents"),
                where_url=reverse(LIST),
                lede=str(row.number or ""),
                form=form,
                submit=_("Count who gets it"),
                cancel_url=reverse(PAGE, args=[row.pk]),
            )
        parts = form.parts()
        if "confirmed" in request.POST:
            done = attempt(
                request,
                lambda: official_notices.tell_audience(row, parts=parts, by=officer(request), on=today),
                done=_("The members are being told. This page shows how far it is."),
            )
            if done is not None:
                return redirect(PAGE, row.pk)
        found = official_notices.reach(parts, on=today)
        letter = official_notices.letter(row) if row.number else None
        ways = ways_of(letter.topic, letter.kind) if letter else [Channel.MAIL]
        reached = reach.shown(request, *reach.members(parts, ways))
        words = ngettext(
            "%(count)d account is told, by mail and in the portal.",
            "%(count)d accounts are told, by mail and in the portal.",
            found.told,
        )
        return self.confirm(
            request,
            row,
            title=_("Tell the members of %(number)s?") % {"number": row.number or ""},
            facts=[
                (_("Members chosen"), found.expected),
                (_("Without an account, so without an address"), found.unreached),
                *reached.pop("ways"),
            ],
            **reached,
            effects=[
                {"text": words % {"count": found.told}, "to": "、".join(group_names_of(parts)) or _("all members")}
            ],
            typed=[(name, value) for name in form.fields for value in request.POST.getlist(name)],
            confirm=_("Tell them"),
            reasons=against(official_notices.check_tell(row)),
        )

    def people(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, ISSUING)
        row, today = self.find(pk), clock.today()
        form = PeopleForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            users = form.cleaned_data["addresses"]
            told = attempt(request, lambda: official_notices.tell_people(row, users, on=today))
            if told is not None:
                words = ngettext("%(count)d person is told.", "%(count)d people are told.", told)
                messages.success(request, words % {"count": told})
                return redirect(PAGE, row.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Tell people by name"),
            where=_("Official documents"),
            where_url=reverse(LIST),
            lede=str(row.number or ""),
            form=form,
            submit=_("Tell them"),
            cancel_url=reverse(PAGE, args=[row.pk]),
        )

    def progress(self, request: HttpRequest, pk: int, sent: int) -> HttpResponse:
        self.require_view(request)
        row = self.find(pk)
        return render(request, "desk/association/work.html", {"work": work(row, find(row.dispatches.all(), sent))})

    def cancel(self, request: HttpRequest, pk: int, sent: int) -> HttpResponse:
        """Stop telling people; who was told stays told."""
        self.require(request, ISSUING)
        row = self.find(pk)
        dispatch = find(row.dispatches.all(), sent)
        if request.method == "POST":
            stopped = attempt(
                request, lambda: official_notices.cancel(dispatch, by=officer(request), on=clock.today())
            )
            if stopped is not None:
                self.message_user(request, taken_back(stopped))
        return redirect(PAGE, row.pk)

    def paper(self, request: HttpRequest, pk: int) -> Any:
        self.require_view(request)
        row = self.find(pk)
        data = self.printed(row)
        name = row.file.original_name if row.file else f"{row.plain_title[:60]}.pdf"
        return private(data, name=name, media_type="application/pdf", download=True)

    def picture(self, request: HttpRequest, pk: int, number: int) -> Any:
        self.require_view(request)
        row = self.find(pk)
        try:
            data = pdf.png(self.printed(row), number - 1, width=900)
        except IndexError:
            raise Http404 from None
        return private(data, name=f"{number}.png", media_type="image/png", download=False)

    def printed(self, row: OfficialNotice) -> bytes:
        try:
            return official_notices.paper(row, on=clock.today())
        except pdf.NotPrinted:
            raise Http404 from None

    def find(self, key: Any) -> OfficialNotice:
        related = ("revokes__number", "case", "resolution", "announcement", "file", "number__voided_by")
        signing = ("signing__version", "signing__actor", "signing__principal")
        return find(OfficialNotice.objects.select_related(*ROW, *related, *signing), key)


def page_count(data: bytes) -> int:
    if not data:
        return 0
    with pdfium.opened(data) as opened:
        return len(opened)


def state_of(row: OfficialNotice) -> dict[str, str]:
    """How far it is, in a word."""
    label, tone = next(word for reached, word in _states(row) if reached)
    return {"label": label, "tone": tone}


def _states(row: OfficialNotice) -> Iterator[tuple[Any, tuple[str, str]]]:
    number = row.number
    yield number is not None and number.voided_on, (pgettext("document", "void"), "stopped")
    later = any(one.issued_on and one.number and not one.number.voided_on for one in row.revocations.all())
    yield later, (pgettext("document", "revoked"), "stopped")
    yield row.issued_on, (pgettext("document", "issued"), "done")
    yield row.signed_on, (pgettext("document", "signed, to be numbered"), "waiting")
    yield row.checked_on, (pgettext("document", "checked, to be signed"), "waiting")
    yield row.returned_note, (pgettext("document", "sent back"), "stopped")
    yield True, (pgettext("document", "draft, to be checked"), "waiting")


def work(row: OfficialNotice, sent: Dispatch) -> dict[str, Any]:
    waiting = dispatches.unsent(official_notices.occasion(sent), sent)
    running = sent.cancelled_at is None and (sent.finished_at is None or waiting > 0)
    words = ngettext("%(count)d mail still to go out", "%(count)d mails still to go out", waiting)
    return {
        "key": f"document-{sent.pk}",
        "label": "、".join(group_names_of(sent.parts)) or _("all members"),
        "done": sent.done,
        "total": max(sent.expected, sent.done),
        "state": "stopped" if sent.cancelled_at else "running" if running else "done",
        "text": words % {"count": waiting} if waiting else "",
        "poll_url": reverse("admin:association_officialnotice_progress", args=[row.pk, sent.pk]),
        "cancel_url": reverse("admin:association_officialnotice_cancel", args=[row.pk, sent.pk]),
    }
