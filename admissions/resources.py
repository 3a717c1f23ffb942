"""Applications as a table: what the queue shows, never an identity number."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from import_export import fields, resources

from association import queries
from association.cases import deadlines
from association.models import Case, Deadline
from association.models.case import CaseState
from association.states import Verb

COLUMNS = ("subject", "member_class", "step", "state", "submitted_on", "due_on", "channel", "returned")


class ApplicationResource(resources.ModelResource):
    """Written for reading elsewhere; nothing is imported this way."""

    due_on = fields.Field()
    channel = fields.Field()
    returned = fields.Field()

    class Meta:
        model = Case
        fields = COLUMNS
        export_order = COLUMNS

    def filter_export(self, queryset: QuerySet[Case], **kwargs: Any) -> QuerySet[Case]:
        due = Deadline.objects.unmet().filter(case=OuterRef("pk")).order_by("due_on")
        return queryset.select_related("application").annotate(
            first_due=Subquery(due.values("due_on")[:1]),
            times_returned=Count("passages", filter=Q(passages__verb=Verb.RETURN)),
        )

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        words = {
            "subject": _("Applicant"),
            "member_class": _("Class"),
            "step": _("Step"),
            "state": _("State"),
            "submitted_on": _("Submitted"),
            "due_on": _("Due"),
            "channel": _("Came through"),
            "returned": _("Times returned"),
        }
        return [words[name] for name in COLUMNS]

    def dehydrate_member_class(self, case: Case) -> str:
        rulebook = queries.rulebook_of(case.version_id or 0)
        return rulebook.member_class(case.member_class).name

    def dehydrate_step(self, case: Case) -> str:
        return next((step.name for step in deadlines.steps_of(case) if step.id == case.step), "")

    def dehydrate_state(self, case: Case) -> str:
        return str(CaseState(case.state).label)

    def dehydrate_due_on(self, case: Any) -> str:
        return case.first_due.isoformat() if case.first_due else ""

    def dehydrate_channel(self, case: Case) -> str:
        return case.application.channel

    def dehydrate_returned(self, case: Any) -> int:
        return int(case.times_returned)
