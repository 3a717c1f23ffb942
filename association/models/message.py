"""Messages to people: a row first, then sent (消息)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    MAIL = "mail", _("mail")


class Message(models.Model):
    """What one person is told, once. ``unique_key`` names the occasion, so that a repeated act tells nobody twice."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    unique_key = models.CharField(_("occasion"), max_length=160)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("recipient"), related_name="received_messages"
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    link = models.CharField(_("link"), max_length=300, blank=True)
    case = models.ForeignKey(
        "association.Case", models.RESTRICT, verbose_name=_("case"), null=True, blank=True, related_name="messages"
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient", "channel", "-created_at"], name="association_message_inbox")]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key", "channel", "recipient"],
                name="association_message_unique",
                violation_error_message=_("This person has been told already."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                name="association_message_key_unique",
                violation_error_message=_("There is a message of this key already."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
