"""Stored rulebooks and their adoption (规则文件、施行)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from association.db.append_only import AppendOnly

MEMBERSHIP = ""  # the slot of the one membership rulebook; a registry rulebook's slot is its registry id


class RulebookVersion(models.Model):
    """One text of one rule document, never changed once stored.

    ``document_version`` changes with the articles (and needs a resolution), ``encoding`` with our reading of them.
    """

    rulebook = models.CharField(_("rulebook"), max_length=40)
    document_version = models.CharField(_("document version"), max_length=40)
    encoding = models.PositiveIntegerField(_("encoding revision"), default=1)
    schema_number = models.PositiveIntegerField(_("schema number"))
    slot = models.CharField(
        _("registry"), max_length=40, blank=True, help_text=_("Empty for the membership rulebook.")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    digest = models.CharField(_("digest"), max_length=64)
    stored_at = models.DateTimeField(_("stored at"), auto_now_add=True)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("stored by"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("rulebook version")
        verbose_name_plural = _("rulebook versions")
        ordering = ["rulebook", "document_version", "encoding"]
        constraints = [
            AppendOnly(
                name="association_rulebookversion_append_only",
                violation_error_message=_("A stored rulebook version is not changed. Store a new one."),
            ),
            models.UniqueConstraint(
                fields=["rulebook", "document_version", "encoding"],
                name="association_rulebookversion_unique",
                violation_error_message=_("This version of the rulebook is stored already."),
            ),
            models.UniqueConstraint(
                fields=["digest"],
                name="association_rulebookversion_digest_unique",
                violation_error_message=_("The very same text is stored already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.document_version}-{self.encoding}"

    @property
    def label(self) -> str:
        """What answers and records name it by, such as ``acg/1-1``."""
        return f"{self.document_version}-{self.encoding}"


class Adoption(models.Model):
    """From which day a stored version governs (施行). One at a time for each slot: the latest that has begun.

    What a template leaves open is entered here: the association's name and the day of the resolution. ``mapping`` says
    what became of tiers and classes that members held and the version does not have any more.
    """

    version = models.ForeignKey(RulebookVersion, models.RESTRICT, verbose_name=_("version"), related_name="adoptions")
    slot = models.CharField(_("registry"), max_length=40, blank=True)
    effective_from = models.DateField(_("in force from"))
    resolution = models.ForeignKey(
        "association.Resolution", models.RESTRICT, verbose_name=_("resolution"), null=True, blank=True
    )
    association = models.CharField(_("name of the association"), max_length=120, blank=True)
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    mapping = models.JSONField(_("carried over"), default=dict, blank=True)
    decision = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("decision"),
        null=True,
        blank=True,
        related_name="+",
    )
    adopted_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        related_name="+",
    )
    published_on = models.DateField(_("sent out on"), null=True, blank=True)
    published_to = models.PositiveIntegerField(_("members told"), null=True, blank=True)

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["slot", "effective_from", "pk"]
        constraints = [
            AppendOnly(
                allow_update=("published_on", "published_to"),
                name="association_adoption_append_only",
                violation_error_message=_("An adoption on record is not changed. Adopt another version."),
            ),
            models.UniqueConstraint(
                fields=["slot", "effective_from", "version"],
                name="association_adoption_unique",
                violation_error_message=_("This version is adopted from this day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_on__isnull=True) | models.Q(resolution__isnull=False),
                name="association_adoption_day_has_resolution",
                violation_error_message=_("The day of a resolution is given with the resolution."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.effective_from}"


class SupplementaryNoteQuerySet(models.QuerySet["SupplementaryNote"]):
    def of(self, version: RulebookVersion) -> "SupplementaryNoteQuerySet":
        """Those on any encoding of the same document version."""
        return self.filter(version__rulebook=version.rulebook, version__document_version=version.document_version)


class SupplementaryNote(models.Model):
    """What practice adds to a document or one of its articles (补充完善说明): dated, never changed."""

    version = models.ForeignKey(RulebookVersion, models.RESTRICT, verbose_name=_("version"), related_name="notes")
    article = models.CharField(_("article"), max_length=60, blank=True, help_text=_("Empty for the whole document."))
    text = models.TextField(_("text"))
    noted_on = models.DateField(_("day"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = SupplementaryNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplementary note")
        verbose_name_plural = _("supplementary notes")
        ordering = ["noted_on", "pk"]
        constraints = [
            AppendOnly(
                name="association_supplementarynote_append_only",
                violation_error_message=_("A supplementary note is not changed. Write another one."),
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="association_supplementarynote_has_text",
                violation_error_message=_("Write what the note is to say."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.article} {self.noted_on}"
