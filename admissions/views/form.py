"""The application form: one page that saves itself field by field, and works by its button alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admissions import queries as reads
from admissions.actions import applications, papers
from admissions.forms import LOOKS, QuestionForm, typed
from admissions.models import Application
from admissions.questions import Question
from admissions.views.access import is_begun_by, own_application
from association import clock
from association.cases.documents import EDITABLE
from association.decisions import Refused
from association.files import phrases
from association.files.cleaning import MEDIA_TYPES
from association.web import attempt, sentences, signed_in

SECTIONS = ("about", "declare", "contact")
SECRET_SHOWN = 4
"""Characters of a masked number that somebody other than its owner sees."""


def titles() -> dict[str, str]:
    """What each part of the page is called, in its order."""
    return {
        "about": _("About the applicant"),
        "declare": _("Declarations"),
        "contact": _("Contact"),
        "papers": _("Papers"),
        "accept": _("Rules"),
    }


@dataclass(frozen=True)
class Asked:
    """A question as it is drawn."""

    question: Question
    bound: BoundField
    save_url: str
    shown: bool

    @property
    def look(self) -> str:
        return LOOKS.get(self.question.kind, "")


@dataclass(frozen=True)
class Part:
    """A part of the form in the outline: what is still open in it."""

    id: str
    title: str
    open: int


@signed_in
def application_form(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    application = own_application(request, key)
    if application.case.state not in EDITABLE:
        return redirect("application", key)
    if request.method == "POST" and attempt(request, lambda: _keep_all(request, application)) is not None:
        return redirect("application_submit", key)
    return page(request, application)


@require_POST
@signed_in(back="application_form")
def save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep one field. Answers with what is wrong with it and what is still open; 409 when the pen was passed on."""
    application, on = own_application(request, key), clock.today()
    name = request.GET.get("field", "")
    try:
        if name == "accept_rules":
            applications.accept_rules(application, "accept_rules" in request.POST, on=on)
            wrong: Mapping[str, Any] = {}
        else:
            wrong = applications.save(
                application, typed(_own_questions(request, application, on), request.POST, only=name), on=on
            )
    except Refused as refusal:
        return HttpResponse(
            "\n".join(sentences(refusal.decision)), status=409, content_type="text/plain; charset=utf-8"
        )
    application = own_application(request, key)
    context = {"field": name, "error": wrong.get(name, ""), "parts": parts(application, on), "fresh": True}
    return render(request, "admissions/_saved.html", context)


def _own_questions(request: HttpRequest, application: Application, on: date) -> tuple[Question, ...]:
    """The questions whose answers this account may write: an identity number only its owner."""
    own = is_begun_by(application, request)
    return tuple(q for q in reads.form_questions(application, on) if own or not q.secret)


def _keep_all(request: HttpRequest, application: Application) -> bool:
    on = clock.today()
    applications.save(application, typed(_own_questions(request, application, on), request.POST), on=on)
    applications.accept_rules(application, "accept_rules" in request.POST, on=on)
    return True


def page(
    request: HttpRequest, application: Application, *, refused: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The form with what is kept. ``refused``: what was wrong with an upload just made, by slot."""
    on = clock.today()
    governing = reads.governing(application, on)
    rulebook = governing.rulebook
    context = {
        "application": application,
        "case": application.case,
        "class": rulebook.member_class(application.case.member_class),
        "sections": _sections(request, application, on),
        "slots": [
            slot_of(application, slot, error=(refused or {}).get(slot.rule.id, ""))
            for slot in reads.slots(application, on)
        ],
        "acceptances": [
            (rule, rule.sources(rulebook.id)) for rule in rulebook.acceptances_for(application.case.member_class)
        ],
        "rulebook": rulebook,
        "parts": parts(application, on),
        "returned": returned_note(application),
        "login_url": f"{reverse(settings.LOGIN_URL)}?next={request.path}",
    }
    return render(request, "admissions/form.html", context, status=status)


def _sections(request: HttpRequest, application: Application, on: date) -> list[dict[str, Any]]:
    """Each section with its questions. Only what was typed and is wrong is marked; what is missing is no fault yet."""
    asked = reads.form_questions(application, on)
    answers = reads.all_answers(application)
    wrong = {key: words for key, words in applications.missing(application, on).items() if answers.get(key)}
    form = QuestionForm(asked, answers, wrong)
    if not is_begun_by(application, request):
        _mask(form, asked, answers)
    url = reverse("application_save", args=[application.case.key])
    named = titles()
    return [
        {
            "id": name,
            "title": named[name],
            "asked": [
                Asked(q, form[q.key], "" if form.fields[q.key].disabled else f"{url}?field={q.key}", q.asked(answers))
                for q in asked
                if q.section == name
            ],
        }
        for name in SECTIONS
        if any(q.section == name for q in asked)
    ]


def _mask(form: QuestionForm, asked: tuple[Question, ...], answers: Mapping[str, Any]) -> None:
    for question in asked:
        if question.secret:
            number = str(answers.get(question.key, ""))
            form.initial[question.key] = "*" * max(0, len(number) - SECRET_SHOWN) + number[-SECRET_SHOWN:]
            form.fields[question.key].disabled = True


def parts(application: Application, on: date) -> list[Part]:
    """The outline: how much is still open in each part."""
    section_of = {q.key: q.section for q in reads.form_questions(application, on)}
    open_in = [
        "papers" if key.startswith("document_") else "accept" if key == "accept_rules" else section_of[key]
        for key in applications.missing(application, on)
    ]
    present = {*section_of.values(), "papers", "accept"}
    return [Part(name, title, open_in.count(name)) for name, title in titles().items() if name in present]


def slot_of(application: Application, slot: reads.Slot, *, error: str = "") -> dict[str, Any]:
    """A paper for the component."""
    rule, held = slot.rule, slot.current
    kinds = papers.formats(rule)
    rulebook = reads.governing(application, clock.today()).rulebook
    return {
        "key": rule.id,
        "label": rule.name,
        "help": phrases.ask(
            "、".join(rule.any_of) if rule.any_of else _("one file"),
            allowed=kinds,
            max_bytes=settings.UPLOAD_MAX_BYTES,
        ),
        "optional": not rule.required,
        "state": "checked" if slot.state == "accepted" else slot.state,
        "file_name": held.file.original_name if held else "",
        "size": held.file.size if held else 0,
        "pages": held.file.pages if held else None,
        "reason": held.note if held and slot.state == "returned" else "",
        "error": error,
        "checked_on": held.checked_on if held and slot.state == "accepted" else None,
        "preview_url": reverse("file_pages", args=[held.file.key]) if held else "",
        "upload_url": reverse("application_upload", args=[application.case.key, rule.id]),
        "accept": ",".join(MEDIA_TYPES[kind] for kind in kinds) + (",.ofd" if "ofd" in kinds else ""),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "sources": rule.sources(rulebook.id),
    }


def returned_note(application: Application) -> str:
    """What the department asked to mend, if the application was returned."""
    if application.case.state != "returned":
        return ""
    passage = application.case.passages.filter(verb="return").order_by("-seq").first()
    return passage.note if passage else ""
