"""Accounts (账号)."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in: by e-mail, with a mobile number that may be verified."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile number"), max_length=20, blank=True)
    mobile_verified_at = models.DateTimeField(_("mobile number verified at"), null=True, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may open the desk"), default=False)
    is_demo = models.BooleanField(_("demo account"), default=False)
    date_joined = models.DateTimeField(_("registered at"), default=timezone.now)

    objects = UserManager()

    second_factor_shown: bool | None = None
    """Whether the session that asks has shown the second factor; ``None`` where no session asks."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="association_user_email_unique",
                violation_error_message=_("An account with this e-mail address exists already. Log in instead."),
            ),
            models.UniqueConstraint(
                fields=["mobile"],
                condition=models.Q(mobile_verified_at__isnull=False),
                name="association_user_verified_mobile_unique",
                violation_error_message=_("Another account has this mobile number."),
            ),
            models.CheckConstraint(
                condition=models.Q(mobile_verified_at__isnull=True) | ~models.Q(mobile=""),
                name="association_user_verified_mobile_present",
                violation_error_message=_("A verified mobile number cannot be empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_second_factor(self) -> bool:
        """Whether the login asks for more than the password. Recovery codes alone are none."""
        return bool(self.authenticator_set.exclude(type="recovery_codes").exists())  # type: ignore[attr-defined]

    def is_trusted(self) -> bool:
        """Whether rights beyond one's own are open: the account has a second factor, and the session showed it."""
        return self.second_factor_shown is not False and self.has_second_factor()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A superuser too has no rights without the second factor."""
        return super().has_perm(perm, obj) and (not self.is_superuser or self._superuser_is_trusted)

    def has_module_perms(self, app_label: str) -> bool:
        return super().has_module_perms(app_label) and (not self.is_superuser or self._superuser_is_trusted)

    @cached_property
    def _superuser_is_trusted(self) -> bool:
        """Read once for each row that was fetched, as other people's rights are."""
        return self.is_trusted()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email.partition("@")[0]
