"""A case that waits while something of it is on show (公示期满方可继续)."""

from __future__ import annotations

from association.cases import deadlines
from association.decisions import Decision, Source, failed, passed
from association.models import Case, Publicity
from association.models.objection import CLEAN


def needed(case: Case) -> bool:
    """Whether a step before the one where the case stands puts something on show."""
    for step in deadlines.steps_of(case):
        if step.id == case.step:
            return False
        if step.publicity is not None:
            return True
    return False


def check_over(case: Case, sources: tuple[Source, ...]) -> Decision:
    """Whether what the case put on show is over, and no objection to it was upheld. The newest counts."""
    last = Publicity.objects.filter(announcement__case=case).select_related("deadline").order_by("-pk").first()
    if last is None:
        return failed("shown_not_yet", *sources)
    if last.closed_on is None:
        return failed("publicity_running", *sources, until=last.deadline.due_on.isoformat())
    if last.result not in CLEAN:
        return failed("shown_and_upheld", *sources)
    return passed("shown_without_objection", *sources)
