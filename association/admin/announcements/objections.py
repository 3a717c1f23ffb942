"""Objections at the desk: who objects is read here and nowhere else; each is answered by a person."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from association import clock
from association.actions import objections
from association.admin.announcements.forms import AnswerForm, ExtendForm, ReasonForm
from association.admin.base import ReadOnlyAdmin, against, case_page, chosen, filters, find, page_of, typed_in
from association.admin.newsletters import TABS
from association.files import keeping
from association.models import Objection, ObjectionFile
from association.models.objection import Proposal
from association.views.serving import private
from association.web import attempt, officer, user_of

ANSWERING = "association.change_objection"
VIEWS = (
    ("waiting", pgettext_lazy("objection", "To be answered")),
    ("follow", pgettext_lazy("objection", "To be confirmed")),
    ("answered", pgettext_lazy("objection", "Answered")),
)
ROW = ("publicity__announcement__decision", "publicity__announcement__case", "publicity__deadline", "answered_by")
BEGINNING = 60


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/answer/", self.answer, "answer"),
            self.route("<int:pk>/follow/", self.follow, "follow"),
            self.route("files/<int:pk>/", self.file, "file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        view = chosen(request, "view", (value for value, _words in VIEWS), "waiting")
        rows = Objection.objects.select_related(*ROW)
        if view == "waiting":
            rows = rows.waiting()
        elif view == "follow":
            rows = rows.filter(followed_on__isnull=True).exclude(proposal=Proposal.NONE).order_by("answered_on", "pk")
        else:
            rows = rows.filter(answered_on__isnull=False).order_by("-answered_on", "-pk")
        page = page_of(request, rows)
        return self.page(
            request,
            "desk/association/objections.html",
            title=_("Objections"),
            page=page,
            view=view,
            filters=filters(request, "view", VIEWS, view),
            rows=[{"row": row, "beginning": beginning(row.text)} for row in page.rows],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        return self.show(request, find(Objection.objects.select_related(*ROW), object_id), AnswerForm())

    def show(self, request: HttpRequest, row: Objection, form: AnswerForm, *, status: int = 200) -> HttpResponse:
        announcement = row.publicity.announcement
        may_answer = request.user.has_perm(ANSWERING)
        response = self.page(
            request,
            "desk/association/objection.html",
            title=_("Objection to «%(title)s»") % {"title": announcement.title},
            where=_("Objections"),
            where_url=reverse("admin:association_objection_changelist"),
            row=row,
            announcement=announcement,
            case_url=case_page(announcement.case, request.user) if announcement.case else "",
            sender=self.sender(row) if may_answer else None,
            files=row.files.select_related("file"),
            form=form,
            may_answer=may_answer and row.answered_on is None,
            may_follow=may_answer and objections.check_follow(row).passed,
        )
        response.status_code = status
        return response

    def sender(self, row: Objection) -> dict[str, str]:
        """Who objects; only for those who answer."""
        return {"name": row.name, "contact": row.contact}

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, ANSWERING)
        row = find(Objection.objects.select_related(*ROW), pk)
        page = reverse("admin:association_objection_change", args=[row.pk])
        if request.method != "POST":
            return redirect(page)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.show(request, row, form, status=422)
        typed = form.cleaned_data
        told = _("The answer is kept; the person who objected sees it with the code.")
        if row.contact:
            told += " " + _("Send it to %(contact)s as well.") % {"contact": row.contact}
        kept = attempt(
            request,
            lambda: objections.answer(
                row,
                outcome=typed["outcome"],
                text=typed["text"],
                proposal=typed["proposal"],
                by=officer(request),
                on=clock.today(),
            ),
            done=told,
        )
        return redirect(page) if kept else self.show(request, row, form, status=422)

    def follow(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm what was proposed with the answer."""
        self.require(request, ANSWERING)
        self.require(request, "association.publish_announcement")
        row = find(Objection.objects.select_related(*ROW), pk)
        page = reverse("admin:association_objection_change", args=[row.pk])
        extends = row.proposal == Proposal.EXTEND
        form = (ExtendForm if extends else ReasonForm)(typed_in(request))
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            made = attempt(
                request,
                lambda: objections.follow(
                    row, reason=typed["reason"], days=typed.get("days", 0), by=officer(request), on=clock.today()
                ),
                done=_("What was proposed is confirmed."),
            )
            if made is not None:
                return redirect("admin:association_announcement_change", made.pk)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Confirm what follows?"),
            where=_("Objection to «%(title)s»") % {"title": row.publicity.announcement.title},
            where_url=page,
            lede=row.get_proposal_display(),
            effects=[{"text": effect()} for proposal, effect in EFFECTS.items() if proposal == row.proposal],
            form=form,
            reasons=against(objections.check_follow(row)),
            confirm=_("Confirm"),
            cancel_url=page,
        )

    def file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require(request, ANSWERING)
        kept = find(ObjectionFile.objects.select_related("file"), pk).file
        data = keeping.read(kept, by=user_of(request))
        return private(data, name=kept.original_name, media_type=kept.media_type, download=True)


EFFECTS = {
    Proposal.EXTEND: lambda: _("It is on show until a later day."),
    Proposal.REPEAT: lambda: _("A draft with the same words is made, to be changed and shown again."),
    Proposal.WITHDRAW: lambda: _("The announcement is withdrawn; its page says when and why."),
    Proposal.RETURN_CASE: lambda: _("On record that the case is gone through again. Return it on its own page."),
}


def beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else f"{line[:BEGINNING]}…"
