"""What the installation itself says: who the association is, its bodies, terms and seats."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock
from association.actions import bodies, profile
from association.admin.base import DeskAdmin, ReadOnlyAdmin, address
from association.models import Association, Body, Seat
from association.web import attempt

SETTINGS = (
    ("admin:association_association_change", "association.view_association", gettext_lazy("Association profile"),
     gettext_lazy("Name, short name, colour, address, telephone, ICP number.")),
    ("admin:association_seat_changelist", "association.view_seat", gettext_lazy("Seats"),
     gettext_lazy("Who acts for which body, from when until when.")),
    ("admin:association_body_changelist", "association.view_body", gettext_lazy("Bodies"),
     gettext_lazy("As the rulebook names them.")),
    ("admin:association_term_changelist", "association.view_term", gettext_lazy("Terms of office"),
     gettext_lazy("Prepaid fees run to the end of the council's term.")),
    ("admin:association_calendaroverride_changelist", "association.view_calendaroverride",
     gettext_lazy("Calendar days"),
     gettext_lazy("Days that are working days here, or are none, whatever the weekday.")),
    ("admin:association_calendaryear_changelist", "association.view_calendaryear", gettext_lazy("Calendar years"),
     gettext_lazy("Years whose official calendar is entered; deadlines in others are provisional.")),
    ("admin:association_deadlinechange_changelist", "association.view_deadlinechange",
     gettext_lazy("Changed deadlines"), gettext_lazy("What a new calendar did to days that people had been told.")),
    ("admin:association_reminder_changelist", "association.view_reminder", gettext_lazy("Reminders"),
     gettext_lazy("Who was reminded of what is due, and what was skipped and why.")),
    ("admin:association_absence_changelist", "association.view_absence", gettext_lazy("Standing in"),
     gettext_lazy("Who acts for whom while they are away, from when until when.")),
    ("admin:association_user_changelist", "association.view_user", gettext_lazy("Accounts"),
     gettext_lazy("Who may log in, who may open the desk, and with which role.")),
    ("admin:association_rolegrant_matrix", "association.view_rolegrant", gettext_lazy("Roles and rights"),
     gettext_lazy("What each role may, where it lives, and who has it.")),
    ("admin:association_recoveryrequest_changelist", "association.view_recoveryrequest", gettext_lazy("Lost logins"),
     gettext_lazy("Who lost the mailbox or the phone; given back under two eyes.")),
    ("admin:association_message_changelist", "association.view_message", gettext_lazy("Messages"),
     gettext_lazy("What was said to whom, when, and whether it arrived.")),
    ("admin:association_messagetemplate_changelist", "association.view_messagetemplate",
     gettext_lazy("Message templates"), gettext_lazy("What every message says; its words can be changed.")),
    ("admin:association_job_changelist", "association.view_job", gettext_lazy("Background work"),
     gettext_lazy("What runs behind the pages, and what failed.")),
    ("admin:association_decisionrecord_changelist", "association.view_decisionrecord", gettext_lazy("Decisions"),
     gettext_lazy("Every decision on record: what, by whom, under what.")),
    ("admin:association_auditevent_changelist", "association.view_auditevent", gettext_lazy("Audit log"),
     gettext_lazy("Log-ins, changes, exports, decisions: who did what and when.")),
    ("admin:association_accesslog_changelist", "association.view_accesslog",
     gettext_lazy("Looks at protected data"), gettext_lazy("Who opened which identity paper, and when.")),
)  # fmt: skip
"""Address, permission, words."""
BODY_KINDS = {
    "assembly": gettext_lazy("assembly of members"),
    "council": gettext_lazy("council"),
    "standing_council": gettext_lazy("standing council"),
    "secretariat": gettext_lazy("secretariat"),
    "office": gettext_lazy("office held by one person"),
    "department": gettext_lazy("department"),
    "committee": gettext_lazy("committee"),
    "branch": gettext_lazy("branch"),
}
"""What the rulebook's kinds of body are called; a kind without words shows its own key."""


@admin.register(Association)
class AssociationAdmin(DeskAdmin):
    """One row. Its list is the page of all settings."""

    fields = (
        "name", "short_name", "accent", "phone", "email", "address",
        "supervising_unit", "registration_authority", "icp", "stand_ins_accept",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Association.objects.exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        exists = Association.objects.exists()
        shown = []
        for name, permission, title, text in SETTINGS:
            if request.user.has_perm(permission):
                own = name.endswith("association_change")
                url = (
                    address(name, 1)
                    if own and exists
                    else address("admin:association_association_add" if own else name)
                )
                shown.append({"url": url, "title": title, "text": text})
        return self.page(request, "desk/association/settings.html", title=_("Settings"), settings=shown)

    def save_model(self, request: HttpRequest, obj: Association, form: ModelForm, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "name"}
        kept = profile.set_up(form.cleaned_data["name"], **fields)
        obj.pk, obj.revision = kept.pk, kept.revision

    def response_change(self, request: HttpRequest, obj: Association) -> HttpResponse:
        messages.success(request, _("The association profile is changed, on every page from now on."))
        return redirect("admin:association_association_changelist")


@admin.register(Body)
class BodyAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind_words", "key"]
    search_fields = ["name", "key"]

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_words(self, obj: Body) -> str:
        return str(BODY_KINDS.get(obj.kind, obj.kind))

    def get_fields(self, request: HttpRequest, obj: Body | None = None) -> tuple[str, ...]:
        return ("name", "kind_words", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Body | None = None) -> tuple[str, ...]:
        return ("kind_words",)


class SeatForm(ModelForm):
    """The end is held against the beginning, which is not typed again."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.instance.pk and typed.get("until"):
            ended = copy(self.instance)
            ended.until = typed["until"]
            ended.validate_constraints()
        return typed


@admin.register(Seat)
class SeatAdmin(DeskAdmin):
    """Who acts for a body. A seat is given from a day and ended on a day; what it was stays readable."""

    form = SeatForm
    list_display = ["user", "body", "term", "from_on", "until"]
    list_select_related = ["user", "body", "term__body"]
    list_filter = ["body"]
    search_fields = ["user__name", "user__email", "body__name"]
    autocomplete_fields = ["user"]
    ordering = ["body__pk", "-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Seat | None = None) -> tuple[str, ...]:
        return ("user", "body", "from_on", "term") if obj else ("until", "term")

    def has_change_permission(self, request: HttpRequest, obj: Seat | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.until is None)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"from_on": clock.today()} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: Seat, form: ModelForm, change: bool) -> None:
        if not change:
            obj.pk = bodies.seat(obj.user, obj.body, on=obj.from_on).pk
        elif (until := obj.until) is not None:
            attempt(request, lambda: bodies.unseat(obj, until=until))
