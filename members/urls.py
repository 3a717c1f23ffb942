"""Addresses of members."""

from django.urls import path

from members.views import certificates, verify

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/<path:serial>/", verify.verify_certificate, name="verify_certificate"),
    path("certificates/<slug:serial>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:serial>/file.pdf", certificates.file, name="certificate_file"),
    path("certificates/<slug:serial>/picture.png", certificates.picture, name="certificate_picture"),
]
