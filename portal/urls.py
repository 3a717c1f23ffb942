"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from portal import styleguide, theme
from portal.demo import views as demo
from portal.search.views import public as search
from portal.views import account
from portal.views.health import healthz, readyz
from portal.views.home import home
from portal.views.my import history, my
from portal.views.wellknown import favicon, robots

urlpatterns = [
    path("", home, name="home"),
    path("", include("portal.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path("demo/mail/", demo.mail, name="demo_mail"),
    path("demo/accounts/", demo.accounts, name="demo_accounts"),
    path("search/", search, name="search"),
    path("my/", my, name="my"),
    path("my/file/<int:pk>/", history, name="history"),
    path("", include("members.urls")),
    path("", include("fees.urls")),
    path("", include("admissions.urls")),
    path("", include("association.urls")),
    path("my/account/", account.account, name="account"),
    path("my/account/mobile/", account.mobile, name="account_mobile"),
    path("my/account/mobile/code/", account.mobile_code, name="account_mobile_code"),
    path("my/account/mobile/remove/", account.mobile_remove, name="account_mobile_remove"),
    path("accounts/login/by-code/", account.login_by_code, name="account_login_by_code"),
    path("accounts/login/by-code/code/", account.login_code, name="account_login_code"),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("theme.css", theme.theme, name="theme"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/desk/", styleguide.desk, name="styleguide_desk"),
    path("admin/", admin.site.urls),
]
