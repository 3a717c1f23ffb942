"""One page for each thing that can be done with an announcement: the form or the last question, then the act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from association import clock
from association.actions import announcement_drafts as drafts
from association.actions import announcements, publicities
from association.actions.announcement_content import check_attached
from association.admin.announcements.forms import AttachForm, DayForm, ExtendForm, ReasonForm, WriteForm
from association.admin.base import ReadOnlyAdmin, against, find, typed_in
from association.decisions import Decision
from association.files.errors import Unacceptable
from association.files.phrases import say
from association.models import Announcement, AnnouncementFile
from association.models.announcement import Relation
from association.models.objection import ResultKind
from association.values import weekday_date
from association.views.announcement_words import RELATED, publicity_of
from association.web import attempt, officer

LIST = "admin:association_announcement_changelist"


class Acts(ReadOnlyAdmin):
    """The acts. The list and the page of one announcement are with the class that is registered."""

    WRITING = "association.add_announcement"
    PUBLISHING = "association.publish_announcement"

    def act_routes(self) -> list[URLPattern]:
        acts = (
            self.edit, self.release, self.schedule, self.unschedule, self.drop, self.withdraw, self.correct,
            self.extend, self.close,
        )  # fmt: skip
        return [
            self.route("write/", self.write, "write"),
            self.route("<int:pk>/detach/<int:file>/", self.detach, "detach"),
            self.route("<int:pk>/look/<int:file>/", self.look, "look"),
            *(self.route(f"<int:pk>/{act.__name__}/", act, act.__name__) for act in acts),
        ]

    def address_of(self, pk: int) -> str:
        return reverse("admin:association_announcement_change", args=[pk])

    def act_url(self, name: str, row: Announcement) -> str:
        return reverse(f"admin:association_announcement_{name}", args=[row.pk])

    def row(self, pk: int) -> Announcement:
        return find(Announcement.objects.select_related(*RELATED, "case", "refers_to"), pk)

    # drafts

    def write(self, request: HttpRequest) -> HttpResponse:
        self.require(request, self.WRITING)
        form = WriteForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: drafts.write(form.written(), by=officer(request), on=clock.today()),
                done=_("The draft is kept. Attach what belongs to it, then publish it."),
            )
            if made is not None:
                return redirect(self.address_of(made.pk))
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Write an announcement"),
            where=_("Announcements"),
            where_url=reverse(LIST),
            form=form,
            submit=_("Save the draft"),
            cancel_url=reverse(LIST),
        )

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text and the attachments of a draft; each is kept by itself."""
        self.require(request, self.WRITING)
        row = self.row(pk)
        attaching = request.method == "POST" and "file" in request.FILES
        form = WriteForm.of(row, request.POST if request.method == "POST" and not attaching else None)
        attach = AttachForm(request.POST if attaching else None, request.FILES if attaching else None)
        if attaching and attach.is_valid():
            self._attach(request, row, attach)
            return redirect(request.path)
        if not attaching and request.method == "POST" and form.is_valid():
            kept = attempt(
                request,
                lambda: drafts.edit(row, form.written(), by=officer(request), on=clock.today()),
                done=_("The draft is kept."),
            )
            if kept is not None:
                return redirect(self.address_of(row.pk))
        return self.page(
            request,
            "desk/association/announcement_edit.html",
            title=_("Edit the draft"),
            where=row.title,
            where_url=self.address_of(row.pk),
            row=row,
            form=form,
            attach=attach,
            attachments=[
                (one, against(check_attached(one))) for one in row.attachments.select_related("file", "looked_by")
            ],
            reasons=against(drafts.check_edit(row)),
        )

    def _attach(self, request: HttpRequest, row: Announcement, form: AttachForm) -> None:
        file = form.cleaned_data["file"]
        try:
            attempt(
                request,
                lambda: drafts.attach(row, file, name=file.name, by=officer(request), on=clock.today()),
                done=_("Attached."),
            )
        except Unacceptable as wrong:
            messages.error(request, say(wrong.code, wrong.facts))

    def detach(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        self.require(request, self.WRITING)
        back = reverse("admin:association_announcement_edit", args=[pk])
        if request.method == "POST":
            attached = find(
                AnnouncementFile.objects.filter(announcement=pk).select_related("announcement", "file"), file
            )
            attempt(
                request,
                lambda: drafts.detach(attached, by=officer(request), on=clock.today()) or True,
                done=_("Taken off."),
            )
        return redirect(back)

    def look(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        """Confirm that an attachment was looked through, where no machine can read it."""
        self.require(request, self.WRITING)
        if request.method == "POST":
            attached = find(
                AnnouncementFile.objects.filter(announcement=pk).select_related("announcement", "file"), file
            )
            attempt(
                request,
                lambda: drafts.look_through(attached, by=officer(request), on=clock.today()),
                done=_("It is recorded that you looked it through."),
            )
        return redirect(reverse("admin:association_announcement_edit", args=[pk]))

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        return self.ask(
            request,
            row,
            self.WRITING,
            form=ReasonForm(typed_in(request)),
            act=lambda typed: drafts.drop(row, reason=typed["reason"], by=officer(request), on=clock.today()),
            done=_("The draft is dropped."),
            title=_("Drop this draft?"),
            confirm=_("Drop the draft"),
            effects=[{"text": _("It is not published. It stays on record with your reason.")}],
            stop=True,
        )

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        return self.ask(
            request,
            row,
            self.WRITING,
            act=lambda _typed: drafts.again(row, Relation.CORRECTS, by=officer(request), on=clock.today()),
            done=_("A draft of the correction is kept. Change its words, then publish it."),
            title=_("Correct this announcement?"),
            confirm=_("Draft the correction"),
            effects=[
                {"text": _("A draft with the same words is made, for you to change.")},
                {"text": _("Once it is published, each of the two leads to the other. What was published stays.")},
            ],
            check=drafts.check_refer(row),
        )

    # publication

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, today = self.row(pk), clock.today()
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            act=lambda _typed: announcements.release(row, by=officer(request), on=today),
            done=_("The announcement is public."),
            title=_("Publish this?"),
            confirm=_("Release to the public"),
            effects=release_effects(row),
            check=announcements.check_release(row, on=today),
        )

    def schedule(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, today = self.row(pk), clock.today()
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            form=DayForm(typed_in(request)),
            act=lambda typed: announcements.schedule(row, day=typed["day"], by=officer(request), on=today),
            done=_("It is published by itself on that day."),
            title=_("Publish this on a day?"),
            confirm=_("Set the day"),
            effects=[
                {"text": _("It is published on that day as it stands now, in your name.")},
                {"text": _("Until then you can take the day back.")},
            ],
            check=announcements.check_release(row, on=today),
        )

    def unschedule(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            act=lambda _typed: announcements.unschedule(row, by=officer(request), on=clock.today()),
            done=_("The day is taken back."),
            title=_("Take the day of publication back?"),
            confirm=_("Take the day back"),
            effects=[{"text": _("It waits as a draft again.")}],
        )

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        effects = [
            {"text": _("Its page says that it was withdrawn, when and why, and shows nothing else of it.")},
            {"text": _("Lists, the feed and the interface say the same.")},
        ]
        if publicity_of(row) is not None:
            effects.append({"text": _("It is on show no longer; objections are still to be answered.")})
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            form=ReasonForm(typed_in(request)),
            act=lambda typed: announcements.withdraw(
                row, reason=typed["reason"], by=officer(request), on=clock.today()
            ),
            done=_("The announcement is withdrawn."),
            title=_("Withdraw this announcement?"),
            confirm=_("Withdraw"),
            effects=effects,
            check=announcements.check_withdraw(row),
            stop=True,
        )

    # on show

    def extend(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        shown = publicity_of(row)
        if shown is None:
            return redirect(self.address_of(row.pk))
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            form=ExtendForm(typed_in(request)),
            act=lambda typed: publicities.extend(
                shown, days=typed["days"], reason=typed["reason"], by=officer(request), on=clock.today()
            ),
            done=_("It is on show for longer."),
            title=_("Extend the publicity?"),
            confirm=_("Extend the publicity"),
            effects=[
                {
                    "text": _("It is on show until a later day; until now %(day)s.")
                    % {"day": weekday_date(shown.deadline.due_on)}
                }
            ],
            check=publicities.check_extend(shown, days=1),
        )

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, today = self.row(pk), clock.today()
        shown = publicity_of(row)
        if shown is None:
            return redirect(self.address_of(row.pk))
        result = publicities.result_of(shown)
        effects = [{"text": _("The public reads the result: %(result)s.") % {"result": ResultKind(result).label}}]
        if row.case is not None:
            effects.append(
                {"text": _("The case does not go on: settle the objection first.")}
                if result == ResultKind.UPHELD
                else {"text": _("The case behind it may go on.")}
            )
        return self.ask(
            request,
            row,
            self.PUBLISHING,
            act=lambda _typed: publicities.close(shown, by=officer(request), on=today),
            done=_("The publicity is closed."),
            title=_("Close the publicity?"),
            confirm=_("Close the publicity"),
            effects=effects,
            check=publicities.check_close(shown, on=today),
        )

    def ask(
        self,
        request: HttpRequest,
        row: Announcement,
        permission: str,
        *,
        act: Callable[[dict[str, Any]], Any],
        done: str,
        form: Form | None = None,
        check: Decision | None = None,
        **words: Any,
    ) -> HttpResponse:
        """The last question; confirmed, the act is done and its announcement shown."""
        self.require(request, permission)
        if request.method == "POST" and (form is None or form.is_valid()):
            made = attempt(request, lambda: act(form.cleaned_data if form else {}), done=done)
            if made is not None:
                return redirect(self.address_of(made.pk if isinstance(made, Announcement) else row.pk))
            if form is None:
                return redirect(self.address_of(row.pk))
        return self.page(
            request,
            "desk/association/confirm.html",
            where=row.title,
            where_url=self.address_of(row.pk),
            form=form,
            reasons=against(check) if check is not None else [],
            cancel_url=self.address_of(row.pk),
            **words,
        )


def release_effects(row: Announcement) -> list[dict[str, Any]]:
    effects = [{"text": _("Everybody can read this on the portal from now on.")}]
    effects.append({"text": _("It is not changed any more, only corrected or withdrawn.")})
    due = publicities.counted(row, on=clock.today())
    if due is not None:
        words = _("It is on show until %(day)s, as far as the calendar is known.") if due.provisional else ""
        words = words or _("It is on show until %(day)s.")
        effects.append({"text": words % {"day": weekday_date(due.day)}})
    return effects
