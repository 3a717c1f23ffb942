"""Uploaded documents and rendered ones, each kept once, privately (文件)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file under a random name. Identity papers are ``encrypted``; ``original_name`` is shown, never a path."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, editable=False)
    storage_key = models.CharField(_("place"), max_length=120)
    original_name = models.CharField(_("file name"), max_length=160)
    media_type = models.CharField(_("media type"), max_length=80)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    encrypted = models.BooleanField(_("encrypted"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    keep_until = models.DateField(_("kept until (not included)"), null=True, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="association_storedfile_key_unique",
                violation_error_message=_("There is a file of this key already."),
            ),
            models.UniqueConstraint(
                fields=["storage_key"],
                name="association_storedfile_storage_key_unique",
                violation_error_message=_("Two files cannot share one place."),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class Verdict(models.TextChoices):
    NONE = "", _("not checked")
    ACCEPTED = "accepted", _("checked")
    RETURNED = "returned", _("returned")


class CaseDocumentQuerySet(models.QuerySet["CaseDocument"]):
    def current(self) -> "CaseDocumentQuerySet":
        return self.filter(replaced_by__isnull=True)


class CaseDocument(models.Model):
    """A file in one slot of a case. Replacing adds a row; the old one stays readable."""

    case = models.ForeignKey("association.Case", models.RESTRICT, verbose_name=_("case"), related_name="documents")
    slot = models.CharField(_("slot"), max_length=60)
    file = models.OneToOneField(StoredFile, models.RESTRICT, verbose_name=_("file"), related_name="case_document")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        related_name="+",
    )
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.RESTRICT, verbose_name=_("replaced by"), null=True, blank=True, related_name="replaces"
    )

    objects = CaseDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a case")
        verbose_name_plural = _("documents of a case")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "slot"],
                condition=models.Q(replaced_by__isnull=True),
                name="association_casedocument_current_unique",
                violation_error_message=_("There is a current document in this slot already."),
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", checked_by__isnull=True, checked_on__isnull=True)
                | (~models.Q(verdict="") & models.Q(checked_by__isnull=False, checked_on__isnull=False)),
                name="association_casedocument_checked_by_and_on",
                violation_error_message=_("A verdict has its day and the person who gave it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="returned") | ~models.Q(note=""),
                name="association_casedocument_returned_says_why",
                violation_error_message=_("Say what is wrong with the document, so that it can be mended."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.slot}"
