"""The messages of the office: standing in, announcements, objections, official documents, the newsletter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.letters.kinds import Examples, Facts, Kind, Variable
from association.models import Absence, Announcement, NewsletterIssue, Objection, OfficialNotice
from association.rules import plain_text
from association.values import long_date


def absence(row: Absence, on: date | None = None) -> Facts:
    """Somebody is away, and somebody else acts meanwhile. Whom it greets is set for each."""
    values = {"absent": str(row.absent), "stand_in": str(row.stand_in)}
    values |= {"first": long_date(row.from_on), "last": long_date(row.last_on)}
    return Facts(values, name=str(row.stand_in), link=reverse("admin:association_absence_change", args=[row.pk]))


def unscheduled(announcement: Announcement, why: str) -> Facts:
    """What was to go out today by itself and did not."""
    link = reverse("admin:association_announcement_change", args=[announcement.pk])
    return Facts({"title": announcement.title, "why": why}, link=link)


def objection(row: Objection, on: date | None = None) -> Facts:
    """That one has come in: not a word of it, nor of who sent it."""
    link = reverse("admin:association_objection_change", args=[row.pk])
    return Facts({"title": row.publicity.announcement.title}, link=link)


def document(notice: OfficialNotice, on: date | None = None) -> Facts:
    """A document that was issued under its number."""
    assert notice.number is not None
    values = {"number": notice.number.text, "title": notice.plain_title}
    return Facts(values, link=reverse("document", args=[notice.serial]))


def newsletter(issue: NewsletterIssue, name: str, under: Any) -> Facts:
    """One issue of the newsletter, which the rules call ``name``."""
    values = {"subject": issue.subject, "newsletter": name, "number": issue.number}
    values["body"] = plain_text.in_words(issue.text)
    return Facts(values, under=under, link=reverse("newsletter", args=[issue.number]))


def _issued() -> QuerySet[OfficialNotice]:
    rows = OfficialNotice.objects.filter(number__isnull=False, number__voided_on__isnull=True)
    return rows.select_related("number").order_by("-issued_on", "-pk")


ABSENCES = Examples(
    rows=lambda: Absence.objects.select_related("absent", "stand_in").order_by("-pk"),
    search=("absent__name__icontains", "stand_in__name__icontains"),
    facts=absence,
    permission="association.view_absence",
)
ABSENT = Variable("absent", pgettext_lazy("letter variable", "who is away"), gettext_lazy("Lin Xiao"))
STAND_IN = Variable("stand_in", pgettext_lazy("letter variable", "stand-in"), gettext_lazy("Zhou Yu"))
FIRST = Variable("first", pgettext_lazy("letter variable", "first day"), gettext_lazy("1 January 2027"))
LAST = Variable("last", pgettext_lazy("letter variable", "last day"), gettext_lazy("4 January 2027"))
PARTS = (ABSENT, STAND_IN, FIRST, LAST)
TITLE = Variable(
    "title", pgettext_lazy("letter variable", "announcement"), gettext_lazy("List of members to be admitted")
)

KINDS = (
    Kind(
        key="absence.asked",
        title=gettext_lazy("Somebody is asked to stand in"),
        event=gettext_lazy("A stand-in is named who has to accept."),
        readers=gettext_lazy("the stand-in"),
        subject=gettext_lazy("Please stand in for {{ absent }}"),
        text=gettext_lazy(
            "{{ name }}:\n\n{{ stand_in }} stands in for {{ absent }} from {{ first }} to {{ last }}.\n\n"
            "Accept or decline it.\n\n{{ signature }}"
        ),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="absence.named",
        title=gettext_lazy("Somebody stands in"),
        event=gettext_lazy("A stand-in is named who need not accept."),
        readers=gettext_lazy("the stand-in"),
        subject=gettext_lazy("You stand in for {{ absent }}"),
        text=gettext_lazy(
            "{{ name }}:\n\n{{ stand_in }} stands in for {{ absent }} from {{ first }} to {{ last }}."
            "\n\n{{ signature }}"
        ),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="absence.arranged",
        title=gettext_lazy("A stand-in was named for somebody"),
        event=gettext_lazy("A superior names a stand-in for a colleague who cannot."),
        readers=gettext_lazy("who is away"),
        subject=gettext_lazy("{{ stand_in }} stands in for you"),
        text=gettext_lazy(
            "{{ name }}:\n\n{{ stand_in }} stands in for {{ absent }} from {{ first }} to {{ last }}."
            "\n\n{{ signature }}"
        ),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="absence.accepted",
        title=gettext_lazy("A stand-in accepts"),
        event=gettext_lazy("The stand-in accepts."),
        readers=gettext_lazy("who is away"),
        subject=gettext_lazy("{{ stand_in }} stands in for you"),
        text=gettext_lazy("{{ name }}:\n\nFrom {{ first }} to {{ last }}.\n\n{{ signature }}"),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="absence.declined",
        title=gettext_lazy("A stand-in declines"),
        event=gettext_lazy("The stand-in declines."),
        readers=gettext_lazy("who is away"),
        subject=gettext_lazy("{{ stand_in }} cannot stand in for you"),
        text=gettext_lazy("{{ name }}:\n\nName somebody else, or nobody acts for you.\n\n{{ signature }}"),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="absence.ended",
        title=gettext_lazy("Standing in ends early"),
        event=gettext_lazy("One of the two, or a superior, ends it before its last day."),
        readers=gettext_lazy("the two, but for who ended it"),
        subject=gettext_lazy("Standing in has ended early"),
        text=gettext_lazy("{{ name }}:\n\n{{ stand_in }} no longer stands in for {{ absent }}.\n\n{{ signature }}"),
        variables=PARTS,
        examples=ABSENCES,
    ),
    Kind(
        key="announcement.unscheduled",
        title=gettext_lazy("An announcement was not published"),
        event=gettext_lazy("An announcement was to go out on its day by itself and could not."),
        readers=gettext_lazy("who had set the day"),
        subject=gettext_lazy("Not published: {{ title }}"),
        text=gettext_lazy("It was to be published today and was not: {{ why }}\n\n{{ signature }}"),
        variables=(
            TITLE,
            Variable("why", pgettext_lazy("letter variable", "reason"), gettext_lazy("The case was withdrawn."),
                     required=True),
        ),
        greets=False,
    ),
    Kind(
        key="objection.received",
        title=gettext_lazy("An objection has come in"),
        event=gettext_lazy("Somebody objects to what is on show."),
        readers=gettext_lazy("the body that has it on show"),
        subject=gettext_lazy("Objection to «{{ title }}»"),
        text=gettext_lazy("An objection has come in. Read it at the desk and answer it.\n\n{{ signature }}"),
        variables=(TITLE,),
        greets=False,
        mass=True,
        examples=Examples(
            rows=lambda: Objection.objects.select_related("publicity__announcement").order_by("-pk"),
            search=("publicity__announcement__title__icontains",),
            facts=objection,
            permission="association.view_objection",
        ),
    ),
    Kind(
        key="document.issued",
        title=gettext_lazy("An official document"),
        event=gettext_lazy("Members or people by name are told of an issued document."),
        readers=gettext_lazy("whom the document is sent to"),
        subject=gettext_lazy("{{ number }}: {{ title }}"),
        text=gettext_lazy(
            "The association has issued «{{ title }}» ({{ number }}). The paper is on the page below."
            "\n\n{{ signature }}"
        ),
        sms=gettext_lazy("The association has issued «{{ title }}» ({{ number }}). Please read it in the portal."),
        variables=(
            Variable("number", pgettext_lazy("letter variable", "document number"),
                     gettext_lazy("Association [2027] 1"), required=True),
            Variable("title", pgettext_lazy("letter variable", "title of the document"),
                     gettext_lazy("Notice of the annual meeting"), required=True),
        ),
        greets=False,
        mass=True,
        examples=Examples(
            rows=_issued,
            search=("title__icontains", "number__text__icontains"),
            facts=document,
            permission="association.view_officialnotice",
        ),
    ),
    Kind(
        key="newsletter.issue",
        title=gettext_lazy("The newsletter"),
        event=gettext_lazy("An issue is sent, where the rules provide for a newsletter."),
        readers=gettext_lazy("members who have not opted out"),
        subject=gettext_lazy("{{ subject }} ({{ newsletter }}, issue {{ number }})"),
        text=gettext_lazy("{{ body }}\n\n{{ signature }}\n\n{{ basis }}"),
        variables=(
            Variable("subject", pgettext_lazy("letter variable", "subject of the issue"),
                     gettext_lazy("The year in short")),
            Variable("newsletter", pgettext_lazy("letter variable", "name of the newsletter"),
                     gettext_lazy("Newsletter")),
            Variable("number", pgettext_lazy("letter variable", "number of the issue"), "1"),
            Variable("body", pgettext_lazy("letter variable", "content"), gettext_lazy("What happened this year."),
                     required=True, lines=True),
        ),
        greets=False,
        cites=True,
        mass=True,
    ),
)  # fmt: skip
