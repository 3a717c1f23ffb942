"""What readers write about an article of the rules (对条款的反馈)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleFeedbackQuerySet(models.QuerySet["ArticleFeedback"]):
    def waiting(self) -> "ArticleFeedbackQuerySet":
        """Those that nobody has answered, the longest waiting first."""
        return self.filter(handled_on__isnull=True).order_by("sent_on", "pk")


class ArticleFeedback(models.Model):
    """Feedback of a member or a visitor on an article of a version, and the secretariat's reply."""

    version = models.ForeignKey(
        "association.RulebookVersion", models.RESTRICT, verbose_name=_("version"), related_name="feedback"
    )
    article = models.CharField(_("article"), max_length=60, blank=True, help_text=_("Empty for the whole document."))
    text = models.TextField(_("feedback"), max_length=2000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("account"),
        null=True,
        blank=True,
        related_name="feedback_on_rules",
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    contact = models.CharField(_("telephone or e-mail"), max_length=120, blank=True)
    sent_on = models.DateField(_("day"))
    handled_on = models.DateField(_("answered on"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    reply = models.TextField(_("reply"), max_length=2000, blank=True)

    objects = ArticleFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback on an article")
        verbose_name_plural = _("feedback on articles")
        ordering = ["-sent_on", "-pk"]
        indexes = [
            models.Index(
                fields=["sent_on"],
                condition=models.Q(handled_on__isnull=True),
                name="association_feedback_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="association_articlefeedback_has_text",
                violation_error_message=_("Write what you want to say about the article."),
            ),
            models.CheckConstraint(
                condition=models.Q(author__isnull=False) | (~models.Q(name="") & ~models.Q(contact="")),
                name="association_articlefeedback_from_somebody",
                violation_error_message=_("Give your name and how to reach you, or log in."),
            ),
            models.CheckConstraint(
                condition=models.Q(handled_on__isnull=True, handled_by__isnull=True, reply="")
                | (models.Q(handled_on__isnull=False, handled_by__isnull=False) & ~models.Q(reply="")),
                name="association_articlefeedback_answered_whole",
                violation_error_message=_("An answer has its text, its day and the person who gave it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.article} {self.sent_on}"
