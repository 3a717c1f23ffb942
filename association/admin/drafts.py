"""A resolution while it is a draft: written with the cases that wait, put in order, thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.actions import resolutions
from association.admin.base import ReadOnlyAdmin, address, find, typed_in
from association.admin.forms import ResolutionForm
from association.cases import engine, waiting
from association.models import Body, Case, Meeting, Passage, Resolution
from association.web import attempt, officer, sentences

DRAFTING = "association.add_resolution"


class Drafting(ReadOnlyAdmin):
    """What may be done with a resolution that was not passed."""

    def draft(self, request: HttpRequest) -> HttpResponse:
        """A resolution on paper, with the cases that wait for its body; ``?cases=1,2`` ticks some of them."""
        self.require(request, DRAFTING)
        waits = waiting.for_resolution()
        picked = picked_cases(request)
        meeting = Meeting.objects.filter(pk__in=numbers(request.GET.get("meeting", ""))).first()
        body = meeting.body if meeting else body_of(request, waits, picked)
        if body is None:
            return self.page(
                request,
                "desk/association/choose_body.html",
                title=_("Draft a resolution"),
                where=_("Meetings"),
                where_url=reverse("admin:association_meeting_changelist"),
                queues=queues(waits),
                bodies=Body.objects.all(),
            )
        own = [case for case in waits if case.resolving_body == body.key]  # type: ignore[attr-defined]
        ticked = [case for case in own if case.pk in picked] or own
        offered = meeting or Meeting.objects.filter(body=body).first()
        early = too_early(ticked, offered.held_on) if offered else {}
        start = {"meeting": None if early else offered, "cases": [str(case.pk) for case in ticked]}
        form = ResolutionForm(typed_in(request), body=body, waiting=own, initial=start)
        if request.method == "POST" and not unfit(form):
            typed = form.cleaned_data
            made = attempt(
                request,
                lambda: resolutions.draft(
                    typed["meeting"],
                    typed["number"].strip(),
                    typed["title"],
                    cases=typed["cases"],
                    text=typed["text"],
                    decides=typed["decides"],
                    taken_from=typed["taken_from"],
                    by=officer(request),
                ),
                done=_("The resolution is drafted. Now record how each item came out."),
            )
            if made is not None:
                return redirect("admin:association_resolution_change", made.pk)
        return self.page(
            request,
            "desk/association/draft.html",
            title=_("Draft a resolution"),
            where=_("Meetings"),
            where_url=reverse("admin:association_meeting_changelist"),
            form=form,
            body=body,
            elsewhere=elsewhere(picked, own),
            early=said_once(early) if request.method != "POST" else [],
            new_meeting=meeting_first(body, picked),
            submit=_("Draft the resolution"),
        )

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Meeting, number, title and items of a draft; refused with the reason once it was passed."""
        self.require(request, DRAFTING)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        page = reverse("admin:association_resolution_change", args=[resolution.pk])
        body = resolution.meeting.body
        own = [item.case for item in resolution.items.select_related("case").order_by("pk")]
        start = {
            "meeting": resolution.meeting,
            "number": resolution.number,
            "title": resolution.title,
            "text": resolution.text,
            "decides": resolution.decides,
            "taken_from": resolution.taken_from,
            "cases": [str(case.pk) for case in own],
        }
        open_to_it = [*own, *waiting.for_resolution(body.key)] if resolution.passed_on is None else own
        form = ResolutionForm(typed_in(request), body=body, waiting=open_to_it, initial=start)
        if request.method == "POST" and (resolution.passed_on is not None or not unfit(form)):
            typed: dict[str, Any] = form.cleaned_data if form.is_valid() else start | {"cases": own}
            kept = attempt(
                request,
                lambda: resolutions.edit_draft(
                    resolution,
                    meeting=typed["meeting"],
                    number=typed["number"].strip(),
                    title=typed["title"],
                    cases=typed["cases"],
                    text=typed["text"],
                    decides=typed["decides"],
                    taken_from=typed["taken_from"],
                    by=officer(request),
                ),
                done=_("The draft is changed."),
            )
            if kept is not None or resolution.passed_on is not None:
                return redirect(page)
        if resolution.passed_on is not None:
            return redirect(page)
        early = too_early(own, resolution.meeting.held_on)
        return self.page(
            request,
            "desk/association/draft.html",
            title=_("Change the draft"),
            where=resolution.number,
            where_url=page,
            form=form,
            body=body,
            elsewhere=[],
            early=said_once(early) if request.method != "POST" else [],
            new_meeting=meeting_first(body, set()),
            submit=_("Keep the changes"),
        )

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Throw a draft away, asked once more. A second click says that it is gone."""
        self.require(request, DRAFTING)
        back = "admin:association_resolution_changelist"
        if request.method == "POST" and not Resolution.objects.filter(pk=pk).exists():
            messages.info(request, _("This draft was discarded already."))
            return redirect(back)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        page = reverse("admin:association_resolution_change", args=[resolution.pk])
        if resolution.passed_on is not None or request.method == "POST":
            done = _("The draft is discarded. Its cases wait for a resolution again.")
            attempt(request, lambda: resolutions.discard_draft(resolution), done=done)
            gone = not Resolution.objects.filter(pk=pk).exists()
            return redirect(back) if gone else redirect(page)
        cases = [str(item.case) for item in resolution.items.select_related("case").order_by("pk")]
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Discard this draft?"),
            where=resolution.number,
            where_url=page,
            facts=[
                (_("Number"), resolution.number),
                (_("Title"), resolution.title),
                (_("Meeting"), str(resolution.meeting)),
                (_("Items"), _(", ").join(cases) or "—"),
            ],
            effects=[
                _("The draft is deleted. It was never passed and has no legal force."),
                _("Its cases wait for a resolution again, and its number is free."),
            ],
            confirm=_("Discard the draft"),
            stop=True,
            cancel_url=page,
        )


def unfit(form: ResolutionForm) -> bool:
    """Whether what was typed cannot be kept; a meeting too early for a case is said at the meeting."""
    if form.is_valid():
        typed = form.cleaned_data
        for line in said_once(too_early(typed["cases"], typed["meeting"].held_on)):
            form.add_error("meeting", line)
    return not form.is_valid()


def too_early(cases: Iterable[Case], held_on: Any) -> dict[int, list[str]]:
    """Cases that a meeting on this day cannot have decided, each with the reason; one query where there are none."""
    known = {case.pk: case for case in cases}
    late = Passage.objects.filter(case__in=known, decision__on__gt=held_on).values_list("case", flat=True).distinct()
    found = {}
    for key in sorted(late):
        check = engine.check_meeting_day(known[key], held_on)
        if not check.passed:
            found[key] = sentences(check)
    return found


def said_once(early: dict[int, list[str]]) -> list[str]:
    return list(dict.fromkeys(line for lines in early.values() for line in lines))


def meeting_first(body: Body, picked: set[int]) -> str:
    """Where a meeting of the body is recorded before its resolution is drafted."""
    query = urlencode({"body": body.key, "cases": ",".join(str(number) for number in sorted(picked))})
    return f"{reverse('admin:association_meeting_new')}?{query}"


def numbers(text: str) -> list[int]:
    """``1,2,3`` as keys; what is none is left out."""
    return [int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) <= len("1" * 18)]


def picked_cases(request: HttpRequest) -> set[int]:
    return {number for value in request.GET.getlist("cases") for number in numbers(value)}


def queues(waits: Any = None) -> list[dict[str, Any]]:
    """How many cases wait for which body."""
    cases: Any = waiting.for_resolution() if waits is None else waits
    counted = Counter(case.resolving_body for case in cases)
    draft = address("admin:association_resolution_draft")
    return [
        {"body": queries.body_name(key), "count": count, "url": f"{draft}?body={key}"}
        for key, count in sorted(counted.items())
    ]


def body_of(request: HttpRequest, waits: Any, picked: set[int]) -> Body | None:
    """The body that the address names, or that all picked cases wait for, or the only one anything waits for."""
    asked = request.GET.get("body", "")
    if asked:
        known = Body.objects.filter(key=asked).first()
        if known is None:
            raise Http404
        return known
    owners = {case.resolving_body for case in waits if not picked or case.pk in picked}
    return Body.objects.filter(key__in=owners).first() if len(owners) == 1 else None


def elsewhere(picked: set[int], own: list[Any]) -> list[str]:
    """Cases that were asked for and do not wait for this body, with what is to be said of them."""
    missing = picked - {case.pk for case in own}
    return [str(case) for case in Case.objects.filter(pk__in=missing)]
