"""Messages to people: a row first, then sent (消息)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.db.append_only import AppendOnly
from association.db.sealed import Sealed


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    MAIL = "mail", _("mail")
    SMS = "sms", _("text message")


class MessageKind(models.TextChoices):
    """A notice reaches everybody whom it concerns; a newsletter can be unsubscribed from."""

    NOTICE = "notice", _("notice")
    NEWSLETTER = "newsletter", _("newsletter")


class Topic(models.TextChoices):
    """What makes a message worth a text message, where the association wants that."""

    NONE = "", _("other")
    DECISION = "decision", _("decision on a case")
    DEADLINE = "deadline", _("deadline")
    MEETING = "meeting", pgettext_lazy("topic of a message", "meeting")


class Failure(models.TextChoices):
    """Why a message did not arrive, as far as is known."""

    NO_ADDRESS = "no_address", _("no address to send to")
    REFUSED = "refused", _("refused by the receiving side")
    BOUNCED = "bounced", _("came back")
    EXPIRED = "expired", _("tried for days, given up")
    IN_DOUBT = "in_doubt", _("in doubt: broken off while it was handed over")
    FAULTY = "faulty", _("cannot be put into a message")
    CANCELLED = "cancelled", _("taken back before it went out")


class Message(models.Model):
    """What one person is told, once. ``unique_key`` names the occasion, so that a repeated act tells nobody twice.

    What it says never changes; ``template`` holds the code and the variables of a text message. ``begun_at`` is set
    by the one conditional update that takes the message for sending, before a byte leaves; ``sent_as`` holds the
    headers and the text as they went out.

    ``letter`` is the kind whose words it is in, ``revision`` these words where they were edited. ``address`` is set
    where it does not go to the account's own. ``secret`` holds, sealed, what the reader alone may see (as a link that
    logs in); the text has a mark in its place. It is erased once the message went out or was given up.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    unique_key = models.CharField(_("occasion"), max_length=160)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=MessageKind.choices, default=MessageKind.NOTICE)
    topic = models.CharField(_("about"), max_length=12, choices=Topic.choices, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("recipient"), related_name="received_messages"
    )
    address = models.CharField(_("address of its own"), max_length=254, blank=True)
    letter = models.CharField(_("message template"), max_length=60, blank=True)
    revision = models.ForeignKey(
        "association.MessageTemplate",
        models.PROTECT,
        verbose_name=_("revision of the words"),
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    subject = models.CharField(pgettext_lazy("message", "subject"), max_length=200)
    text = models.TextField(_("text"))
    secret = models.TextField(_("sealed content"), blank=True, editable=False)
    template = models.JSONField(_("template of the provider"), null=True, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    unsubscribe = models.CharField(_("link to unsubscribe"), max_length=300, blank=True)
    case = models.ForeignKey(
        "association.Case", models.RESTRICT, verbose_name=_("case"), null=True, blank=True, related_name="messages"
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    send_after = models.DateTimeField(_("not before"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    begun_at = models.DateTimeField(_("handed over from"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_as = models.JSONField(_("sent as"), null=True, blank=True)
    receipt = models.CharField(_("receipt of the receiving side"), max_length=200, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    failure = models.CharField(_("what went wrong"), max_length=12, choices=Failure.choices, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient", "channel", "-created_at"], name="association_message_inbox"),
            models.Index(
                fields=["channel", "-kind", "send_after", "id"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
                name="association_message_waiting",
            ),
            models.Index(
                fields=["-failed_at"], condition=Q(failed_at__isnull=False), name="association_message_failed"
            ),
            models.Index(
                fields=["revision"], condition=Q(revision__isnull=False), name="association_message_revision"
            ),
        ]
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
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True, failure="") | Q(failed_at__isnull=False) & ~Q(failure=""),
                name="association_message_failure_dated",
                violation_error_message=_("A message that was given up says since when and why."),
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | Q(sent_at__isnull=True) | Q(failure="bounced"),
                name="association_message_sent_or_failed",
                violation_error_message=_("A message that was sent can only come back."),
            ),
            AppendOnly(
                allow_update=(
                    "secret",
                    "send_after",
                    "attempts",
                    "begun_at",
                    "lease_until",
                    "sent_at",
                    "sent_as",
                    "receipt",
                    "read_at",
                    "failed_at",
                    "failure",
                    "error",
                ),
                name="association_message_append_only",
                violation_error_message=_("What a message says is not changed. Send another one."),
            ),
            Sealed(
                by="sent_at",
                fields=("sent_at", "sent_as", "receipt"),
                name="association_message_sealed",
                violation_error_message=_("A message that was sent stays as it went out."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Outlet(models.Model):
    """How a channel to the outside does: since when nothing goes out, and when it is tried next."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    down_since = models.DateTimeField(_("out of order since"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last tried at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failed tries"), default=0)
    error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing channel")
        verbose_name_plural = _("outgoing channels")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"],
                name="association_outlet_unique",
                violation_error_message=_("This channel has its row already."),
            ),
            models.CheckConstraint(
                condition=Q(down_since__isnull=True, failures=0) | Q(down_since__isnull=False, failures__gt=0),
                name="association_outlet_down_since",
                violation_error_message=_("A channel is out of order since its first failed try."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()


class DeadAddress(models.Model):
    """An address that is known not to work (失效地址). It is written to again once somebody lifts the mark."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="dead_addresses"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=300)
    marked_at = models.DateTimeField(_("marked at"))
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("marked by"), null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("lifted by"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "address"],
                condition=Q(lifted_at__isnull=True),
                name="association_deadaddress_unique",
                violation_error_message=_("This address is marked already."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="association_deadaddress_lifted_by",
                violation_error_message=_("A mark is lifted by somebody."),
            ),
            AppendOnly(
                allow_update=("lifted_at", "lifted_by"),
                name="association_deadaddress_append_only",
                violation_error_message=_("A mark is lifted, not changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.address


class SmsTopic(models.Model):
    """What goes by text message too: off until the association switches it on and names the approved template.

    A row is for a topic or for one kind of message (``letter``), which goes before its topic. ``wording`` is the
    template's text as the provider approved it, its variables as ``${title}``: for a topic ``title`` and ``name``, for
    a kind the keys of its variables.
    """

    topic = models.CharField(_("about"), max_length=12, choices=[one for one in Topic.choices if one[0]], blank=True)
    letter = models.CharField(_("kind of message"), max_length=60, blank=True)
    is_on = models.BooleanField(_("send by text message too"), default=False)
    template_code = models.CharField(_("template code of the provider"), max_length=40, blank=True)
    wording = models.CharField(_("text of the template"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("text messages about")
        verbose_name_plural = _("text messages")
        ordering = ["letter", "topic"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "letter"],
                name="association_smstopic_unique",
                violation_error_message=_("There is a row for this already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(topic="") & ~Q(letter="") | ~Q(topic="") & Q(letter=""),
                name="association_smstopic_one_subject",
                violation_error_message=_("Choose either a topic or one kind of message."),
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | ~Q(template_code="") & ~Q(wording=""),
                name="association_smstopic_template",
                violation_error_message=_("Enter the provider's template code and its text before switching it on."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_topic_display() or self.letter
