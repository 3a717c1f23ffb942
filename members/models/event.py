"""The append-only file of a member (档案), and the signed checkpoints over all of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly
from members.rules.standing import EventKind


class EventLabel(models.TextChoices):
    """The words of ``members.rules.standing.EventKind``."""

    OPENING = EventKind.OPENING, _("entered from earlier records")
    JOINED = EventKind.JOINED, _("joined")
    REGISTERED = EventKind.REGISTERED, _("registered")
    RENEWED = EventKind.RENEWED, _("registration renewed")
    REGISTERED_AGAIN = EventKind.REGISTERED_AGAIN, _("registered again")
    TIER_CHANGED = EventKind.TIER_CHANGED, _("tier changed")
    CARRIED_OVER = EventKind.CARRIED_OVER, _("carried over to new rules")
    SUSPENDED = EventKind.SUSPENDED, _("rights suspended")
    RESTORED = EventKind.RESTORED, _("rights restored")
    LEFT = EventKind.LEFT, _("left")
    GIVEN_UP = EventKind.GIVEN_UP, _("gave up the personal membership")
    LOST = EventKind.LOST, _("lost membership")
    EXPELLED = EventKind.EXPELLED, _("expelled")
    CEASED = EventKind.CEASED, _("term ran out")
    VOIDED = EventKind.VOIDED, _("earlier entry voided")


class MembershipEvent(models.Model):
    """One event: its legal day, the moment it was known, and its link in the member's chain.

    ``hashed`` is the very text that was hashed: keys and days only, no personal data.
    """

    membership = models.ForeignKey(
        "members.Membership", models.RESTRICT, verbose_name=_("membership"), related_name="events"
    )
    seq = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=EventLabel.choices)
    effective_on = models.DateField(_("legal day"))
    recorded_at = models.DateTimeField(_("recorded at"))
    facts = models.JSONField(_("facts"), default=dict)
    decision = models.ForeignKey(
        "association.DecisionRecord", models.RESTRICT, verbose_name=_("decision"), related_name="membership_events"
    )
    voids = models.OneToOneField(
        "self", models.RESTRICT, verbose_name=_("voids"), null=True, blank=True, related_name="voided_by"
    )
    hashed = models.TextField(_("hashed text"))
    previous = models.CharField(_("previous hash"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("membership event")
        verbose_name_plural = _("membership events")
        ordering = ["membership", "effective_on", "seq"]
        constraints = [
            AppendOnly(
                name="members_membershipevent_append_only",
                violation_error_message=_("A member's file is not changed. A mistake is voided by a new entry."),
            ),
            models.UniqueConstraint(
                fields=["membership", "seq"],
                name="members_membershipevent_seq_unique",
                violation_error_message=_("Somebody else has just written into this member's file. Look at it again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} {self.seq} {self.kind}"


class HistoryCheckpoint(models.Model):
    """A signature over the heads of all chains at the end of a day."""

    day = models.DateField(_("day"))
    chains = models.PositiveIntegerField(_("chains"))
    events = models.PositiveBigIntegerField(_("events"))
    digest = models.CharField(_("digest of all heads"), max_length=64)
    previous = models.CharField(_("digest of the checkpoint before"), max_length=64, blank=True)
    signature = models.TextField(_("signature"))
    public_key = models.CharField(_("public key"), max_length=64)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("history checkpoint")
        verbose_name_plural = _("history checkpoints")
        ordering = ["day"]
        constraints = [
            AppendOnly(
                name="members_historycheckpoint_append_only",
                violation_error_message=_("A signed checkpoint is not changed."),
            ),
            models.UniqueConstraint(
                fields=["day"],
                name="members_historycheckpoint_day_unique",
                violation_error_message=_("The checkpoint of this day is made already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)
