"""Hearing the members before the rules change (修改前征求意见)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def open_on(self, day: date) -> "ConsultationQuerySet":
        """Those in which a comment of the day is in time."""
        in_time = models.Q(comments_until__isnull=True) | models.Q(comments_until__gte=day)
        return self.filter(in_time, opened_on__lte=day)


class Consultation(models.Model):
    """The notice of a draft to all members, and how long they may comment.

    One for each document version, whichever encoding of it the members were shown. ``noticed_on`` stays empty until
    every member was written to; ``comments_until`` is the last day in time, empty where the rules give no period.
    """

    version = models.ForeignKey(
        "association.RulebookVersion", models.RESTRICT, verbose_name=_("version"), related_name="consultations"
    )
    rulebook = models.CharField(_("rulebook"), max_length=40)
    document_version = models.CharField(_("document version"), max_length=40)
    opened_on = models.DateField(_("members asked from"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("opened by"), null=True, blank=True, related_name="+"
    )
    noticed_on = models.DateField(_("notice sent to all on"), null=True, blank=True)
    comments_until = models.DateField(_("comments until"), null=True, blank=True)
    members = models.PositiveIntegerField(_("members told"), default=0)
    unreached = models.PositiveIntegerField(_("members without an account"), default=0)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rulebook", "document_version"],
                name="association_consultation_unique",
                violation_error_message=_("The members have been asked about this version already."),
            ),
            models.CheckConstraint(
                condition=models.Q(noticed_on__isnull=True) | models.Q(noticed_on__gte=models.F("opened_on")),
                name="association_consultation_noticed_after_opening",
                violation_error_message=_("The notice is sent once the consultation is open."),
            ),
            models.CheckConstraint(
                condition=models.Q(comments_until__isnull=True) | models.Q(comments_until__gte=models.F("opened_on")),
                name="association_consultation_ordered",
                violation_error_message=_("Comments end on or after the day the consultation opens."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    def is_open(self, day: date) -> bool:
        return self.opened_on <= day and (self.comments_until is None or day <= self.comments_until)


class Comment(models.Model):
    """What somebody says about a draft, or one of its articles. Never changed."""

    consultation = models.ForeignKey(
        Consultation, models.RESTRICT, verbose_name=_("consultation"), related_name="comments"
    )
    article = models.CharField(_("article"), max_length=60, blank=True, help_text=_("Empty for the whole document."))
    text = models.TextField(_("comment"), max_length=2000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("written by"), related_name="comments_on_rules"
    )
    made_on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["made_on", "pk"]
        constraints = [
            AppendOnly(
                name="association_comment_append_only",
                violation_error_message=_("A comment is not changed. Write another one."),
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="association_comment_has_text",
                violation_error_message=_("Write what you think of the draft."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} {self.article}"
