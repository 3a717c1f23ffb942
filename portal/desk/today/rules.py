"""Feedback on articles that nobody answered, and drafts on which the members have been heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from association.admin.base import address
from association.models import Adoption, ArticleFeedback, Consultation
from association.rulebook.labels import label
from association.values import long_date
from portal.desk.today.lines import FEWER, Line, Section, Viewer, capped


def rules(viewer: Viewer) -> Iterator[Section]:
    """Feedback on articles that nobody answered, and drafts on which the members have been heard."""
    lines: list[Line] = []
    more = False
    if viewer.user.has_perm("association.change_articlefeedback"):
        rows, more = capped(ArticleFeedback.objects.waiting().select_related("version", "author"), FEWER)
        lines += [
            Line(
                each.version.title,
                _("Answer the feedback on %(article)s") % {"article": label(each.article)}
                if each.article
                else _("Answer the feedback"),
                address("admin:association_articlefeedback_change", each.pk),
                note=str(each.author or each.name),
            )
            for each in rows
        ]
    if viewer.user.has_perm("association.add_adoption"):
        lines += [
            Line(
                str(each.version),
                _("The members have been heard: put the draft to the vote"),
                address("admin:association_rulebookversion_change", each.version_id),
                note=_("comments until %(day)s") % {"day": long_date(each.comments_until)},
            )
            for each in _heard(viewer.on)
            if each.comments_until is not None
        ]
    yield Section(_("Rules"), lines, more, address("admin:association_articlefeedback_changelist"))


def _heard(on: date) -> QuerySet[Consultation]:
    """Drafts whose period for comments is over and that are not adopted."""
    adopted = Adoption.objects.filter(
        version__rulebook=OuterRef("rulebook"), version__document_version=OuterRef("document_version")
    )
    ended = Consultation.objects.filter(~Exists(adopted), noticed_on__isnull=False, comments_until__lt=on)
    return ended.select_related("version").order_by("comments_until", "pk")[:FEWER]
