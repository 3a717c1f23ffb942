"""The pages of one application at the desk, and what is posted there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from admissions import queries as reads
from admissions.actions import joining, notices, reviews
from admissions.admin import case, moves, queue, steps
from admissions.admin.forms import FactForm, JudgementForm, VerdictForm
from admissions.answers import Wrong
from admissions.models import Application
from admissions.questions import Question
from admissions.said import said
from association import clock, queries
from association.admin.base import ReadOnlyAdmin, address, against
from association.admin.interim import take_page
from association.cases import documents, engine
from association.decisions import Refused
from association.models import CaseDocument, Recusal
from association.models.file import Verdict
from association.web import attempt, officer, sentences, user_of

QUEUE = "admin:admissions_application_changelist"
CASE = "admin:case_admission"
CLAIMS = "admin:admissions_claim_changelist"


class CasePages(ReadOnlyAdmin):
    """Load or 404, form, one act, message, redirect."""

    def case_page(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        self.require_view(request)
        return self._case(request, self._application(request, key))

    def presence(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """A sign of life every half minute; the answer says who else is there."""
        self.require_view(request)
        row = self._application(request, key).case
        if request.method == "POST":
            case.look(row, user_of(request))
        others = case.others_looking(row, user_of(request))
        return render(request, "desk/admissions/presence.html", {"others": others, "case": row})

    def move(self, request: HttpRequest, key: uuid.UUID, move: str) -> HttpResponse:
        """What an act will do and to whom a message goes; then the act itself."""
        self.require_view(request)
        chosen = moves.BY_NAME.get(move)
        if chosen is None:
            raise Http404
        desk = self._desk(request, self._application(request, key))
        form = chosen.form_for(desk, request.POST or None)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            acted = attempt(request, refusable(form, lambda: chosen.act(desk, typed)), done=str(chosen.done))
            if acted is not None or not form.errors:
                return redirect(CASE, key)
            return self._confirm(request, desk, chosen, form)
        reasons = against(chosen.check(desk, desk.application.case.step))
        if reasons:
            for line in reasons:
                messages.error(request, line)
            return redirect(CASE, key)
        return self._confirm(request, desk, chosen, form)

    def verdict(self, request: HttpRequest, key: uuid.UUID, paper: int) -> HttpResponse:
        """The word on one paper: in order, or what is wrong with it."""
        self.require_view(request)
        application = self._application(request, key)
        document = get_object_or_404(CaseDocument.objects.select_related("case"), pk=paper, case=application.case)
        form = VerdictForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return redirect(CASE, key)
        typed = form.cleaned_data
        desk = self._desk(request, application)
        words = _("Noted as in order.") if typed["verdict"] == Verdict.ACCEPTED else _("Noted as to be replaced.")
        note = typed["note"] if typed["verdict"] == Verdict.RETURNED else ""
        judged = attempt(
            request,
            lambda: documents.judge(document, Verdict(typed["verdict"]), note=note, by=desk.by, on=desk.on),
            done=words,
        )
        if judged is None:
            return self._case(
                request, self._application(request, key), typed={f"paper_{document.slot}": typed["note"]}
            )
        return redirect(f"{address(CASE, key)}#paper-{document.slot}")

    def judge(self, request: HttpRequest, key: uuid.UUID, check: str) -> HttpResponse:
        """A person's answer to a check that is referred to one."""
        self.require_view(request)
        application = self._application(request, key)
        if request.method != "POST":
            return redirect(CASE, key)
        form = JudgementForm(request.POST)
        note = request.POST.get("note", "")[:500]
        if not form.is_valid():
            messages.error(request, _("Choose whether it is met, and write down what your judgement rests on."))
            return self._case(request, application, typed={f"check_{check}": note})
        typed = form.cleaned_data
        desk = self._desk(request, application)
        judged = attempt(
            request,
            lambda: reviews.judge(
                application, check, satisfied=typed["satisfied"], note=typed["note"], by=desk.by, on=desk.on
            ),
            done=_("Your judgement is on record."),
        )
        if judged is None:
            return self._case(request, self._application(request, key), typed={f"check_{check}": note})
        return redirect(f"{address(CASE, key)}#check-{check}")

    def correct(self, request: HttpRequest, key: uuid.UUID, fact: str) -> HttpResponse:
        """Correct one answer, with source and note."""
        self.require_view(request)
        application = self._application(request, key)
        desk = self._desk(request, application)
        question = next((q for q in reads.form_questions(application, desk.on) if q.key == fact), None)
        if question is None or not reviews.correctable(question):
            raise Http404
        before = application.answers.get(fact, "")
        form = FactForm(request.POST or None, question=question, initial={"value": before})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            act = refusable(form, lambda: correct(desk, question, typed, form))
            done = _("Corrected. The checks were run again.")
            if attempt(request, act, done=done) is not None or not form.errors:
                return redirect(f"{address(CASE, key)}#fact-{fact}")
        return self.page(
            request,
            "desk/admissions/fact.html",
            title=_("Correct: %(fact)s") % {"fact": question.label},
            where=application.case.subject,
            where_url=address(CASE, key),
            form=form,
            before=said(question, before),
            sources=question.sources,
            reasons=against(engine.check_reviewing(application.case, desk.by, on=desk.on)),
        )

    def _application(self, request: HttpRequest, key: uuid.UUID) -> Application:
        """The application; closed to whoever keeps out of the case, whatever else they may see (回避)."""
        keeps_out = Exists(Recusal.objects.filter(case=OuterRef("case"), user=user_of(request)))
        found = Application.objects.select_related("case__applicant", "party").annotate(keeps_out=keeps_out)
        application: Any = get_object_or_404(found.filter(case__in=queue.applications()), case__key=key)
        if application.keeps_out:
            raise PermissionDenied(_("You keep out of this case: its papers are closed to you."))
        return cast(Application, application)

    def _desk(self, request: HttpRequest, application: Application) -> moves.Desk:
        step = engine.current_step(application.case)
        return moves.Desk(application, officer(request, step.actor if step else ""), clock.today())

    def _confirm(self, request: HttpRequest, desk: moves.Desk, chosen: moves.Move, form: forms.Form) -> HttpResponse:
        application = desk.application
        notice = None
        if chosen.name == "notice" and notices.registers(application.case):
            try:
                notice = moves.preview(desk)
            except Refused as refusal:
                for line in sentences(refusal.decision):
                    messages.error(request, line)
                return redirect(CASE, application.case.key)
            application = self._application(request, application.case.key)
        return self.page(
            request,
            "desk/admissions/confirm.html",
            title=chosen.title,
            where=application.case.subject,
            where_url=address(CASE, application.case.key),
            form=form,
            effects=chosen.effects(moves.Desk(application, desk.by, desk.on)),
            confirm=chosen.button,
            stop=chosen.stop,
            cancel_url=address(CASE, application.case.key),
            notice=notice,
        )

    def _case(
        self, request: HttpRequest, application: Application, *, typed: Mapping[str, str] | None = None
    ) -> HttpResponse:
        row = application.case
        desk = self._desk(request, application)
        rulebook = queries.rulebook_of(row.version_id or 0)
        found = reads.checklist(application, desk.on)
        passages = case.passages_of(row)
        due = list(row.deadlines.with_change().order_by("due_on"))
        step = steps.step_of(row.version_id or 0, row.member_class, row.step)
        word, tone = steps.status_of(row.state, step)
        judged = list(application.judgements.select_related("by"))
        return self.page(
            request,
            "desk/admissions/case.html",
            title=row.subject,
            where=_("Applications"),
            where_url=address(QUEUE),
            application=application,
            case=row,
            today=desk.on,
            status={"label": word, "tone": tone},
            step=step,
            class_name=steps.class_name(row.version_id, row.member_class),
            facts=case.facts(application, desk.on),
            papers=case.papers(found.slots, rulebook.id, typed or {}),
            checks=case.checks(found.checks, judged, typed or {}),
            reviewing=engine.check_reviewing(row, desk.by, on=desk.on).passed,
            moves=moves.offered(desk),
            resolution_url=resolution_url(request, desk),
            interim_url=take_page(desk.application.case),
            way=case.way(row, passages, due, desk.on),
            deadlines=case.periods(row, due),
            step_sources=desk.sources,
            waiting_for=waiting_for(desk),
            entries=case.history(row, passages, application),
            letters=case.letters(row),
            claims=case.open_claims(application) if request.user.has_perm("admissions.view_claim") else [],
            others=case.others_looking(row, user_of(request)),
        )


def waiting_for(desk: moves.Desk) -> list[str]:
    """What nobody at the desk has to do here: the applicant's fee, or a fee standard that is not set yet."""
    if desk.step is None or desk.step.action != "pay":
        return []
    unknown = joining.fee_unknown(desk.application, on=desk.on)
    if unknown is not None:
        words = _("The application waits for a fee standard; it is billed as soon as one is in force.")
        return [*sentences(unknown), words]
    return [_("The applicant is to pay. When finance confirms the money, this step passes by itself.")]


def resolution_url(request: HttpRequest, desk: moves.Desk) -> str:
    """Where the case is put on a resolution, for those who may and while it waits for one."""
    waits = desk.step is not None and desk.step.needs_resolution
    if not waits or not request.user.has_perm("association.add_resolution"):
        return ""
    url = address("admin:association_resolution_draft")
    return f"{url}?cases={desk.application.case_id}" if url else ""


def refusable(form: forms.Form, act: Callable[[], object]) -> Callable[[], object]:
    """``act``, its refusals said at the form's fields where a field can mend them."""

    def guarded() -> object:
        try:
            return act()
        except Refused as refusal:
            if moves.place_refusal(form, refusal):
                return None
            raise

    return guarded


def correct(desk: moves.Desk, question: Question, typed: Mapping[str, Any], form: forms.Form) -> object:
    """Correct the fact; an answer that cannot be read is said at its field."""
    try:
        return reviews.correct_fact(
            desk.application, question.key, typed["value"], note=typed["note"], by=desk.by, on=desk.on
        )
    except Wrong as wrong:
        form.add_error("value", str(wrong.words))
        return None
