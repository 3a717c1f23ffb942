"""Whose application it is: everything on these pages begins with this look-up."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from admissions.models import Application
from association.models import Case
from association.web import user_of


def own_application(request: HttpRequest, key: uuid.UUID) -> Application:
    """The application of this key if the account began it or was granted a claim to it; otherwise 404."""
    visible = Case.objects.visible_to_applicant(user_of(request)).filter(kind="admission")
    return get_object_or_404(
        Application.objects.select_related("case__applicant", "party", "rules_version").filter(case__in=visible),
        case__key=key,
    )


def is_begun_by(application: Application, request: HttpRequest) -> bool:
    """Whether the reader is the one who began it: only they see their identity number in full."""
    return application.case.applicant_id == request.user.pk
