"""Which cases wait for a meeting: the pinned version says which of its steps a body resolves."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from association.cases import deadlines
from association.models import Case, ResolutionItem
from association.models.resolution import ItemOutcome
from association.states import State


def for_resolution(body: str = "") -> list[Case]:
    """Open cases at a step that a resolution decides, of ``body`` or of any, the oldest submission first.

    Each has ``resolving_body``. Those that stand on a resolution not yet passed are left out: they are on their way.
    """
    where, owners = _steps()
    found = []
    drafted = ResolutionItem.objects.filter(
        case=OuterRef("pk"), outcome=ItemOutcome.PENDING, resolution__passed_on__isnull=True
    )
    cases = Case.objects.filter(where, ~Exists(drafted), state=State.OPEN)
    for case in cases.order_by("submitted_on", "pk"):
        case.resolving_body = _own_body(case) if case.own_steps else owners.get(_place(case), "")  # type: ignore[attr-defined]
        if case.resolving_body and body in ("", case.resolving_body):  # type: ignore[attr-defined]
            found.append(case)
    return found


def _place(case: Case) -> tuple[str, int | None, str, str]:
    return case.kind, case.version_id, case.member_class, case.step


def _steps() -> tuple[Q, dict[tuple[str, int | None, str, str], str]]:
    """A condition that finds the cases, and the body by (kind, version, class, step)."""
    where = Q(own_steps__isnull=False)
    owners: dict[tuple[str, int | None, str, str], str] = {}
    open_cases = Case.objects.filter(state=State.OPEN, own_steps__isnull=True).order_by()
    for kind, version_id, member_class in open_cases.values_list("kind", "version_id", "member_class").distinct():
        for step in deadlines.workflow_steps(kind, version_id or 0, member_class):
            if step.needs_resolution:
                owners[kind, version_id, member_class, step.id] = step.actor
                where |= Q(
                    own_steps__isnull=True, kind=kind, version=version_id, member_class=member_class, step=step.id
                )
    return where, owners


def _own_body(case: Case) -> str:
    return next((s.actor for s in deadlines.steps_of(case) if s.id == case.step and s.needs_resolution), "")
