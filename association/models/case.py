"""Cases: every procedure with an applicant, documents, steps, deadlines and a decision (事项)."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from association.states import State

if TYPE_CHECKING:
    from association.models.user import User


UNDER_WAY = models.Q(state__in=[State.OPEN, State.RETURNED]) | (models.Q(state=State.APPROVED) & ~models.Q(step=""))


class CaseState(models.TextChoices):
    DRAFT = State.DRAFT, _("draft")
    OPEN = State.OPEN, _("under way")
    RETURNED = State.RETURNED, _("returned for correction")
    APPROVED = State.APPROVED, _("approved")
    REFUSED = State.REFUSED, _("refused")
    WITHDRAWN = State.WITHDRAWN, _("withdrawn")
    LAPSED = State.LAPSED, _("lapsed")
    VOID = State.VOID, _("void")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to_applicant(self, user: "User") -> "CaseQuerySet":
        """Their own, and those that a claim opened to them."""
        mine = models.Q(applicant=user)
        shared = models.Exists(CaseParticipant.objects.filter(case=models.OuterRef("pk"), user=user))
        return self.filter(mine | shared)

    def under_way(self) -> "CaseQuerySet":
        """Somebody has something to do: also after the approval, while there is a step."""
        return self.filter(UNDER_WAY)

    def running(self) -> "CaseQuerySet":
        return self.filter(state__in=[State.OPEN, State.RETURNED])


class Case(models.Model):
    """The envelope. ``step`` is the step whose owner is to act now; which steps there are, the pinned version says."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    member_class = models.CharField(_("class of member"), max_length=64, blank=True)
    version = models.ForeignKey(
        "association.RulebookVersion",
        models.RESTRICT,
        verbose_name=_("rulebook version"),
        null=True,
        blank=True,
        help_text=_("Pinned when the case is submitted."),
    )
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=State.DRAFT)
    step = models.CharField(_("step"), max_length=60, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("applicant"),
        null=True,
        blank=True,
        related_name="cases",
    )
    opened_on = models.DateField(_("opened on"))
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    own_steps = models.JSONField(
        _("own steps"),
        null=True,
        blank=True,
        help_text=_("Steps that follow from a single rule of the version rather than from one of its workflows."),
    )
    head = models.PositiveIntegerField(_("number of passages"), default=0, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "state", "step", "submitted_on"], name="association_case_queue"),
            models.Index(fields=["applicant", "kind"], name="association_case_applicant"),
            models.Index(fields=["-submitted_on", "-id"], condition=UNDER_WAY, name="association_case_under_way"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_case_key_unique",
                violation_error_message=_("There is a case of this key already."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.DRAFT, State.WITHDRAWN, State.VOID])
                | models.Q(submitted_on__isnull=False, version__isnull=False),
                name="association_case_submitted_has_version",
                violation_error_message=_("A submitted case has its day and its rulebook version."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.OPEN) & ~models.Q(step="") | ~models.Q(state=State.OPEN),
                name="association_case_open_has_step",
                violation_error_message=_("A case under way stands at a step."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.key)


class Passage(models.Model):
    """One passage of a case from one place to another (经过): what, by whom, when, why. Never changed."""

    case = models.ForeignKey(Case, models.RESTRICT, verbose_name=_("case"), related_name="passages")
    seq = models.PositiveIntegerField(_("number"))
    verb = models.CharField(_("what was done"), max_length=20)
    from_state = models.CharField(_("from state"), max_length=10)
    from_step = models.CharField(_("from step"), max_length=60, blank=True)
    to_state = models.CharField(_("to state"), max_length=10)
    to_step = models.CharField(_("to step"), max_length=60, blank=True)
    note = models.TextField(_("reasons"), blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="passages"
    )
    takes_back = models.OneToOneField(
        "self", models.RESTRICT, verbose_name=_("takes back"), null=True, blank=True, related_name="taken_back_by"
    )

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["case", "seq"]
        constraints = [
            AppendOnly(
                name="association_passage_append_only",
                violation_error_message=_(
                    "What was done to a case is not changed. It can be taken back by a new entry."
                ),
            ),
            models.UniqueConstraint(
                fields=["case", "seq"],
                name="association_passage_seq_unique",
                violation_error_message=_("Somebody else has just acted on this case. Look at it again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.seq} {self.verb}"


class CaseParticipant(models.Model):
    """An account that may follow and continue a case beside the one that opened it."""

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"))
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="+"
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                name="association_caseparticipant_unique",
                violation_error_message=_("This account has access already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.case}"


class CasePresence(models.Model):
    """Who has the case open at the desk right now, so that two do not work on it unawares."""

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("account"))
    seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                name="association_casepresence_unique",
                violation_error_message=_("This person has the case open already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.case}"
