"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from portal import styleguide, theme, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("admissions.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("theme.css", theme.theme, name="theme"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/desk/", styleguide.desk, name="styleguide_desk"),
    path("admin/", admin.site.urls),
]
