"""Who was reminded of what is due, or why nobody was (催办)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.models.deadline import Deadline


class ReminderOutcome(models.TextChoices):
    SENT = "sent", _("sent")
    SKIPPED = "skipped", _("skipped")


class Reminder(models.Model):
    """One stage of one deadline, once: who was told, or why nobody was."""

    deadline = models.ForeignKey(Deadline, models.RESTRICT, verbose_name=_("deadline"), related_name="reminders")
    stage = models.CharField(_("stage"), max_length=20)
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("day"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=ReminderOutcome.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    body = models.CharField(_("body"), max_length=60, blank=True)
    told = models.PositiveIntegerField(_("people told"), default=0)
    sources = models.JSONField(_("set by"), default=list, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["body"], condition=Q(stage="escalation"), name="association_rem_escalated")]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "stage"],
                name="association_reminder_unique",
                violation_error_message=_("This stage of the deadline is done already."),
            ),
            AppendOnly(
                name="association_reminder_append_only",
                violation_error_message=_("What people were reminded of stays on record."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="sent", reason="", told__gt=0) | (Q(outcome="skipped", told=0) & ~Q(reason="")),
                name="association_reminder_sent_or_why_not",
                violation_error_message=_("A reminder was sent to somebody, or says why not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline} {self.stage}"


class Acknowledgement(models.Model):
    """What was late has been seen by the body that it was brought before: by whom, and what they said of it."""

    reminder = models.OneToOneField(
        Reminder, models.RESTRICT, verbose_name=_("reminder"), related_name="acknowledgement"
    )
    note = models.CharField(_("note"), max_length=300)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="acknowledgements"
    )

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-pk"]
        constraints = [
            AppendOnly(
                name="association_acknowledgement_append_only",
                violation_error_message=_("What was said of something late stays on record."),
            ),
            models.CheckConstraint(
                condition=~Q(note=""),
                name="association_acknowledgement_says_something",
                violation_error_message=_("An acknowledgement says what is to be done."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reminder} {self.note}"


class DigestLine(models.Model):
    """A portal message whose mail is one with the others of that person and day.

    ``done_on``: the day of that mail, empty while the message waits for it. Somebody who has no address has no mail.
    """

    notice = models.OneToOneField(
        "association.Message", models.RESTRICT, verbose_name=_("message"), related_name="digest_line"
    )
    mail = models.ForeignKey(
        "association.Message",
        models.RESTRICT,
        verbose_name=_("mail"),
        null=True,
        blank=True,
        related_name="digest_lines",
    )
    done_on = models.DateField(_("day"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    text = models.CharField(_("text"), max_length=500)
    variables = models.JSONField(_("variables"), default=dict, blank=True)

    class Meta:
        verbose_name = _("line of a digest")
        verbose_name_plural = _("lines of digests")
        ordering = ["pk"]
        indexes = [models.Index(fields=["notice"], condition=Q(done_on__isnull=True), name="association_digest_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(mail__isnull=True) | Q(done_on__isnull=False) & ~Q(mail=models.F("notice")),
                name="association_digestline_other_message",
                violation_error_message=_("The mail is another message than the one in the portal, and has its day."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
