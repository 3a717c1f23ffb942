"""Bodies of the association, who sits in them, and their terms (机构、席位、届次)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.no_overlap import NoOverlap


class Body(models.Model):
    """A body that the rulebook names, such as 会员部 or 理事会. Its key is the rulebook's."""

    key = models.CharField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=40)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_body_key_unique",
                violation_error_message=_("There is a body of this key already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SpanQuerySet(models.QuerySet):  # shared by rows with from_on and until
    def on(self, day: date) -> "SpanQuerySet":
        """Those whose [from_on, until) holds the day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=day), from_on__lte=day)


class Seat(models.Model):
    """Who acts for a body, from ``from_on`` until the day before ``until``."""

    body = models.ForeignKey(Body, models.RESTRICT, verbose_name=_("body"), related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="seats"
    )
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until (not included)"), null=True, blank=True)
    term = models.ForeignKey(
        "association.Term",
        models.RESTRICT,
        verbose_name=_("term of office"),
        null=True,
        blank=True,
        related_name="seats",
    )

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            NoOverlap(
                key=("body", "user"),
                span=("from_on", "until"),
                name="association_seat_no_overlap",
                violation_error_message=_("This person sits in this body in that time already."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("from_on")),
                name="association_seat_ordered",
                violation_error_message=_("A seat ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["body", "user"],
                condition=models.Q(until__isnull=True),
                name="association_seat_open_unique",
                violation_error_message=_("This person has an open seat in this body already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.body}"


class TermQuerySet(models.QuerySet["Term"]):
    def on(self, day: date) -> "TermQuerySet":
        """The one that runs on the day: an old term runs on past its planned end until the changeover."""
        return self.filter(
            models.Q(changed_over_on__isnull=True) | models.Q(changed_over_on__gt=day), from_on__lte=day
        )


class Term(models.Model):
    """A term of office (届次), ``[from_on, changed_over_on)``; ``until`` is the day after its last one as planned.

    ``changed_over_on`` is the actual changeover (换届日), the first day of the next term. Elections are often late.
    """

    body = models.ForeignKey(Body, models.RESTRICT, verbose_name=_("body"), related_name="terms")
    number = models.PositiveSmallIntegerField(_("number"))
    from_on = models.DateField(_("from"))
    until = models.DateField(_("planned until (not included)"))
    changed_over_on = models.DateField(_("actual changeover"), null=True, blank=True)
    resolution = models.ForeignKey(
        "association.Resolution",
        models.RESTRICT,
        verbose_name=_("resolution of the changeover"),
        null=True,
        blank=True,
        related_name="+",
    )
    changeover = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision on the changeover"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        ordering = ["body", "from_on", "pk"]
        constraints = [
            NoOverlap(
                key=("body",),
                span=("from_on", "changed_over_on"),
                name="association_term_no_overlap",
                violation_error_message=_(
                    "Two terms of one body do not overlap. The term before runs on until its changeover is recorded."
                ),
            ),
            models.UniqueConstraint(
                fields=["body"],
                condition=models.Q(changed_over_on__isnull=True),
                name="association_term_open_unique",
                violation_error_message=_("A term of this body runs already. Record its changeover first."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("from_on")),
                name="association_term_ordered",
                violation_error_message=_("A term ends after it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(changed_over_on__isnull=True) | models.Q(changed_over_on__gt=models.F("from_on")),
                name="association_term_changeover_ordered",
                violation_error_message=_("The changeover comes after the first day of the term."),
            ),
            models.CheckConstraint(
                condition=models.Q(changeover__isnull=True, resolution__isnull=True)
                | models.Q(changeover__isnull=False, resolution__isnull=False, changed_over_on__isnull=False),
                name="association_term_changeover_whole",
                violation_error_message=_("A changeover has its day, its resolution and its decision."),
            ),
            models.UniqueConstraint(
                fields=["body", "number"],
                name="association_term_number_unique",
                violation_error_message=_("This term of the body is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.number}"

    def runs_on(self, day: date) -> bool:
        return self.from_on <= day and (self.changed_over_on is None or day < self.changed_over_on)
