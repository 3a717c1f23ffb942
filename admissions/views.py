"""Pages of applicants."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from association.models import Case
from association.web import user_of


@login_required
def application(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to_applicant(user_of(request)), key=key, kind="admission")
    return render(request, "admissions/application.html", {"case": case})
