"""Lost logins at the desk: one checks and proposes, another confirms, anybody of them refuses with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from association import clock
from association.actions import recovery
from association.admin.base import ReadOnlyAdmin, against, chosen, filters, find, page_of, typed_in
from association.files import keeping
from association.models import RecoveryRequest, User
from association.values import long_date
from association.views.recovery import LostForm
from association.views.serving import private
from association.web import attempt, officer, require_fresh_login

LIST = "admin:association_recoveryrequest_changelist"
PAGE = "admin:association_recoveryrequest_change"
VIEWS = (("open", gettext_lazy("open")), ("all", gettext_lazy("all")))
PEOPLE = ("account", "entered_by", "proposed_by", "confirmed_by", "closed_by", "letter")


class PhoneForm(LostForm):
    """The same questions, asked on the telephone; the letter comes later or not at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["letter"]


class ProposeForm(forms.Form):
    account = forms.EmailField(
        label=gettext_lazy("e-mail address of the account"),
        help_text=gettext_lazy("The address it has now. Look the unit up under members or accounts."),
    )
    new_email = forms.EmailField(
        label=gettext_lazy("new e-mail address"),
        help_text=gettext_lazy("As the sealed letter says. The same one if only the phone is lost."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("how it was checked"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Which papers; who was called back, at which number that we knew before."),
    )

    def clean_account(self) -> User:
        found = User.objects.filter(email__iexact=self.cleaned_data["account"]).first()
        if found is None:
            raise forms.ValidationError(_("No account has this address. Look under accounts how it is written."))
        return found


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=True
    )


class SeenForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


@admin.register(RecoveryRequest)
class RecoveryAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("enter/", self.enter, "enter"),
            self.route("<int:pk>/letter/", self.letter, "letter"),
            self.route("<int:pk>/propose/", self.propose, "propose"),
            self.route("<int:pk>/confirm/", self.confirm, "confirm"),
            self.route("<int:pk>/refuse/", self.refuse, "refuse"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        view = chosen(request, "view", (value for value, _words in VIEWS), "open")
        rows = RecoveryRequest.objects.select_related("account")
        page = page_of(request, rows.filter(closed_as="") if view == "open" else rows)
        return self.page(
            request,
            "desk/association/recoveries.html",
            title=_("Lost logins"),
            where=_("Settings"),
            where_url=reverse("admin:association_association_changelist"),
            page=page,
            rows=[{"row": row, "state": state(row)} for row in page.rows],
            filters=filters(request, "view", VIEWS, view),
            may_enter=request.user.has_perm("association.add_recoveryrequest"),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self.require_view(request)
        row = find(RecoveryRequest.objects.select_related(*PEOPLE), object_id)
        on, by = clock.today(), officer(request)
        may = {
            "propose": request.user.has_perm(recovery.PROPOSING) and not row.closed_as and row.confirmed_on is None,
            "confirm": request.user.has_perm(recovery.CONFIRMING) and not row.closed_as and row.confirmed_on is None,
            "refuse": request.user.has_perm(recovery.PROPOSING) and not row.closed_as,
        }
        return self.page(
            request,
            "desk/association/recovery.html",
            title=str(row),
            where=_("Lost logins"),
            where_url=reverse(LIST),
            row=row,
            status=state(row),
            may=may,
            confirm_reasons=against(recovery.check_confirm(row, by=by, on=on)),
            propose_reasons=against(recovery.check_open(row, on=on)),
        )

    def letter(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The sealed letter, for those who decide; each look is on record."""
        self.require(request, recovery.PROPOSING)
        row = find(RecoveryRequest.objects.select_related("letter"), pk)
        if row.letter is None:
            raise Http404
        data = keeping.read(row.letter, by=officer(request).user)
        return private(data, name=row.letter.original_name, media_type=row.letter.media_type, download=True)

    def enter(self, request: HttpRequest) -> HttpResponse:
        self.require(request, "association.add_recoveryrequest")
        form = PhoneForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: recovery.ask(**form.cleaned_data, letter=None, by=officer(request), on=clock.today()),
                done=_("The request is on record."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self._form(
            request,
            title=_("A lost login, by telephone"),
            where=_("Lost logins"),
            where_url=reverse(LIST),
            lede=_("Call back at a number that we knew before, not at the one that is given now."),
            form=form,
            submit=_("Record the request"),
            cancel_url=reverse(LIST),
        )

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, recovery.PROPOSING)
        require_fresh_login(request)
        row = find(RecoveryRequest.objects.select_related("account"), pk)
        back = reverse(PAGE, args=[row.pk])
        account = row.account
        before = {"account": account.email, "new_email": row.new_email, "evidence": row.evidence} if account else {}
        form = ProposeForm(typed_in(request), initial=before)
        if request.method == "POST" and form.is_valid():
            done = attempt(
                request,
                lambda: recovery.propose(row, **form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("Proposed. Now a second person looks at it."),
            )
            if done is not None:
                return redirect(back)
        return self._form(
            request,
            title=_("Propose a new login"),
            where=str(row),
            where_url=back,
            lede=_("Nothing happens to the account before a second person confirms, and the old address may object."),
            form=form,
            submit=_("Propose it"),
            cancel_url=back,
        )

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, recovery.CONFIRMING)
        require_fresh_login(request)
        row = find(RecoveryRequest.objects.select_related(*PEOPLE), pk)
        back = reverse(PAGE, args=[row.pk])
        on, by = clock.today(), officer(request)
        form = SeenForm(typed_in(request), initial={"seen": recovery.fingerprint(row)})
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data["seen"]
            done = attempt(
                request,
                lambda: recovery.confirm(row, seen=seen, by=by, on=on),
                done=_("Confirmed. The old address is told and may object."),
            )
            return redirect(back if done is not None else request.path)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Confirm the new login?"),
            where=str(row),
            where_url=back,
            form=form,
            facts=(
                (_("Account"), row.old_email or "—"),
                (_("New address"), row.new_email or "—"),
                (_("How it was checked"), row.evidence or "—"),
                (_("Proposed by"), row.proposed_by or "—"),
            ),
            effects=[
                {"text": _("The old address is told at once, and may object."), "to": row.old_email},
                {"text": _("After the time for objections a one-time link goes to the new address.")},
                {"text": _("Who opens it sets a password; all sessions end, the second step is set up anew.")},
            ],
            reasons=against(recovery.check_confirm(row, by=by, on=on)),
            confirm=_("Confirm"),
            cancel_url=back,
        )

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, recovery.PROPOSING)
        row = find(RecoveryRequest.objects.select_related(*PEOPLE), pk)
        back = reverse(PAGE, args=[row.pk])
        on, by = clock.today(), officer(request)
        form = ReasonForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            done = attempt(
                request,
                lambda: recovery.refuse(row, reason=reason, by=by, on=on),
                done=_("The request is refused. Tell whoever asked, at their contact."),
            )
            if done is not None:
                return redirect(back)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Refuse this request?"),
            where=str(row),
            where_url=back,
            form=form,
            effects=[{"text": _("Nothing happens to the account. A link that was sent stops working.")}],
            reasons=against(recovery.check_refuse(row, by=by, on=on)),
            confirm=_("Refuse"),
            stop=True,
            cancel_url=back,
        )

    def _form(self, request: HttpRequest, **context: Any) -> HttpResponse:
        return self.page(request, "desk/association/form.html", **context)


def state(row: RecoveryRequest) -> dict[str, str]:
    """Where it stands, told from what is stored."""
    if row.closed_as:
        tone = "done" if row.closed_as == RecoveryRequest.Closed.USED else "stopped"
        return {"label": str(row.get_closed_as_display()), "tone": tone}
    if row.link_until is not None:
        if row.link_until <= clock.now():
            return {"label": pgettext("lost login", "link expired"), "tone": "stopped"}
        return {"label": pgettext("lost login", "link sent"), "tone": "waiting"}
    if row.objection_until is not None:
        words = pgettext("lost login", "objections until %(day)s")
        return {"label": words % {"day": long_date(row.objection_until)}, "tone": "waiting"}
    if row.proposed_on is not None:
        return {"label": pgettext("lost login", "waits for the second person"), "tone": "waiting"}
    return {"label": pgettext("lost login", "to be checked"), "tone": "waiting"}
