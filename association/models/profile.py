"""The association whose portal this is (协会信息)."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Association(models.Model):
    """One row, key 1: who the association is, and the ``revision`` of all that processes keep in memory.

    Every action that changes a rulebook, the calendar, a term of office or a fee standard adds one to ``revision``
    in its transaction; a process that reads another number than the one it knows forgets what it kept.
    """

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#a4281c",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Write the colour as # and six digits, such as #a4281c."))],
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    supervising_unit = models.CharField(_("supervising unit"), max_length=120, blank=True)
    registration_authority = models.CharField(_("registration authority"), max_length=120, blank=True)
    icp = models.CharField(_("ICP licence number"), max_length=60, blank=True)
    stand_ins_accept = models.BooleanField(
        _("a stand-in has to accept"),
        default=True,
        help_text=_("Without it a stand-in acts from the first day on, whether or not they have answered."),
    )
    revision = models.PositiveBigIntegerField(_("revision"), default=0, editable=False)

    class Meta:
        verbose_name = _("association profile")
        verbose_name_plural = _("association profile")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="association_association_single_row",
                violation_error_message=_("There is only one association."),
            )
        ]

    def __str__(self) -> str:
        return self.name
