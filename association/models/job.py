"""Background work: the row is the truth, the broker a hint (后台任务)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work, written in the transaction that wants it done; claimed by one conditional update."""

    kind = models.CharField(_("kind"), max_length=60)
    unique_key = models.CharField(_("occasion"), max_length=160)
    arguments = models.JSONField(_("arguments"), default=dict)
    run_after = models.DateTimeField(_("not before"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["run_after"],
                condition=models.Q(done_at__isnull=True, failed_at__isnull=True),
                name="association_job_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unique_key"],
                name="association_job_unique",
                violation_error_message=_("This work is ordered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unique_key}"
