"""Claims to applications: who asks by sealed letter to continue what another account began."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admissions.actions import applications as names
from admissions.actions import claims
from admissions.admin.forms import ClaimForm
from admissions.admin.pages import CLAIMS, QUEUE, refusable
from admissions.models import Claim
from admissions.models.application import ClaimState
from association import clock, queries
from association.admin.base import ReadOnlyAdmin, address, against, chosen, filters, find, page_of
from association.permissions import may_act_for
from association.rulebook.schema import Step
from association.web import attempt, officer, user_of

VIEWS = (("open", gettext_lazy("To decide")), ("all", gettext_lazy("All claims")))
TONES = {ClaimState.OPEN: "waiting", ClaimState.GRANTED: "done", ClaimState.REFUSED: "stopped"}


def reviewing_step(on: Any) -> tuple[Step, tuple[Any, ...]]:
    """The step whose body decides claims: the first of the admission, and its articles."""
    rulebook = queries.rulebook_on(on)
    step = rulebook.workflow(names.KIND).first
    return step, step.sources(rulebook.id)


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        view = chosen(request, "view", [key for key, _label in VIEWS], "open")
        found = Claim.objects.select_related("user", "application__case")
        found = found.filter(state=ClaimState.OPEN).order_by("pk") if view == "open" else found.order_by("-pk")
        return self.page(
            request,
            "desk/admissions/claims.html",
            title=_("Claims"),
            where=_("Applications"),
            where_url=reverse(QUEUE),
            page=page_of(request, found),
            views=filters(request, "view", VIEWS, view),
            tones=TONES,
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """The letter beside the decision."""
        self.require_view(request)
        on = clock.today()
        claim = find(
            Claim.objects.select_related(
                "user", "letter", "application__case__applicant", "decision__actor", "decision__principal"
            ),
            object_id,
        )
        step, sources = reviewing_step(on)
        form = ClaimForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            granted, note = request.POST.get("verdict") == "grant", form.cleaned_data["note"]
            by = officer(request, step.actor)
            act = refusable(form, lambda: claims.decide(claim, granted=granted, note=note, by=by, on=on))
            words = _("Granted. Both accounts were told.") if granted else _("Not granted. The claimant was told.")
            if attempt(request, act, done=words) is not None or not form.errors:
                return redirect(CLAIMS)
        file = claim.letter
        pages = range(1, (file.pages or 0) + 1) if file.media_type != "application/ofd" else range(0)
        return self.page(
            request,
            "desk/admissions/claim.html",
            title=_("Claim to «%(name)s»") % {"name": claim.application.case.subject},
            where=_("Claims"),
            where_url=reverse(CLAIMS),
            claim=claim,
            case=claim.application.case,
            case_url=address("admin:case_admission", claim.application.case.key),
            pages=pages,
            form=form,
            sources=sources,
            tone=TONES[ClaimState(claim.state)],
            reasons=against(may_act_for(user_of(request), step.actor, on=on, sources=sources)),
        )
