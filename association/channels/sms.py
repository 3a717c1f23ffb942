"""Text messages: to verified mobile numbers only, and only about what the association switched on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from functools import reduce
from operator import or_
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.db.models import Q
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
        """By the approved template of the letter's own kind, else of its topic.

        The demo's file needs no approval: there the kind's own short message goes out where its topic is on.
        """
        if not settings.SMS_PROVIDER or letter.kind != MessageKind.NOTICE:
            return _nobody
        own, topic = rows_for(letter.template, letter.topic)
        known = {name: shortened(text) for name, text in letter.variables.items() if text}
        if own is not None and own.is_on and set(Template(own.wording).get_identifiers()) <= known.keys():
            return _by_template(own, lambda user: known)
        if topic is None or not topic.is_on or (own is not None and not own.is_on):
            return _nobody
        if letter.short and settings.SMS_PROVIDER == "file":
            return _verified(lambda user: {"text": signed(letter.short)})
        title = shortened(letter.subject)
        return _by_template(topic, lambda user: {"title": title, "name": shortened(user.name or "会员")})

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
        code = template.get("code", "")
        if not code and settings.SMS_PROVIDER != "file":
            raise Undeliverable(Failure.FAULTY, "no template of the provider")
        kept = {
            "To": address,
            "text": message.text,
            "TemplateCode": code,
            "OutId": str(message.key),
        }
        content = aliyun.Sms(
            number=found[1],
            sign_name=settings.SMS_SIGN_NAME,
            template_code=code,
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


def rows_for(kind: str, topic: str) -> tuple[SmsTopic | None, SmsTopic | None]:
    """What the association set for a kind of message, and for its topic."""
    wanted = [Q(letter=kind)] * bool(kind) + [Q(topic=topic)] * bool(topic)
    found = list(SmsTopic.objects.filter(reduce(or_, wanted))) if wanted else []
    return next((row for row in found if row.letter), None), next((row for row in found if row.topic), None)


def _nobody(user: User) -> None:
    return None


def _verified(write: Callable[[User], dict[str, Any]]) -> Writer:
    return lambda user: write(user) if user.mobile_verified_at else None


def _by_template(row: SmsTopic, known: Callable[[User], Mapping[str, str]]) -> Writer:
    """In the words that the provider approved, so in no revision of ours."""
    wording = Template(row.wording)
    wanted = set(wording.get_identifiers())

    def write(user: User) -> dict[str, Any]:
        used = {name: value for name, value in known(user).items() if name in wanted}
        return {
            "text": signed(wording.safe_substitute(used)),
            "template": {"code": row.template_code, "variables": used},
            "revision_id": None,
        }

    return _verified(write)


def signed(text: str) -> str:
    return f"【{settings.SMS_SIGN_NAME}】{text}" if settings.SMS_SIGN_NAME else text


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _file_name(key: str) -> str:
    return f"sms-{key}.log"
