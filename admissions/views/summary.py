"""What was filled in and handed in: to read once more before submitting, and to look up afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from admissions import queries as reads
from admissions.models import Application
from admissions.questions import Words
from admissions.said import said
from admissions.views.form import SECTIONS, titles
from association.cases.documents import EDITABLE


@dataclass(frozen=True)
class Line:
    """A question with its answer, or a paper with the name of its file and where it can be read."""

    label: Words
    text: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the form as it stands; ``change_url`` is empty once it can no longer be changed."""

    title: str
    lines: list[Line]
    change_url: str


def summary(application: Application, on: date) -> list[Section]:
    """Every part of the form in its order, identity numbers masked (C-22)."""
    form = reverse("application_form", args=[application.case.key])
    editable = application.case.state in EDITABLE
    named = titles()
    parts = {**{name: _answers(application, name, on) for name in SECTIONS}, "papers": _papers(application, on)}
    return [
        Section(named[name], lines, f"{form}#{name}" if editable else "") for name, lines in parts.items() if lines
    ]


def _answers(application: Application, section: str, on: date) -> list[Line]:
    typed = reads.all_answers(application)
    return [
        Line(question.label, said(question, typed.get(question.key)))
        for question in reads.form_questions(application, on)
        if question.section == section and question.asked(typed)
    ]


def _papers(application: Application, on: date) -> list[Line]:
    return [
        Line(
            slot.rule.name,
            slot.current.file.original_name if slot.current else "",
            reverse("file_pages", args=[slot.current.file.key]) if slot.current else "",
        )
        for slot in reads.slots(application, on)
    ]
