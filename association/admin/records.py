"""What is read and never edited: decisions, looks at protected data, background work."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import queries
from association.actions import audit, jobs
from association.admin.audit_objects import objects_of
from association.admin.base import ReadOnlyAdmin, case_page, find
from association.admin.fact_words import facts_said
from association.decisions import Decision, Outcome, Reason
from association.models import AccessLog, DecisionRecord, Job
from association.models.announcement import ActKind
from association.models.audit import AuditKind
from association.web import attempt, sentences, user_of

RETRY = "association.change_job"
WORK = {
    "association.send_message": gettext_lazy("Send a message by mail"),
    "members.render_certificate": gettext_lazy("Draw a certificate as PDF"),
    "association.carry_over": gettext_lazy("Carry members over to the new rules"),
    "association.send_out_rulebook": gettext_lazy("Send the adopted rules to the members"),
    "association.send_consultation_notices": gettext_lazy("Ask the members about a draft of the rules"),
}
"""What background work is called; a kind without words shows its own name."""
SUBJECTS = {
    "admission": gettext_lazy("Admission"),
    "registration_initial": gettext_lazy("Initial registration"),
    "tier_change": gettext_lazy("Change of tier"),
    "fees": gettext_lazy("Fees"),
    "claim": gettext_lazy("Claim"),
    "rulebook": gettext_lazy("Rulebook"),
    "calendar": gettext_lazy("Working calendar"),
    "delegation": gettext_lazy("Delegation"),
    "meeting": gettext_lazy("Meeting"),
    "interim": gettext_lazy("Interim decision"),
    "case": gettext_lazy("Case"),
    "absence": gettext_lazy("Standing in"),
    "account": gettext_lazy("Account"),
    "announcement": gettext_lazy("Announcement"),
    "deadline": gettext_lazy("Deadline"),
    "document": gettext_lazy("Official document"),
    "newsletter": gettext_lazy("Newsletter"),
    "objection": gettext_lazy("Objection"),
    "publicity": gettext_lazy("Publicity"),
    "recovery": gettext_lazy("Lost login"),
    "role": gettext_lazy("Role"),
    "series": gettext_lazy("Series of documents"),
    "term": gettext_lazy("Term of office"),
}
ACTS = {
    "submit": gettext_lazy("submitted"),
    "pass": gettext_lazy("step passed"),
    "return": pgettext_lazy("decision", "returned for correction"),
    "send_back": gettext_lazy("sent back"),
    "refuse": gettext_lazy("refused"),
    "approve": gettext_lazy("approved"),
    "withdraw": gettext_lazy("withdrawn"),
    "take_back": gettext_lazy("taken back"),
    "billed": gettext_lazy("billed"),
    "payment_confirmed": gettext_lazy("payment confirmed"),
    "standard_activated": gettext_lazy("standard put in force"),
    "adopted": gettext_lazy("adopted"),
    "published": gettext_lazy("sent out"),
    "year_loaded": gettext_lazy("year loaded"),
    "day_changed": gettext_lazy("own days changed"),
    "counted_again": gettext_lazy("counted again"),
    "consultation_opened": gettext_lazy("consultation opened"),
    "granted": gettext_lazy("granted"),
    "revoked": gettext_lazy("revoked"),
    "ratified": gettext_lazy("ratified"),
    "signed": gettext_lazy("minutes kept as signed"),
    "recused": gettext_lazy("kept out"),
    "named": gettext_lazy("stand-in named"),
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "ended": gettext_lazy("ended early"),
    **{str(act): act.label for act in ActKind},
    "acknowledged": gettext_lazy("order of a higher body"),
    "answered": gettext_lazy("answered"),
    "carried_over": pgettext_lazy("role", "carried over"),
    "changed": gettext_lazy("changed"),
    "changed_over": gettext_lazy("changed over"),
    "claim": gettext_lazy("claimed"),
    "confirmed": gettext_lazy("confirmed by a second person"),
    "followed": gettext_lazy("consequences drawn"),
    "lapse": gettext_lazy("lapsed"),
    "mobile": gettext_lazy("mobile number changed"),
    "objected": gettext_lazy("objected"),
    "opened": gettext_lazy("opened"),
    "proposed": gettext_lazy("proposed"),
    "refunded": gettext_lazy("paid back"),
    "refused": gettext_lazy("refused"),
    "released": gettext_lazy("link sent"),
    "reopened": gettext_lazy("taken up again"),
    "sent": pgettext_lazy("newsletter", "sent"),
    "stopped": gettext_lazy("stopped"),
    "used": gettext_lazy("new login chosen"),
    "void": gettext_lazy("declared void"),
    "without_quorum": gettext_lazy("minutes kept, without a quorum"),
}
OWN_ACTS = {
    "document.signed": pgettext_lazy("document", "signed and released"),
    "series.closed": pgettext_lazy("series", "closed"),
    "series.reopened": pgettext_lazy("series", "opened again"),
    "role.granted": pgettext_lazy("role", "given"),
    "delegation.granted": pgettext_lazy("delegation", "given"),
}
"""Where the same word means another thing."""
OUTCOMES = {
    Outcome.PASS: pgettext_lazy("outcome", "passed"),
    Outcome.FAIL: pgettext_lazy("outcome", "not passed"),
    Outcome.REFER: pgettext_lazy("outcome", "a person judges"),
}


def kind_words(kind: str) -> str:
    """What a kind of decision is called, such as «Admission: approved»; a code that has no words speaks for itself."""
    subject, _dot, act = kind.partition(".")
    said = OWN_ACTS.get(kind) or ACTS.get(act)
    if subject not in SUBJECTS or said is None:
        return kind
    return _("%(subject)s: %(act)s") % {"subject": SUBJECTS[subject], "act": said}


def work_words(kind: str) -> str:
    return str(WORK.get(kind, kind))


class WorkFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Job.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, work_words(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = DecisionRecord.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, kind_words(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(outcome), words) for outcome, words in OUTCOMES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(DecisionRecord)
class DecisionRecordAdmin(ReadOnlyAdmin):
    list_display = ["what", "how", "on", "who", "body_name", "recorded_at"]
    list_filter = [OutcomeFilter, "actor_kind", KindFilter]
    list_select_related = ["actor", "principal"]
    search_fields = ["kind", "actor__name", "actor__email", "on_behalf_of"]
    date_hierarchy = "on"

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, obj: DecisionRecord) -> str:
        return kind_words(obj.kind)

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def how(self, obj: DecisionRecord) -> str:
        return str(OUTCOMES[Outcome(obj.outcome)])

    @admin.display(description=gettext_lazy("decided by"))
    def who(self, obj: DecisionRecord) -> str:
        return obj.actor_name or obj.get_actor_kind_display()

    @admin.display(description=gettext_lazy("body"))
    def body_name(self, obj: DecisionRecord) -> str:
        return queries.body_name(obj.body) if obj.body else ""

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        record = find(DecisionRecord.objects.select_related("actor", "principal", "version"), object_id)
        card = {
            "outcome": record.outcome,
            "what": kind_words(record.kind),
            "by": self.who(record),
            "body": self.body_name(record),
            "on": record.on,
            "reasons": [line for reason in record.decision.reasons for line in sentences(one(reason))],
            "note": record.on_behalf_of,
            "sources": record,
        }
        passages = record.passages.select_related("case")
        return self.page(
            request,
            "desk/association/decision.html",
            title=_("Decision"),
            where=_("Decisions"),
            where_url=reverse("admin:association_decisionrecord_changelist"),
            record=record,
            about="" if passages else objects_of([record]).get(record.pk, ""),
            card=card,
            cases=[{"case": passage.case, "url": case_page(passage.case, request.user)} for passage in passages],
            facts=[pair for reason in record.decision.reasons for pair in facts_said(reason)],
        )


def one(reason: Reason) -> Decision:
    """A decision of one reason, to be said alone."""
    return Decision(reason.outcome, (reason,))


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "what", "target"]
    list_filter = ["what"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email", "target"]
    date_hierarchy = "at"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["work", "unique_key", "state", "attempts", "run_after", "done_at"]
    list_filter = [("failed_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter), WorkFilter]
    search_fields = ["kind", "unique_key"]
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/retry/", self.retry, "retry"), *super().get_urls()]

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def work(self, obj: Job) -> str:
        return work_words(obj.kind)

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj: Job) -> str:
        if obj.done_at:
            return _("done")
        return _("given up") if obj.failed_at else _("failed, will try again") if obj.error else _("waiting")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        job = find(Job.objects.all(), object_id)
        tone = "done" if job.done_at else "stopped" if job.failed_at else "waiting"
        return self.page(
            request,
            "desk/association/job.html",
            title=work_words(job.kind),
            where=_("Background work"),
            where_url=reverse("admin:association_job_changelist"),
            job=job,
            state=self.state(job),
            tone=tone,
            may_retry=request.user.has_perm(RETRY) and job.done_at is None,
        )

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Run it again now."""
        self.require(request, RETRY)
        job = find(Job.objects.all(), pk)
        if request.method == "POST":
            again = attempt(
                request, lambda: jobs.retry(job), done=_("The work is ordered again. It runs within a minute.")
            )
            if again is not None:
                audit.note(AuditKind.RETRY, "job_retried", user=user_of(request), target=audit.reference(job))
        return redirect("admin:association_job_change", job.pk)
