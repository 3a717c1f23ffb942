"""Text messages: to verified mobile numbers only, and only about what the association switched on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from association import clock
from association.channels import aliyun, filing
from association.channels.base import Envelope, Letter, Line, Undeliverable, Writer, usable
from association.models import Message, SmsTopic, User
from association.models.message import Channel, Failure, MessageKind

LONGEST = 35
"""Characters that the provider takes for one variable."""
MAINLAND = re.compile(r"(?:\+?86)?(1\d{10})")


class SmsChannel:
    at_once = False

    def writer(self, letter: Letter) -> Writer:
        urgent = bool(settings.SMS_PROVIDER and letter.topic) and letter.kind == MessageKind.NOTICE
        topic = SmsTopic.objects.filter(topic=letter.topic, is_on=True).first() if urgent else None
        if topic is None:
            return lambda user: None
        wording = Template(topic.wording)
        wanted = set(wording.get_identifiers())

        def write(user: User) -> dict[str, Any] | None:
            if not user.mobile_verified_at:
                return None
            known = {"title": shortened(letter.subject), "name": shortened(user.name or "会员")}
            used = {name: value for name, value in known.items() if name in wanted}
            return {
                "text": f"【{settings.SMS_SIGN_NAME}】{wording.safe_substitute(used)}",
                "template": {"code": topic.template_code, "variables": used},
            }

        return write

    def address(self, user: User) -> str:
        mobile = user.mobile if user.mobile_verified_at else ""
        return usable(user, Channel.SMS, mobile, _("the account has no verified mobile number"))

    def compose(self, message: Message) -> Envelope:
        address = self.address(message.recipient)
        found = MAINLAND.fullmatch(re.sub(r"[\s-]", "", address))
        if found is None:
            raise Undeliverable(
                Failure.REFUSED, _("%(address)s is not a mobile number") % {"address": address}, dead=True
            )
        template = message.template or {}
        if not template.get("code"):
            raise Undeliverable(Failure.FAULTY, "no template of the provider")
        kept = {"To": address, "text": message.text, "TemplateCode": template["code"], "OutId": str(message.key)}
        content = aliyun.Sms(
            number=found[1],
            sign_name=settings.SMS_SIGN_NAME,
            template_code=template["code"],
            variables=template.get("variables", {}),
            out_id=str(message.key),
        )
        return Envelope(address, kept, content)

    @contextmanager
    def open(self) -> Iterator[Line]:
        yield _Files() if settings.SMS_PROVIDER == "file" else aliyun.client()

    def arrived(self, message: Message) -> bool | None:
        if settings.SMS_PROVIDER == "file":
            return (Path(settings.MAIL_DIR) / _file_name(str(message.key))).exists()
        if message.begun_at is None or not message.sent_as:
            return None
        return aliyun.client().arrived(message.sent_as["To"], str(message.key), message.begun_at)


class _Files:
    """The demo's text messages, beside its mail."""

    def hand_over(self, envelope: Envelope) -> str:
        page = EmailMessage()
        page["Subject"] = "短信"
        page["To"] = envelope.address
        page["Date"] = format_datetime(clock.now())
        page.set_content(envelope.headers["text"])
        filing.keep(Path(settings.MAIL_DIR), _file_name(envelope.headers["OutId"]), page.as_bytes())
        return ""


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _file_name(key: str) -> str:
    return f"sms-{key}.log"
