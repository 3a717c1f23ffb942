"""Alibaba Cloud SMS (阿里云短信服务): ``SendSms`` of 2017-05-25, signed with ACS3-HMAC-SHA256."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from association import clock
from association.channels.base import ChannelDown, Deferred, Envelope, InDoubt, Undeliverable
from association.models.message import Failure

VERSION = "2017-05-25"
ALGORITHM = "ACS3-HMAC-SHA256"
DEAD = {"isv.MOBILE_NUMBER_ILLEGAL"}
FAULTY = {
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.INVALID_JSON_PARAM",
    "isv.INVALID_PARAMETERS",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
}
"""Codes that speak of this message. Every other code but these and ``BUSINESS_LIMIT`` speaks of the account."""
UNKNOWN = {"isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "InternalError"}
"""The provider itself does not know what became of it."""
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Sms:
    number: str
    sign_name: str
    template_code: str
    variables: Mapping[str, str]
    out_id: str


def client() -> Client:
    return Client(
        settings.SMS_ENDPOINT, settings.SMS_ACCESS_KEY_ID, settings.SMS_ACCESS_KEY_SECRET, settings.SMS_TIMEOUT
    )


@dataclass(frozen=True, slots=True)
class Client:
    endpoint: str
    key_id: str
    key_secret: str
    timeout: float

    def hand_over(self, envelope: Envelope) -> str:
        sms: Sms = envelope.content
        answer = self._call(
            "SendSms",
            {
                "PhoneNumbers": sms.number,
                "SignName": sms.sign_name,
                "TemplateCode": sms.template_code,
                "TemplateParam": json.dumps(dict(sms.variables), ensure_ascii=False),
                "OutId": sms.out_id,
            },
        )
        judge(answer)
        return str(answer.get("BizId", ""))[:200]

    def arrived(self, number: str, out_id: str, begun_at: datetime) -> bool | None:
        """Whether the provider has this message on its list of the day. None if it cannot be asked."""
        query = {
            "PhoneNumber": number,
            "SendDate": begun_at.astimezone(CHINA).strftime("%Y%m%d"),
            "PageSize": "50",
            "CurrentPage": "1",
        }
        try:
            answer = self._call("QuerySendDetails", query)
        except (ChannelDown, InDoubt):
            return None
        if answer.get("Code") != "OK":
            return None
        rows = (answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
        if any(row.get("OutId") == out_id for row in rows):
            return True
        return False if len(rows) < 50 else None

    def _call(self, action: str, query: Mapping[str, str]) -> dict[str, Any]:
        place = urlsplit(self.endpoint)
        text, headers = signed(
            action=action,
            query=query,
            host=place.netloc,
            key_id=self.key_id,
            key_secret=self.key_secret,
            at=clock.now(),
            nonce=secrets.token_hex(16),
        )
        kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        connection = kind(place.netloc, timeout=self.timeout)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise ChannelDown(f"{type(error).__name__}: {error}") from error
            try:
                connection.request("POST", f"/?{text}", headers=headers)
                response = connection.getresponse()
                content = response.read(1_000_000)
            except (OSError, http.client.HTTPException) as error:
                raise InDoubt(f"no answer: {type(error).__name__}: {error}") from error
        finally:
            connection.close()
        return _read(response.status, content)


def _read(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and "Code" in answer:
        return answer
    if status == 500 or status < 400:
        raise InDoubt(f"{status} without a code")
    raise ChannelDown(f"{status} without a code")


def judge(answer: Mapping[str, Any]) -> None:
    """Raise what the answer means, if it is not «OK»."""
    code = str(answer.get("Code", ""))
    said = f"{code} {answer.get('Message', '')}"[:300]
    if code == "OK":
        return
    if code in DEAD:
        raise Undeliverable(Failure.REFUSED, said, dead=True)
    if code in FAULTY:
        raise Undeliverable(Failure.FAULTY, said)
    if "BUSINESS_LIMIT" in code:
        raise Deferred(said)
    if code in UNKNOWN:
        raise InDoubt(said)
    raise ChannelDown(said)


def signed(
    *, action: str, query: Mapping[str, str], host: str, key_id: str, key_secret: str, at: datetime, nonce: str,
    version: str = VERSION,
) -> tuple[str, dict[str, str]]:  # fmt: skip
    """The query in its canonical form, and the headers of a request without a body."""
    text = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query.items()))
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n{text}\n{lines}\n{names}\n{digest}"
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return text, headers


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")
