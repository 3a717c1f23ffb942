"""Issues of the newsletter, and who does without it (会员通讯)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.db.frozen import Frozen


class NewsletterIssue(models.Model):
    """One issue (期): a draft until it is sent, then unchangeable. ``text`` as in ``rules/plain_text.py``."""

    number = models.PositiveIntegerField(_("issue number"))
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("text"), max_length=20000)
    drafted_on = models.DateField(_("drafted on"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("drafted by"), related_name="+"
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("sent by"), null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("issue of the newsletter")
        verbose_name_plural = _("issues of the newsletter")
        ordering = ["-number"]
        permissions = [("send_newsletter", _("Can send the newsletter"))]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="association_newsletterissue_number_unique",
                violation_error_message=_("There is an issue of this number already. Choose another one."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="association_newsletterissue_number_positive",
                violation_error_message=_("The first issue has the number 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(sent_on__isnull=True, sent_by__isnull=True, decision__isnull=True)
                | models.Q(sent_on__isnull=False, sent_by__isnull=False, decision__isnull=False),
                name="association_newsletterissue_sent_whole",
                violation_error_message=_("An issue that was sent has its day, who sent it, and under which rule."),
            ),
            Frozen(
                since="sent_on",
                name="association_newsletterissue_frozen",
                violation_error_message=_("An issue that was sent is not changed. Write the next one."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class OptOutWay(models.TextChoices):
    MAIL = "mail", _("link in the mail")
    PORTAL = "portal", _("portal")


class NewsletterOptOut(models.Model):
    """Somebody does without the newsletter, from ``opted_out_on`` until they take it again. Never stops other mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="newsletter_opt_outs"
    )
    opted_out_on = models.DateField(_("without it from"))
    way = models.CharField(_("said by"), max_length=10, choices=OptOutWay.choices)
    opted_in_on = models.DateField(_("takes it again from"), null=True, blank=True)

    class Meta:
        verbose_name = _("opting out of the newsletter")
        verbose_name_plural = _("opting out of the newsletter")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(opted_in_on__isnull=True),
                name="association_newsletteroptout_open_unique",
                violation_error_message=_("This account does without the newsletter already."),
            ),
            models.CheckConstraint(
                condition=models.Q(opted_in_on__isnull=True) | models.Q(opted_in_on__gte=models.F("opted_out_on")),
                name="association_newsletteroptout_ordered",
                violation_error_message=_("Nobody takes the newsletter again before doing without it."),
            ),
            AppendOnly(
                allow_update=("opted_in_on",),
                name="association_newsletteroptout_append_only",
                violation_error_message=_("What somebody said about the newsletter is not changed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
