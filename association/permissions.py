"""Who may. Whether it is possible at all is asked elsewhere (``states``, ``rules``)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from association import queries
from association.decisions import Decision, Source, failed, passed, setting
from association.models import Case, CaseDocument, Seat, StoredFile, User


def seats(user: User, on: date) -> frozenset[str]:
    """Keys of the bodies that the account acts for on the day."""
    return frozenset(Seat.objects.on(on).filter(user=user, user__is_active=True).values_list("body__key", flat=True))


def may_act_for(user: User, body: str, *, on: date, sources: tuple[Source, ...] = ()) -> Decision:
    """Whether the account sits in the body whose turn it is; the reason cites the article that gives it the turn."""
    because = sources or (setting("seats"),)
    if user.is_active and Seat.objects.on(on).filter(user=user, body__key=body).exists():
        return passed("seated", *because, body=body)
    return failed("not_your_body", *because, body=body, name=queries.body_name(body))


def readable_files(user: User, *, on: date) -> QuerySet[StoredFile]:
    """Uploads that the account may read: its own, those of its cases, and all of them for the secretariat.

    Who keeps out of a case (回避) does not read its papers by any role, only as its applicant.
    What Huiji renders (certificates) has no uploader; the app that owns it decides who reads it.
    """
    uploads = StoredFile.objects.filter(uploaded_by__isnull=False)
    cases = Case.objects.visible_to_applicant(user)
    own = Q(uploaded_by=user) | Q(case_document__case__in=cases)
    if user.is_active and (user.has_perm("association.view_case") or (user.is_staff and seats(user, on))):
        closed = CaseDocument.objects.filter(case__recusals__user=user)
        return uploads.filter(own | ~Q(pk__in=closed.values("file")))
    return uploads.filter(own)
