"""Codes by text message. They are kept nowhere: neither the outbox nor a log has them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.utils.translation import gettext as _

from association.channels import aliyun
from association.channels.base import Envelope
from association.channels.sms import SmsChannel


def available() -> bool:
    """Whether this installation can send them: a provider, and with a real one the approved template."""
    return settings.SMS_PROVIDER == "file" or bool(settings.SMS_PROVIDER and settings.SMS_CODE_TEMPLATE)


def send_code(number: str, code: str) -> None:
    """Send the code to a number written +86…; raises what the provider says when it does not take it."""
    text = _("Your code is %(code)s. It works for 5 minutes. Nobody of ours will ever ask you for it.") % {
        "code": code
    }
    out_id = str(uuid.uuid4())
    content = aliyun.Sms(
        number=number.removeprefix("+86"),
        sign_name=settings.SMS_SIGN_NAME,
        template_code=settings.SMS_CODE_TEMPLATE,
        variables={"code": code},
        out_id=out_id,
    )
    with SmsChannel().open() as line:
        line.hand_over(Envelope(number, {"To": number, "text": text, "OutId": out_id}, content))
