"""Applications are found by the name of who applies, or by the whole number; exactly those that the queue shows."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from admissions.admin.queue import applications as listed
from association.admin.base import case_page
from association.models import Case
from association.models.case import CaseState
from association.searching import SHOWN, Asked, Hit, Searcher, names_kind
from association.values import long_date
from members.searchers import identified


def applications(asked: Asked) -> Iterator[Hit]:
    number = identified(asked)
    where = Q(application__identity_index=number) if number is not None else Q(subject__says=asked.text)
    for case in listed().filter(where).order_by("-pk")[: SHOWN + 1]:
        note = f"{CaseState(case.state).label} · {long_date(case.submitted_on) if case.submitted_on else ''}"
        yield Hit(case.subject, case_page(case, asked.user), note)


DESK = (
    Searcher(
        "applications", _("Applications"), "admissions.view_application", applications,
        lambda q: f"{reverse('admin:admissions_application_changelist')}?{urlencode({'view': 'all', 'q': q})}",
    ),
)  # fmt: skip


def own_applications(asked: Asked) -> Iterator[Hit]:
    """What the account has applied for, drafts too."""
    if asked.user is None:
        return
    rows = Case.objects.visible_to_applicant(asked.user).filter(kind="admission")
    if not names_kind(asked, APPLICATIONS):
        rows = rows.filter(subject__says=asked.text)
    for case in rows.order_by("-pk")[: SHOWN + 1]:
        yield Hit(case.subject, reverse("application", args=[case.key]), str(CaseState(case.state).label))


APPLICATIONS = _("Applications")
MINE = (Searcher("applications", APPLICATIONS, "", own_applications, lambda q: reverse("my")),)
