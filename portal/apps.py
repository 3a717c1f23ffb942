from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from allauth.account.signals import password_reset

        from portal import (  # checks register themselves; the others need the apps
            accounts,
            audit,
            checks,  # noqa: F401
            roles,
            sessions,
            settings_checks,  # noqa: F401
        )

        audit.connect()
        sessions.connect()
        password_reset.connect(accounts.confirm_by_reset, dispatch_uid="portal.accounts")
        post_migrate.connect(roles.sync, dispatch_uid="portal.roles")
