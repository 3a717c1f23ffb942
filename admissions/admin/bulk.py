"""Several applications at once: what would follow for each, and why not for some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admissions.actions import reviews
from admissions.admin import moves, queue
from admissions.models import Application
from association.admin.base import address, against
from association.cases import engine
from association.decisions import Refused
from association.web import officer, sentences

PASS, RESOLUTION = "pass", "resolution"
ACTIONS = (PASS, RESOLUTION)
MOST = 50
"""Cases in one go: a page of the queue."""

MAY_DRAFT = "association.add_resolution"

Words = str | Promise


def choices(request: HttpRequest) -> list[tuple[str, Words, Words]]:
    """Value, label, and what the bar says before the click."""
    found: list[tuple[str, Words, Words]] = [
        (PASS, gettext_lazy("Pass on"), gettext_lazy("You see first, for each of the {n}, whether it can go on."))
    ]
    if request.user.has_perm(MAY_DRAFT) and address("admin:association_resolution_draft"):
        found.append(
            (
                RESOLUTION,
                gettext_lazy("Put on a resolution"),
                gettext_lazy("Puts those of the {n} that wait for a meeting on one resolution."),
            )
        )
    return found


@dataclass(frozen=True)
class Asked:
    """The action and the cases ticked, with the steps at which they were seen."""

    action: str
    cases: tuple[int, ...]
    seen: dict[int, str]

    @classmethod
    def read(cls, request: HttpRequest) -> Asked:
        data = request.POST if request.method == "POST" else request.GET
        ids: dict[int, str] = {}
        for value in data.getlist("case")[:MOST]:
            number, _colon, step = value.partition(":")
            if number.isascii() and number.isdigit() and len(number) < 19:
                ids[int(number)] = step
        return cls(data.get("action", ""), tuple(ids), ids)


def title(asked: Asked) -> str:
    if asked.action == RESOLUTION:
        return _("Put applications on a resolution")
    return _("Pass applications on")


def _applications(asked: Asked) -> list[Application]:
    found = Application.objects.filter(case__in=queue.applications().filter(pk__in=asked.cases))
    return list(found.select_related("case", "party").order_by("case__submitted_on", "case_id"))


def outlook(request: HttpRequest, asked: Asked, on: date) -> dict[str, Any]:
    """What the page shows before anything is done: each case with its way on, or the reasons against it."""
    lines = [_line(request, application, asked.action, on) for application in _applications(asked)]
    ready = [line for line in lines if not line["reasons"]]
    url = address("admin:association_resolution_draft")
    effects = _effects(asked.action, ready)
    return {
        "lines": lines,
        "ready": ready,
        "action": asked.action,
        "effects": effects,
        "resolution_url": f"{url}?cases={','.join(str(line['case'].pk) for line in ready)}" if ready and url else "",
        "cancel_url": address("admin:admissions_application_changelist"),
    }


def _line(request: HttpRequest, application: Application, action: str, on: date) -> dict[str, Any]:
    case = application.case
    step = engine.current_step(case)
    by = officer(request, step.actor if step else "")
    if action == PASS:
        reasons = against(reviews.check_pass(application, step=case.step, by=by, on=on))
    else:
        reasons = against(engine.check_awaits_resolution(case))
    after = moves.next_step(application)
    return {
        "case": case,
        "step": step.name if step else "",
        "next": (after.name or after.id) if after else "",
        "url": address("admin:case_admission", case.key),
        "reasons": reasons,
    }


def _effects(action: str, ready: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not ready:
        return []
    number = len(ready)
    if action == RESOLUTION:
        words = ngettext(
            "%(number)s application is put on a resolution, to be decided by itself.",
            "%(number)s applications are put on one resolution, each to be decided by itself.",
            number,
        )
        return [
            {"text": words % {"number": number}},
            {"text": _("Nothing is decided until the meeting was held and the resolution recorded.")},
        ]
    goals: dict[str, int] = {}
    for line in ready:
        goals[line["next"]] = goals.get(line["next"], 0) + 1
    effects = [
        {
            "text": ngettext(
                "%(number)s application goes to «%(step)s».", "%(number)s applications go to «%(step)s».", count
            )
            % {"number": count, "step": step}
        }
        for step, count in goals.items()
    ]
    return [*effects, {"text": _("Each is decided and recorded by itself. Nobody gets a message.")}]


def pass_all(request: HttpRequest, asked: Asked, on: date) -> None:
    """Pass on those that can be, one by one; say of the others why not."""
    done = 0
    for application in _applications(asked):
        step = engine.current_step(application.case)
        by = officer(request, step.actor if step else "")
        try:
            reviews.pass_on(application, step=asked.seen[application.case_id], by=by, on=on)
        except Refused as refusal:
            why = " ".join(sentences(refusal.decision))
            messages.error(request, f"{application.case.subject}：{why}")
        else:
            done += 1
    if done:
        words = ngettext("%(number)s application passed on.", "%(number)s applications passed on.", done)
        messages.success(request, words % {"number": done})
