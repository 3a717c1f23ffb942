"""What a payer types or uploads."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VoucherForm(forms.Form):
    """The payer's proof of transfer. Its content is judged by ``association.files``."""

    file = forms.FileField(
        label=_("Payment voucher"),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the photo or the PDF of the payment voucher first."),
            "invalid": _("Choose the photo or the PDF of the payment voucher first."),
            "missing": _("Choose the photo or the PDF of the payment voucher first."),
        },
    )
