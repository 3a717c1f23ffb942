"""The audit log on one page: decisions, looks at protected data, log-ins, changes, exports. Read, never edited."""

from __future__ import annotations

import csv
import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock, queries
from association.actions import audit
from association.admin import audit_objects, audit_words
from association.admin.audit_words import FACTS, KINDS, WHAT
from association.admin.base import PER_PAGE, ReadOnlyAdmin, address
from association.admin.forms import DayInput
from association.admin.records import kind_words
from association.models import AccessLog, AuditEvent, DecisionRecord, User
from association.models.audit import AuditKind
from association.rulebook.labels import label
from association.web import user_of

MOST_ROWS = 20_000
"""Rows of an export; what is longer is taken out by shorter spans of days."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, from whichever table."""

    at: datetime
    source: str
    pk: int
    kind: str
    what: str
    who: str
    of: str
    url: str = ""


class AskedForm(forms.Form):
    who = forms.CharField(label=gettext_lazy("person"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"), choices=[("", gettext_lazy("all")), *KINDS.items()], required=False
    )
    subject = forms.CharField(label=pgettext_lazy("audit", "Of"), max_length=80, required=False)
    article = forms.CharField(label=gettext_lazy("article"), max_length=40, required=False)
    first = forms.DateField(label=gettext_lazy("from"), widget=DayInput, required=False)
    last = forms.DateField(label=gettext_lazy("to"), widget=DayInput, required=False)


@dataclass(frozen=True)
class Asked:
    """What is looked for. A filter that is empty leaves everything."""

    people: frozenset[int] | None = None
    kind: str = ""
    subject: str = ""
    articles: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, form: AskedForm) -> Asked:
        form.is_valid()
        typed = form.cleaned_data
        who, named = typed.get("who"), typed.get("article")
        found = User.objects.filter(Q(name__icontains=who) | Q(email__icontains=who)) if who else None
        people = None if found is None else frozenset(found.order_by("pk").values_list("pk", flat=True)[:200])
        return cls(
            people,
            typed.get("kind") or "",
            typed.get("subject") or "",
            articles_named(named) if named else None,
            typed.get("first"),
            typed.get("last"),
        )

    def within(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        if self.first:
            rows = rows.filter(**{f"{moment}__gte": _midnight(self.first)})
        if self.last and self.last < date.max:
            rows = rows.filter(**{f"{moment}__lt": _midnight(self.last + timedelta(1))})
        return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def articles_named(text: str) -> frozenset[str]:
    """Keys of the articles that a reader means by «第三十条» or «30», in every rulebook that was ever adopted."""
    text = text.strip()
    found = {text} if re.fullmatch(r"[0-9a-z.]+", text) else set()
    for _adopted, version_id in queries.adoptions():
        rulebook = queries.rulebook_of(version_id)
        found |= {key for key in rulebook.articles if text in (rulebook.label(key), label(key))}
    return frozenset(found)


def decisions(asked: Asked) -> QuerySet[Any]:
    rows = asked.within(DecisionRecord.objects.select_related("actor", "principal"), "recorded_at")
    if asked.people is not None:
        rows = rows.filter(Q(actor__in=asked.people) | Q(principal__in=asked.people))
    if asked.subject:
        said = Q(kind__icontains=asked.subject) | Q(on_behalf_of__icontains=asked.subject)
        rows = rows.filter(said | audit_objects.about(asked.subject))
    if asked.articles is not None:
        cited = Q(pk__in=[])
        for key in asked.articles:
            cited |= Q(said__contains=f'"key": "{key}"')
        rows = rows.annotate(said=Cast("reasons", TextField())).filter(cited)
    return rows


def looks(asked: Asked) -> QuerySet[Any]:
    rows = asked.within(AccessLog.objects.select_related("user"), "at")
    if asked.people is not None:
        rows = rows.filter(user__in=asked.people)
    return rows.filter(target__icontains=asked.subject) if asked.subject else rows


def events(asked: Asked) -> QuerySet[Any]:
    rows = asked.within(AuditEvent.objects.select_related("user"), "at")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.people is not None:
        rows = rows.filter(Q(user__in=asked.people) | Q(target__in=[f"association.user:{pk}" for pk in asked.people]))
    return (
        rows.filter(audit_words.meaning(asked.subject) | Q(what__icontains=asked.subject)) if asked.subject else rows
    )


def _of_decisions(rows: list[DecisionRecord]) -> Iterator[Line]:
    about = audit_objects.objects_of(rows)
    for row in rows:
        who = row.actor_name or str(row.get_actor_kind_display())
        body = queries.body_name(row.body) if row.body else row.on_behalf_of
        if body:
            who = _("%(who)s (%(body)s)") % {"who": who, "body": body}
        url, of = address("admin:association_decisionrecord_change", row.pk), about.get(row.pk, "")
        yield Line(row.recorded_at, "d", row.pk, "decision", kind_words(row.kind), who, of, url)


def _of_look(row: AccessLog) -> Line:
    return Line(row.at, "a", row.pk, "look", str(WHAT.get(row.what, row.what)), str(row.user), row.target)


def _of_event(row: AuditEvent) -> Line:
    said = [str(words) % _said(row.facts[key]) for key, words in FACTS.items() if key in row.facts]
    of = " · ".join(filter(None, [audit_words.said(row.target), *said]))
    who = str(row.user) if row.user else _("nobody who is logged in")
    return Line(row.at, "e", row.pk, row.kind, str(WHAT.get(row.what, row.what)), who, of, _row_page(row.target))


def _said(value: Any) -> str:
    return _(", ").join(str(each) for each in value) if isinstance(value, list) else str(value)


def _row_page(target: str) -> str:
    model, _colon, key = target.partition(":")
    return address(f"admin:{model.replace('.', '_')}_change", key) if key and model.count(".") == 1 else ""


SOURCES: dict[str, tuple[Callable[[Asked], QuerySet[Any]], Callable[[list[Any]], Iterable[Line]], frozenset[str]]] = {
    "d": (decisions, _of_decisions, frozenset({"decision"})),
    "a": (looks, lambda rows: map(_of_look, rows), frozenset({"look"})),
    "e": (events, lambda rows: map(_of_event, rows), frozenset(str(kind) for kind in AuditKind)),
}
"""Where lines come from, by the letter that the pager remembers them by; and the kinds that each holds."""


def lines(asked: Asked, before: dict[str, int], *, most: int) -> Iterator[Line]:
    """The newest first, merged from all tables by moment; within a table by key, so that no page repeats a row."""
    parts = []
    for letter, (found, said, kinds) in SOURCES.items():
        if (asked.kind and asked.kind not in kinds) or (asked.articles is not None and letter != "d"):
            continue
        rows = found(asked).order_by("-pk")
        if letter in before:
            rows = rows.filter(pk__lt=before[letter])
        parts.append(list(said(list(rows[:most]))))
    return islice(heapq.merge(*parts, key=lambda one: one.at, reverse=True), most)


def cursor_of(text: str) -> dict[str, int]:
    """``d120.a33.e7`` → where each table goes on; what is none of ours starts at the top."""
    found = {}
    for part in text[:80].split("."):
        if re.fullmatch(r"[dae][0-9]{1,18}", part):
            found[part[0]] = int(part[1:])
    return found


def cursor_after(before: dict[str, int], shown: list[Line]) -> str:
    lowest = dict(before)
    for one in shown:
        lowest[one.source] = min(one.pk, lowest.get(one.source, one.pk))
    return ".".join(f"{letter}{pk}" for letter, pk in lowest.items())


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who may see the log sees all of it; nobody, the superuser neither, has a way to change it."""

    def get_urls(self) -> list[URLPattern]:
        return [self.route("export/", self.export, "export"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("association.view_auditevent")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        form = AskedForm(request.GET)
        before = cursor_of(request.GET.get("before", ""))
        found = list(lines(Asked.of(form), before, most=PER_PAGE + 1))
        shown = found[:PER_PAGE]
        query = request.GET.copy()
        query.pop("before", None)
        plain = query.urlencode()
        query["before"] = cursor_after(before, shown)
        return self.page(
            request,
            "desk/association/audit.html",
            title=_("Audit log"),
            where=_("Settings"),
            where_url=reverse("admin:association_association_changelist"),
            lede=_("What was done, by whom and when. Nobody can change it; every export of it stands in it."),
            form=form,
            lines=[{"line": one, "kind": KINDS[one.kind]} for one in shown],
            older=f"?{query.urlencode()}" if len(found) > PER_PAGE else "",
            newest=f"?{plain}" if before else "",
            export_url=f"{reverse('admin:association_auditevent_export')}?{plain}",
            clear_url=request.path if plain else "",
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        return self.changelist_view(request)

    def export(self, request: HttpRequest) -> HttpResponse:
        """What the filters leave, newest first, as CSV. Who took it out is a line of the log itself."""
        self.require_view(request)
        found = list(lines(Asked.of(AskedForm(request.GET)), {}, most=MOST_ROWS))
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow([_("at"), _("kind"), _("what"), _("who"), _("of")])
        for one in found:
            moment = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S")
            writer.writerow([moment, *map(_as_text, (str(KINDS[one.kind]), one.what, one.who, one.of))])
        audit.exported("audit_log", user=user_of(request), rows=len(found))
        name = f"audit-{clock.today():%Y%m%d}.csv"
        return HttpResponse(
            f"\ufeff{text.getvalue()}",
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _as_text(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
