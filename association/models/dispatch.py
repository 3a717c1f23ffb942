"""Something sent to an audience, in the background, so that nobody gets it twice (群发)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Dispatch(models.Model):
    """What goes to whom as of ``on``, and how far it is: the worker goes up the audience's keys past ``cursor``.

    ``expected`` addressees when it was ordered; of the ``done`` ones ``told`` were written to, ``opted_out`` do
    without it, ``unreached`` have no account. The rest were told already.
    """

    issue = models.OneToOneField(
        "association.NewsletterIssue",
        models.RESTRICT,
        verbose_name=_("issue of the newsletter"),
        null=True,
        blank=True,
        related_name="dispatch",
    )
    notice = models.ForeignKey(
        "association.OfficialNotice",
        models.RESTRICT,
        verbose_name=_("official document"),
        null=True,
        blank=True,
        related_name="dispatches",
    )
    audience = models.CharField(_("audience"), max_length=40)
    parts = models.JSONField(_("parts of the audience"), default=list, blank=True)
    on = models.DateField(_("as of"))
    expected = models.PositiveIntegerField(_("addressees"))
    cursor = models.PositiveBigIntegerField(_("last key"), default=0)
    done = models.PositiveIntegerField(_("gone through"), default=0)
    told = models.PositiveIntegerField(_("written to"), default=0)
    opted_out = models.PositiveIntegerField(_("do without it"), default=0)
    unreached = models.PositiveIntegerField(_("without an account"), default=0)
    ordered_at = models.DateTimeField(_("ordered at"))
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("ordered by"), related_name="+"
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("cancelled by"),
        null=True,
        blank=True,
        related_name="+",
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issue__isnull=False, notice__isnull=True)
                | models.Q(issue__isnull=True, notice__isnull=False),
                name="association_dispatch_sends_one_thing",
                violation_error_message=_("A dispatch sends one thing."),
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | models.Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="association_dispatch_cancelled_whole",
                violation_error_message=_("Who cancelled it and when belong together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.on}"

    @property
    def running(self) -> bool:
        return self.finished_at is None and self.cancelled_at is None
