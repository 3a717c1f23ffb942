"""Adoptions on record: from when, under which resolution, who was carried over, and sending the document out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from association import clock, ports, queries
from association.actions import rulebooks
from association.admin.base import ReadOnlyAdmin, find, page_of
from association.admin.outgoing import outgoing
from association.admin.rulebooks.base import ADOPTION, PUBLISHING, TABS
from association.admin.rulebooks.shelf import period_words, slot_title
from association.impacts import Place
from association.letters import own
from association.models import Adoption
from association.rulebook import Rulebook
from association.rules.comparing import name_under
from association.web import attempt, officer, sentences

ROW = ("version", "resolution__meeting__body", "decision__actor", "decision__version", "adopted_by")


@admin.register(Adoption)
class AdoptionAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/publish/", self.publish, "publish"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        page = page_of(request, Adoption.objects.select_related(*ROW).order_by("-effective_from", "-pk"))
        return self.page(
            request,
            "desk/association/rulebook_adoptions.html",
            title=_("Adoptions"),
            page=page,
            rows=[{"row": row, "slot": slot_title(row.slot)} for row in page.rows],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        adoption = find(Adoption.objects.select_related(*ROW), object_id)
        book = queries.rulebook_of(adoption.version_id)
        span = next((one for one in queries.versions(adoption.slot) if one.adoption_id == adoption.pk), None)
        return self.page(
            request,
            "desk/association/rulebook_adoption.html",
            title=adoption.version.title,
            where=_("Adoptions"),
            where_url=reverse("admin:association_adoption_changelist"),
            adoption=adoption,
            period=period_words(span) if span else "",
            book=book,
            slot=slot_title(adoption.slot),
            card=card(adoption),
            moves=moves(adoption, book),
            distribution=book.distribution,
            distribution_sources=book.distribution.sources(book.id) if book.distribution else (),
            may_publish=request.user.has_perm(PUBLISHING) and adoption.published_on is None,
        )

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the document out: asked once more with the number of members it goes to."""
        self.require(request, PUBLISHING)
        adoption = find(Adoption.objects.select_related("version"), pk)
        page = reverse(ADOPTION, args=[adoption.pk])
        today = clock.today()
        if request.method == "POST" or adoption.published_on is not None:
            attempt(
                request,
                lambda: rulebooks.publish(adoption, by=officer(request), on=today),
                done=_("The document is sent out."),
            )
            return redirect(page)
        book = queries.rulebook_of(adoption.version_id)
        rule = book.distribution
        sources = rule.sources(book.id) if rule else ()
        effects: list[dict[str, Any]] = []
        if rule is not None and rule.members:
            count = sum(1 for _one in ports.audiences["members"].everyone(today))
            told = ngettext("%(count)s member", "%(count)s members", count) % {"count": count}
            text = _("Every member gets a message with a link to the rules.")
            effects.append({"text": text, "to": told, "sources": sources})
        if rule is not None and (rule.to or rule.reported_to):
            names = _(", ").join((*rule.to, *rule.reported_to))
            effects.append({"text": _("Letters to the addressees stay yours to send: %(names)s.") % {"names": names}})
        effects.append({"text": _("The day is recorded as the day on which it was sent out.")})
        written = outgoing(request, "rulebook.in_force", own.adopted(adoption)) if rule and rule.members else {}
        facts = written.pop("facts", [])
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Send the document out?"),
            where=adoption.version.title,
            where_url=page,
            **written,
            facts=[(_("Rulebook"), f"{adoption.version.title} {adoption.version.label}"), *facts],
            effects=effects,
            confirm=_("Send it out"),
            cancel_url=page,
        )


def card(adoption: Adoption) -> dict[str, Any] | None:
    record = adoption.decision
    if record is None:
        return None
    return {
        "outcome": record.outcome,
        "what": _("Adoption of %(title)s") % {"title": adoption.version},
        "by": record.actor_name or _("Huiji"),
        "body": adoption.resolution.meeting.body.name if adoption.resolution else "",
        "on": record.on,
        "reasons": sentences(record.decision),
        "note": "",
        "sources": record,
    }


def moves(adoption: Adoption, book: Rulebook) -> list[tuple[str, str]]:
    """Where members went, in the words of the version before and of this one."""
    spans = queries.versions(adoption.slot)
    before = next((one.version_id for one in spans if one.effective_from < adoption.effective_from), None)
    old = queries.rulebook_of(before) if before else book
    found = [
        (name_under(old, Place(key)), name_under(book, Place(new)))
        for key, new in adoption.mapping.get("classes", {}).items()
    ]
    tiers = {tier.id: tier.name for tier in book.tiers}
    for key, new in adoption.mapping.get("tiers", {}).items():
        class_id, slash, tier = key.rpartition("/")
        held = {one.id: one.name for one in old.tiers}
        was = name_under(old, Place(class_id, tier)) if slash else held.get(tier, tier)
        found.append((was, tiers.get(new, new) or _("no tier")))
    return found
