"""The words of messages as the secretariat edited them (消息模板)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.db.append_only import AppendOnly


class MessageTemplate(models.Model):
    """One revision of the words of a kind of message; the newest is in force. Never changed, only followed.

    ``shipped``: from here on the words that the program brings, which are kept here as they were that day.
    """

    kind = models.CharField(_("kind"), max_length=60)
    revision = models.PositiveIntegerField(_("revision"))
    subject = models.CharField(pgettext_lazy("message", "subject"), max_length=200)
    text = models.TextField(_("text"))
    sms = models.CharField(_("short message"), max_length=500, blank=True)
    shipped = models.BooleanField(_("the program's own words"), default=False)
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("changed by"), related_name="+"
    )
    created_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["kind", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "revision"],
                name="association_messagetemplate_revision_unique",
                violation_error_message=_("Somebody else has just changed these words. Look at them again."),
            ),
            models.CheckConstraint(
                condition=models.Q(revision__gte=1),
                name="association_messagetemplate_revision_counts",
                violation_error_message=_("Revisions are counted from 1."),
            ),
            AppendOnly(
                name="association_messagetemplate_append_only",
                violation_error_message=_("A revision of a template is not changed. Write a new one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.revision}"
