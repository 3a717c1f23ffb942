"""Words of messages at the desk: every kind, what it says now, and new words that are looked at before they count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse, reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock, queries
from association.actions import templates
from association.admin.base import ReadOnlyAdmin, find, query_of, typed_in
from association.channels import sms
from association.decisions import Source
from association.letters import wording
from association.letters.kinds import Facts, Kind, all_kinds, kind_of, known
from association.letters.writing import Wording, check, fill, for_approval, in_force, sample, shipped
from association.models import MessageTemplate
from association.rulebook.marks import marked
from association.web import attempt, officer

EDITING = "association.change_messagetemplate"
LIST = "admin:association_messagetemplate_changelist"
KIND = "admin:association_messagetemplate_kind"
LONGEST_NUMBER = 8
SHOWN = 8
"""Real cases that are offered for a preview."""
REVISIONS = 50
SENT = reverse_lazy("admin:association_message_changelist")
SEEING_SENT = "association.view_message"
PARTS = (
    ("subject", pgettext_lazy("message", "Subject")),
    ("text", gettext_lazy("Text")),
    ("sms", gettext_lazy("Short message")),
)


@dataclass(frozen=True, slots=True)
class Example:
    """What a preview is filled with: a real case, or invented facts where ``key`` is empty."""

    key: str
    label: str
    facts: Facts


class WordsForm(forms.Form):
    """The words of a kind. They are held against its variables, with the line of every fault."""

    subject = forms.CharField(
        label=gettext_lazy("subject"),
        max_length=wording.LONGEST["subject"],
        error_messages={"required": gettext_lazy("A message needs a subject.")},
    )
    text = forms.CharField(label=gettext_lazy("text"), strip=False, widget=forms.Textarea(attrs={"rows": 16}))
    sms = forms.CharField(
        label=gettext_lazy("short message"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("70 characters are one short message; longer ones count 67 each."),
    )
    note = forms.CharField(label=gettext_lazy("why it was changed"), max_length=200, required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def words(self) -> Wording:
        typed = self.cleaned_data
        return templates.tidy(Wording(typed.get("subject", ""), typed.get("text", ""), typed.get("sms", "")))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for part, faults in check(self.kind, self.words()).items():
            if part not in self.errors:
                for fault in faults:
                    self.add_error(part, str(fault))
        return typed


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("kind/<str:key>/", self.kind_page, "kind"),
            self.route("kind/<str:key>/restore/", self.restore, "restore"),
            self.route("kind/<str:key>/compare/", self.compare, "compare"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        newest = {row.kind: row for row in MessageTemplate.objects.select_related("author").order_by("revision")}
        return self.page(
            request,
            "desk/association/letters.html",
            title=_("Message templates"),
            where=_("Settings"),
            where_url=reverse("admin:association_association_changelist"),
            rows=[
                {"kind": kind, "row": newest.get(kind.key), "state": state_of(kind, newest.get(kind.key))}
                for kind in all_kinds()
            ],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        """A revision is looked at beside the words in force."""
        self.require_view(request)
        row = find(MessageTemplate.objects.all(), object_id)
        return redirect(f"{reverse('admin:association_messagetemplate_compare', args=[row.kind])}?a={row.revision}")

    def kind_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """What a kind says; posted: the preview of new words, and the same words put into force."""
        self.require_view(request)
        kind = known_kind(key)
        current, last = in_force(kind), templates.newest(kind)
        base = last.revision if last else 0
        may_edit = request.user.has_perm(EDITING)
        if request.method == "POST":
            self.require(request, EDITING)
        words = current.words
        form = WordsForm(
            typed_in(request), kind=kind, initial={"subject": words.subject, "text": words.text, "sms": words.sms}
        )
        asked = printable(request.POST.get("q", "")) or query_of(request)
        offered = list(examples(request, kind, asked))
        chosen = pick(offered, request.POST.get("example") or request.GET.get("example", ""), kind)
        typed: Wording | None = None
        if request.method == "POST" and form.is_valid():
            typed = form.words()
            if request.POST.get("do") == "save" and self.save(request, kind, form):
                return redirect(KIND, kind.key)
        return self.page(
            request,
            "desk/association/letter.html",
            title=kind.title,
            where=_("Message templates"),
            where_url=reverse(LIST),
            kind=kind,
            sources=sources_of(kind),
            variables=[(wording.braced(one.name), one.required, str(one.sample)) for one in kind.all_variables],
            state=state_of(kind, last),
            form=form if may_edit else None,
            base=request.POST.get("base") or base,
            seen=mark(typed) if typed else "",
            now=shown(kind, words, chosen.facts),
            proposed=shown(kind, typed, chosen.facts) if typed else None,
            examples=offered,
            chosen=chosen,
            asked=asked,
            hidden=kind.examples is not None and not request.user.has_perm(kind.examples.permission),
            revisions=revisions_of(kind),
            texting=texting(kind, words) if request.user.has_perm("association.view_smstopic") else None,
            sent_url=f"{SENT}?letter__exact={kind.key}" if request.user.has_perm(SEEING_SENT) else "",
            unfit=current.unfit,
            may_edit=may_edit,
        )

    def save(self, request: HttpRequest, kind: Kind, form: WordsForm) -> bool:
        """Put the words into force, if exactly these were looked at and nobody was faster."""
        words, stands_on = form.words(), request.POST.get("base", "")
        if request.POST.get("seen") != mark(words):
            messages.warning(request, _("Look at the preview of these words first, then put them into force."))
            return False
        known_base = stands_on.isascii() and stands_on.isdecimal() and len(stands_on) <= LONGEST_NUMBER
        done = attempt(
            request,
            lambda: templates.save(
                kind,
                words,
                base=int(stands_on) if known_base else -1,
                note=form.cleaned_data["note"],
                by=officer(request),
            ),
            done=_("The words are in force: the next message of this kind says them."),
        )
        return done is not None

    def restore(self, request: HttpRequest, key: str) -> HttpResponse:
        """Put an older revision, or the shipped words (``0``), into force again; asked once more."""
        self.require(request, EDITING)
        kind = known_kind(key)
        back = reverse(KIND, args=[kind.key])
        asked = request.POST.get("revision") or request.GET.get("revision", "0")
        row = None if asked == "0" else stored_revision(kind, asked)
        last = templates.newest(kind)
        base = last.revision if last else 0
        if request.method == "POST":
            by = officer(request)
            attempt(
                request,
                lambda: (
                    templates.restore(row, base=base, by=by)
                    if row
                    else templates.restore_shipped(kind, base=base, by=by)
                ),
                done=_("The words are in force: the next message of this kind says them."),
            )
            return redirect(back)
        words = Wording(row.subject, row.text, row.sms) if row and not row.shipped else shipped(kind)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Put these words into force again?"),
            where=kind.title,
            where_url=back,
            typed=[("revision", asked)],
            facts=[(label, getattr(words, part) or "—") for part, label in PARTS],
            effects=[
                {"text": _("The next message of this kind says them. What was sent stays as it was.")},
                {"text": _("It becomes a revision of its own; none is lost.")},
            ],
            confirm=_("Put into force"),
            cancel_url=back,
        )

    def compare(self, request: HttpRequest, key: str) -> HttpResponse:
        """Two revisions side by side: ``a`` and ``b``, 0 for the shipped words, ``b`` empty for those in force."""
        self.require_view(request)
        kind = known_kind(key)
        old, new = revision_of(kind, request.GET.get("a", "0")), revision_of(kind, request.GET.get("b", ""))
        return self.page(
            request,
            "desk/association/letter_compare.html",
            title=_("Two revisions"),
            where=kind.title,
            where_url=reverse(KIND, args=[kind.key]),
            kind=kind,
            names=(old[0], new[0]),
            parts=[
                (label, marked(getattr(old[1], part), getattr(new[1], part)))
                for part, label in PARTS
                if getattr(old[1], part) or getattr(new[1], part)
            ],
            same=old[1] == new[1],
        )


def known_kind(key: str) -> Kind:
    if not known(key):
        raise Http404
    return kind_of(key)


def state_of(kind: Kind, row: MessageTemplate | None) -> dict[str, str]:
    if row is None or row.shipped:
        return {"label": _("as shipped"), "tone": "neutral"}
    if in_force(kind).unfit:
        return {"label": _("does not fit this version"), "tone": "stopped"}
    return {"label": _("revision %(number)s") % {"number": row.revision}, "tone": "done"}


def texting(kind: Kind, words: Wording) -> dict[str, Any]:
    """By which words a text message of this kind goes out, and which to have approved for its own."""
    own, topic = sms.rows_for(kind.key, kind.topic)
    used = own or topic
    asked = for_approval(kind, words)
    typed = urlencode({"letter": kind.key, "wording": asked})
    return {
        "used": used if used is not None and used.is_on else None,
        "own": own,
        "asked": asked,
        "add_url": f"{reverse('admin:association_smstopic_add')}?{typed}",
    }


def revisions_of(kind: Kind) -> list[MessageTemplate]:
    """The newest first, each with the number of messages in its words."""
    rows = MessageTemplate.objects.filter(kind=kind.key).select_related("author")
    return list(rows.annotate(used=Count("messages"))[:REVISIONS])


def sources_of(kind: Kind) -> tuple[Source, ...]:
    """The articles of today's rules that ask for it."""
    if kind.sources is None:
        return ()
    try:
        return tuple(dict.fromkeys(kind.sources(queries.rulebook_on(clock.today()))))
    except queries.NoRulebook:
        return ()


def examples(request: HttpRequest, kind: Kind, asked: str) -> Iterator[Example]:
    """Real cases for a preview that this person may see: the latest, or those found."""
    source = kind.examples
    if source is None or not request.user.has_perm(source.permission):
        return
    rows = source.rows()
    if source.case:
        rows = rows.exclude(**{f"{source.case}__recusals__user": request.user})
    if asked:
        wanted = Q()
        for name in source.search:
            wanted |= Q(**{name: asked})
        rows = rows.filter(wanted)
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows[:SHOWN]:
            facts = source.facts(row, clock.today())
            if facts is not None:
                yield Example(str(row.pk), facts.name or source.label(row), facts)


def printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()[:80]


def pick(offered: list[Example], key: str, kind: Kind) -> Example:
    """The chosen example, else the first, else invented facts."""
    found = next((one for one in offered if one.key == key), None)
    return found or (offered[0] if offered else Example("", "", sample(kind)))


def shown(kind: Kind, words: Wording, facts: Facts) -> dict[str, Any]:
    """How a letter reads by each channel."""
    letter = fill(kind, words, facts)
    return {
        "subject": letter.subject,
        "text": letter.text,
        "link": f"{settings.SITE_URL}{letter.link}" if letter.link else "",
        "sms": letter.sms,
        "length": len(letter.sms),
        "segments": wording.segments(letter.sms),
    }


def mark(words: Wording) -> str:
    """Tells whether exactly these words were looked at."""
    return hashlib.sha256("\0".join((words.subject, words.text, words.sms)).encode()).hexdigest()[:20]


def stored_revision(kind: Kind, number: str) -> MessageTemplate:
    sound = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    row = MessageTemplate.objects.filter(kind=kind.key, revision=int(number)).first() if sound else None
    if row is None:
        raise Http404
    return row


def revision_of(kind: Kind, number: str) -> tuple[str, Wording]:
    """Its name and its words. A number that is none is no revision."""
    if not number:
        return _("in force"), in_force(kind).words
    if number == "0":
        return _("as shipped"), shipped(kind)
    row = stored_revision(kind, number)
    return _("revision %(number)s") % {"number": row.revision}, Wording(row.subject, row.text, row.sms)
