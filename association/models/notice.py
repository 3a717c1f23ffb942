"""Official documents with a number: drafted, checked, signed, numbered, issued (红头文件)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association.db.append_only import AppendOnly
from association.db.frozen import Frozen


class NoticeKind(models.TextChoices):
    """Kinds of official documents (公文种类) that an association issues."""

    NOTICE = "notice", pgettext_lazy("official document", "notice")
    DECISION = "decision", pgettext_lazy("official document", "decision")
    CIRCULAR = "circular", pgettext_lazy("official document", "circular")
    ANNOUNCEMENT = "announcement", pgettext_lazy("official document", "announcement")
    PUBLIC_NOTICE = "public_notice", pgettext_lazy("official document", "public notice")
    LETTER = "letter", pgettext_lazy("official document", "letter")
    REPLY = "reply", pgettext_lazy("official document", "reply")
    OPINION = "opinion", pgettext_lazy("official document", "opinion")
    MINUTES = "minutes", pgettext_lazy("official document", "minutes")
    REPORT = "report", pgettext_lazy("official document", "report")
    REQUEST = "request", pgettext_lazy("official document", "request")


UPWARD = frozenset({NoticeKind.REPORT, NoticeKind.REQUEST})
"""Documents to a superior body (上行文): the signer stands beside the number."""


class DocumentSeries(models.Model):
    """A run of numbers: ``form`` with {year} and {seq}. Those of ``first_year`` begin with ``first_seq``."""

    name = models.CharField(_("name"), max_length=60)
    form = models.CharField(_("form of the number"), max_length=40)
    letterhead = models.CharField(_("letterhead"), max_length=60)
    signed_by_body = models.ForeignKey(
        "association.Body", models.RESTRICT, verbose_name=_("signed by"), related_name="document_series"
    )
    first_year = models.PositiveSmallIntegerField(_("first year"))
    first_seq = models.PositiveIntegerField(_("first number of that year"), default=1)
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("series of documents")
        verbose_name_plural = _("series of documents")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form"],
                name="association_documentseries_form_unique",
                violation_error_message=_("There is a series with this form of number already."),
            ),
            models.CheckConstraint(
                condition=Q(first_seq__gte=1),
                name="association_documentseries_first_positive",
                violation_error_message=_("Numbers begin with 1 or above."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentNumber(models.Model):
    """One number, given once. A void one stays with its reason and is never given again."""

    series = models.ForeignKey(DocumentSeries, models.RESTRICT, verbose_name=_("series"), related_name="numbers")
    year = models.PositiveSmallIntegerField(_("year"))
    seq = models.PositiveIntegerField(_("running number"))
    text = models.CharField(_("number"), max_length=60)
    given_on = models.DateField(_("given on"))
    voided_on = models.DateField(_("void from"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("declared void by"),
        null=True,
        blank=True,
        related_name="+",
    )
    void_reason = models.CharField(_("why it is void"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("document number")
        verbose_name_plural = _("document numbers")
        ordering = ["-year", "-seq", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "seq"],
                name="association_documentnumber_seq_unique",
                violation_error_message=_("This running number is given already."),
            ),
            models.UniqueConstraint(
                fields=["text"],
                name="association_documentnumber_text_unique",
                violation_error_message=_("This number is given already."),
            ),
            models.CheckConstraint(
                condition=Q(voided_on__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_on__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="association_documentnumber_void_whole",
                violation_error_message=_("A void number has its day, who declared it void, and why."),
            ),
            Frozen(
                since="voided_on",
                name="association_documentnumber_frozen",
                violation_error_message=_("A void number stays void."),
            ),
            AppendOnly(
                allow_update=("voided_on", "voided_by", "void_reason"),
                name="association_documentnumber_append_only",
                violation_error_message=_("A number that was given is not changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OfficialNotice(models.Model):
    """A document on its way from draft to issue, unchangeable from then on; ``facts`` are what its paper says.

    ``revokes``: the earlier one that it takes back, as soon as it is issued itself.
    """

    series = models.ForeignKey(DocumentSeries, models.RESTRICT, verbose_name=_("series"), related_name="notices")
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices, default=NoticeKind.NOTICE)
    title = models.CharField(_("title"), max_length=200)
    addressees = models.CharField(_("addressed to"), max_length=300, blank=True)
    text = models.TextField(_("text"), max_length=50000)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    copied_to = models.CharField(_("copies to"), max_length=300, blank=True)
    printed_by = models.CharField(_("printed by"), max_length=80)
    case = models.ForeignKey(
        "association.Case",
        models.RESTRICT,
        verbose_name=_("case"),
        null=True,
        blank=True,
        related_name="official_notices",
    )
    resolution = models.ForeignKey(
        "association.Resolution",
        models.RESTRICT,
        verbose_name=_("resolution"),
        null=True,
        blank=True,
        related_name="official_notices",
    )
    announcement = models.ForeignKey(
        "association.Announcement",
        models.RESTRICT,
        verbose_name=_("announcement"),
        null=True,
        blank=True,
        related_name="official_notices",
    )
    revokes = models.ForeignKey(
        "self", models.RESTRICT, verbose_name=_("revokes"), null=True, blank=True, related_name="revocations"
    )
    revokes_because = models.CharField(_("why it is revoked"), max_length=300, blank=True)
    drafted_on = models.DateField(_("drafted on"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("drafted by"), related_name="+"
    )
    returned_note = models.CharField(_("what is to be mended"), max_length=500, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.RESTRICT,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        related_name="+",
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("signed by"), null=True, blank=True, related_name="+"
    )
    signing = models.ForeignKey(
        "association.DecisionRecord",
        models.RESTRICT,
        verbose_name=_("signing"),
        null=True,
        blank=True,
        related_name="+",
    )
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("issued by"), null=True, blank=True, related_name="+"
    )
    number = models.OneToOneField(
        DocumentNumber, models.RESTRICT, verbose_name=_("number"), null=True, blank=True, related_name="notice"
    )
    serial = models.CharField(_("serial"), max_length=32, null=True, blank=True)  # noqa: DJ001  unique, so absent is NULL
    facts = models.JSONField(_("printed facts"), null=True, blank=True)
    template_version = models.CharField(_("template version"), max_length=40, blank=True)
    file = models.OneToOneField(
        "association.StoredFile",
        models.RESTRICT,
        verbose_name=_("PDF file"),
        null=True,
        blank=True,
        related_name="official_notice",
    )

    class Meta:
        verbose_name = _("official document")
        verbose_name_plural = _("official documents")
        ordering = ["-pk"]
        permissions = [
            ("check_officialnotice", _("Can check the draft of an official document")),
            ("issue_officialnotice", _("Can number, issue and send official documents")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["serial"],
                name="association_officialnotice_serial_unique",
                violation_error_message=_("There is a document of this serial already."),
            ),
            models.UniqueConstraint(
                fields=["revokes"],
                condition=Q(issued_on__isnull=False),
                name="association_officialnotice_revokes_unique",
                violation_error_message=_("That document is revoked already."),
            ),
            models.CheckConstraint(
                condition=Q(revokes__isnull=True, revokes_because="")
                | Q(revokes__isnull=False) & ~Q(revokes_because=""),
                name="association_officialnotice_revokes_says_why",
                violation_error_message=_("Say why the earlier document is revoked."),
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, checked_by__isnull=True)
                | Q(checked_on__isnull=False, checked_by__isnull=False) & ~Q(checked_by=F("drafted_by")),
                name="association_officialnotice_checked_by_another",
                violation_error_message=_("Somebody else than who wrote it checks it."),
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True, signed_by__isnull=True, signing__isnull=True)
                | Q(signed_on__isnull=False, signed_by__isnull=False, signing__isnull=False, checked_on__isnull=False),
                name="association_officialnotice_signed_whole",
                violation_error_message=_("A document is signed after it was checked, and that is on record."),
            ),
            models.CheckConstraint(
                condition=Q(
                    issued_on__isnull=True,
                    issued_by__isnull=True,
                    number__isnull=True,
                    serial__isnull=True,
                    facts__isnull=True,
                    file__isnull=True,
                )
                | Q(
                    issued_on__isnull=False,
                    issued_by__isnull=False,
                    number__isnull=False,
                    serial__isnull=False,
                    facts__isnull=False,
                    signed_on__isnull=False,
                ),
                name="association_officialnotice_issued_whole",
                violation_error_message=_("An issued document is signed and has its number, serial and facts."),
            ),
            Frozen(
                since="issued_on",
                allow_update=("file",),
                name="association_officialnotice_frozen",
                violation_error_message=_("An issued document is not changed. Revoke it by a later one."),
            ),
        ]

    def __str__(self) -> str:
        return self.plain_title

    @property
    def plain_title(self) -> str:
        """The title in one line."""
        return "".join(line.strip() for line in self.title.splitlines())

    @property
    def upward(self) -> bool:
        return self.kind in UPWARD


class NoticeWriter(models.Model):
    """Who wrote at the text of a document, and on which day. ``checked_on``: since then somebody has read that text.

    Whoever wrote at what nobody has checked yet does not check it.
    """

    notice = models.ForeignKey(
        OfficialNotice, models.CASCADE, verbose_name=_("official document"), related_name="writers"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="+")
    written_on = models.DateField(_("written on"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("writer of an official document")
        verbose_name_plural = _("writers of an official document")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "user", "written_on"],
                condition=Q(checked_on__isnull=True),
                name="association_noticewriter_unique",
                violation_error_message=_("It is on record already that this person wrote at it."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class NoticeRecipient(models.Model):
    """Who was told of an issued document, and when they first opened its paper."""

    notice = models.ForeignKey(
        OfficialNotice, models.RESTRICT, verbose_name=_("official document"), related_name="recipients"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.RESTRICT, verbose_name=_("account"), related_name="official_notices"
    )
    told_at = models.DateTimeField(_("told at"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient of an official document")
        verbose_name_plural = _("recipients of an official document")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "user"],
                name="association_noticerecipient_unique",
                violation_error_message=_("This account has been told already."),
            ),
            AppendOnly(
                allow_update=("opened_at",),
                name="association_noticerecipient_append_only",
                violation_error_message=_("Who was told is not changed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
