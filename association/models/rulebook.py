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
    """From which day a stored version governs (施行). One at a time for each slot: the latest that has begun."""

    version = models.ForeignKey(RulebookVersion, models.RESTRICT, verbose_name=_("version"), related_name="adoptions")
    slot = models.CharField(_("registry"), max_length=40, blank=True)
    effective_from = models.DateField(_("in force from"))
    resolution = models.ForeignKey(
        "association.Resolution", models.RESTRICT, verbose_name=_("resolution"), null=True, blank=True
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

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering = ["slot", "effective_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "effective_from", "version"],
                name="association_adoption_unique",
                violation_error_message=_("This version is adopted from this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.effective_from}"
