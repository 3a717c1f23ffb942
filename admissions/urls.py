"""Addresses of applicants."""

from django.urls import path

from admissions.views import claims, form, joining, papers, status, submission

urlpatterns = [
    path("join/", joining.apply, name="apply"),
    path("applications/<uuid:key>/", status.application, name="application"),
    path("applications/<uuid:key>/form/", form.application_form, name="application_form"),
    path("applications/<uuid:key>/form/save/", form.save, name="application_save"),
    path("applications/<uuid:key>/papers/<slug:slot>/", papers.upload, name="application_upload"),
    path("applications/<uuid:key>/submit/", submission.submit, name="application_submit"),
    path("applications/<uuid:key>/withdraw/", status.withdraw, name="application_withdraw"),
    path("applications/<uuid:key>/claim/", claims.claim, name="application_claim"),
]
