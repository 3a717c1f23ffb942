"""Who looked at what is protected, logged in, changed, exported (查阅记录、审计日志); and its daily seal."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly


class AccessLog(models.Model):
    """One look at an identity paper or an unmasked number. Append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="+")
    what = models.CharField(_("what"), max_length=40)
    target = models.CharField(_("of"), max_length=80)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("look at protected data")
        verbose_name_plural = _("looks at protected data")
        ordering = ["-pk"]
        constraints = [
            AppendOnly(
                name="association_accesslog_append_only",
                violation_error_message=_("The log of looks at protected data is not changed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.what} {self.target}"


class AuditKind(models.TextChoices):
    LOGIN = "login", _("log-in")
    FACTOR = "factor", _("second step")
    CHANGE = "change", _("change at the desk")
    EXPORT = "export", _("export")
    RETRY = "retry", _("ordered again")


class AuditEvent(models.Model):
    """Something that no decision says: a log-in, a change of accounts or settings, an export. Append-only.

    ``target`` names the row (``association.user:17``), ``facts`` say which fields or how many rows: keys and counts,
    never what a person's data were.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=AuditKind.choices)
    what = models.CharField(_("what"), max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="+",
    )
    target = models.CharField(_("of"), max_length=120, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-id"], name="association_audit_user")]
        constraints = [
            AppendOnly(
                name="association_auditevent_append_only",
                violation_error_message=_("The audit log is not changed by anybody."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.target}"


class AuditSeal(models.Model):
    """A signature over a day's audit rows, in a chain: the last keys it covers, how many rows, their digest."""

    day = models.DateField(_("day"))
    decisions_upto = models.PositiveBigIntegerField(_("last decision"))
    looks_upto = models.PositiveBigIntegerField(_("last look at protected data"))
    events_upto = models.PositiveBigIntegerField(_("last audit entry"))
    rows = models.PositiveBigIntegerField(_("rows"))
    digest = models.CharField(_("digest"), max_length=64)
    previous = models.CharField(_("digest of the seal before"), max_length=64, blank=True)
    signature = models.TextField(_("signature"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("seal of the audit log")
        verbose_name_plural = _("seals of the audit log")
        ordering = ["day"]
        constraints = [
            AppendOnly(
                name="association_auditseal_append_only",
                violation_error_message=_("A seal is not changed."),
            ),
            models.UniqueConstraint(
                fields=["day"],
                name="association_auditseal_day_unique",
                violation_error_message=_("The seal of this day is made already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)
