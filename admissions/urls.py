"""Addresses of applicants."""

from django.urls import path

from admissions import views

urlpatterns = [
    path("applications/<uuid:key>/", views.application, name="application"),
]
