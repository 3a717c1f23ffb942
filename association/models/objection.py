"""What is on show for a time (公示), and what people object to it (异议)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.db.append_only import AppendOnly
from association.db.frozen import Frozen
from association.fields import EncryptedTextField


class ResultKind(models.TextChoices):
    NO_OBJECTION = "no_objection", pgettext_lazy("publicity", "no objection")
    NOT_UPHELD = "not_upheld", pgettext_lazy("publicity", "objections, none upheld")
    UPHELD = "upheld", pgettext_lazy("publicity", "objection upheld")
    WITHDRAWN = "withdrawn", pgettext_lazy("publicity", "announcement withdrawn")


CLEAN = (ResultKind.NO_OBJECTION, ResultKind.NOT_UPHELD)
"""Results after which what was on show may go on."""


class Publicity(models.Model):
    """An announcement on show. ``deadline`` holds its last day; an extension puts a later one in its place."""

    announcement = models.OneToOneField(
        "association.Announcement", models.RESTRICT, verbose_name=_("announcement"), related_name="publicity"
    )
    case = models.OneToOneField(
        "association.Case", models.RESTRICT, verbose_name=_("case"), related_name="publicity_shown"
    )
    deadline = models.OneToOneField(
        "association.Deadline", models.RESTRICT, verbose_name=_("last day"), related_name="publicity"
    )
    started_on = models.DateField(_("on show from"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        related_name="+",
    )
    result = models.CharField(_("result"), max_length=12, choices=ResultKind.choices, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("publicity")
        verbose_name_plural = _("publicities")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_by__isnull=True, result="")
                | Q(closed_on__isnull=False, closed_by__isnull=False) & ~Q(result=""),
                name="association_publicity_closed_by_and_on",
                violation_error_message=_("A closed publicity has its result, its day and the person who closed it."),
            ),
            Frozen(
                since="closed_on",
                name="association_publicity_closed_stays",
                violation_error_message=_("A closed publicity stays closed. Show it again instead."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.announcement)


class ObjectionOutcome(models.TextChoices):
    NONE = "", pgettext_lazy("objection", "not answered")
    UPHELD = "upheld", pgettext_lazy("objection", "upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("objection", "not upheld")


class Proposal(models.TextChoices):
    """What is to follow from an objection. Nothing follows by itself: a person confirms it."""

    NONE = "", _("nothing further")
    EXTEND = "extend", _("the publicity is extended")
    REPEAT = "repeat", _("a corrected version is shown again")
    WITHDRAW = "withdraw", _("the announcement is withdrawn")
    RETURN_CASE = "return_case", _("the case is gone through again")


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def waiting(self) -> "ObjectionQuerySet":
        """Those that nobody has answered, the longest waiting first."""
        return self.filter(answered_on__isnull=True).order_by("sent_on", "pk")


class Objection(models.Model):
    """Of a visitor. Who it is from is sealed, read at the desk only; ``code_index`` finds it by its receipt's code.

    ``token`` is the form's: sent twice, it is one objection.
    """

    publicity = models.ForeignKey(
        Publicity, models.RESTRICT, verbose_name=_("publicity"), related_name="objections_made"
    )
    token = models.UUIDField(_("token of the form"), default=uuid.uuid4, editable=False)
    code_index = models.CharField(_("index of the code"), max_length=80, editable=False)
    name = EncryptedTextField(_("name"), blank=True)
    contact = EncryptedTextField(_("telephone or e-mail"), blank=True)
    text = models.TextField(_("reasons"), max_length=4000)
    sent_on = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("arrived at"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=ObjectionOutcome.choices, blank=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    proposal = models.CharField(_("what is to follow"), max_length=12, choices=Proposal.choices, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )
    followed_on = models.DateField(_("carried out on"), null=True, blank=True)
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("carried out by"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-sent_on", "-pk"]
        indexes = [
            models.Index(
                fields=["sent_on"], condition=Q(answered_on__isnull=True), name="association_objection_waiting"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["token"],
                name="association_objection_token_unique",
                violation_error_message=_("This objection has arrived already."),
            ),
            models.UniqueConstraint(
                fields=["code_index"],
                name="association_objection_code_unique",
                violation_error_message=_("There is an objection of this code already. Send it again."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="association_objection_has_text",
                violation_error_message=_("Write what you object to and why."),
            ),
            models.CheckConstraint(
                condition=Q(
                    answered_on__isnull=True,
                    answered_by__isnull=True,
                    outcome="",
                    answer="",
                    proposal="",
                    decision__isnull=True,
                )
                | Q(answered_on__isnull=False, answered_by__isnull=False, decision__isnull=False)
                & ~Q(outcome="")
                & ~Q(answer=""),
                name="association_objection_answered_by_and_on",
                violation_error_message=_("An answer says whether the objection is upheld, and why."),
            ),
            models.CheckConstraint(
                condition=Q(followed_on__isnull=True, followed_by__isnull=True)
                | Q(followed_on__isnull=False, followed_by__isnull=False) & ~Q(proposal=""),
                name="association_objection_followed_by_and_on",
                violation_error_message=_("What follows from an objection was proposed with its answer."),
            ),
            AppendOnly(
                allow_update=(
                    "outcome",
                    "answer",
                    "proposal",
                    "answered_on",
                    "answered_by",
                    "decision",
                    "followed_on",
                    "followed_by",
                ),
                name="association_objection_append_only",
                violation_error_message=_("An objection stays as it came in."),
            ),
            Frozen(
                since="answered_on",
                allow_update=("followed_on", "followed_by"),
                name="association_objection_answer_stays",
                violation_error_message=_("An answer to an objection is not changed."),
            ),
            Frozen(
                since="followed_on",
                name="association_objection_followed_stays",
                violation_error_message=_("What followed from the objection is on record already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publicity} {self.sent_on}"


class ObjectionFile(models.Model):
    """What came with an objection; read at the desk only."""

    objection = models.ForeignKey(Objection, models.RESTRICT, verbose_name=_("objection"), related_name="files")
    file = models.OneToOneField(
        "association.StoredFile", models.RESTRICT, verbose_name=_("file"), related_name="objected_with"
    )

    class Meta:
        verbose_name = _("attachment of an objection")
        verbose_name_plural = _("attachments of objections")
        ordering = ["pk"]
        constraints = [
            AppendOnly(
                name="association_objectionfile_append_only",
                violation_error_message=_("An objection stays as it came in."),
            )
        ]

    def __str__(self) -> str:
        return str(self.file)
