"""Whether the settings make sense together. ``manage.py check`` runs these; an error stops the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from association import keys

AT_LEAST: dict[str, tuple[int, str, str]] = {
    "RECOVERY_OBJECTION_WORKDAYS": (
        1,
        "a login would be reset before its owner could object",
        "原登录地址的持有人将来不及提出异议",
    ),
    "RECOVERY_LINK_HOURS": (1, "the link to the new login would never work", "重设登录的链接将始终无效"),
    "RECOVERY_REQUEST_DAYS": (
        1,
        "a request for a lost login would lapse on the day it came",
        "找回登录的申请将在收到当日失效",
    ),
    "ALLAUTH_TRUSTED_PROXY_COUNT": (0, "nobody could be told from another", "将无法区分访问者"),
    "UPLOAD_MAX_BYTES": (1, "no file could be uploaded", "将无法上传任何文件"),
    "UPLOAD_MAX_PAGES": (1, "no file could be uploaded", "将无法上传任何文件"),
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": (
        60,
        "whoever does something sensitive would be asked for the password without end",
        "办理敏感事项时将被反复要求输入密码",
    ),
}
"""Settings that are numbers: the least that works, and what would happen below it."""
NAMES = {"ALLAUTH_TRUSTED_PROXY_COUNT": "TRUSTED_PROXY_COUNT"}
"""What the environment calls them, where it is another name."""


@register()
def check_numbers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Numbers below which something stops working."""
    return [
        Error(
            f"{NAMES.get(name, name)} is {value}, but at least {least} is needed: {effect}. / "
            f"{NAMES.get(name, name)} 为 {value}，至少应为 {least}：{effect_zh}。",
            hint=f"Set {NAMES.get(name, name)} to {least} or more, or remove it. / "
            f"请将 {NAMES.get(name, name)} 设为不小于 {least} 的整数，或删除该设置。",
            id="huiji.E010",
        )
        for name, (least, effect, effect_zh) in AT_LEAST.items()
        if (value := getattr(settings, name)) < least
    ]


@register()
def check_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Addresses that are written into letters, QR codes and mail."""
    return [
        Error(
            f"{name} is {value!r}: {wrong}. / {name} 为 {value!r}：{wrong_zh}。",
            hint=f"Set {name} to {example}. / 请将 {name} 设为类似 {example} 的值。",
            id="huiji.E011",
        )
        for name, value, wrong, wrong_zh, example in _wrong_addresses()
    ]


def _wrong_addresses() -> Iterator[tuple[str, str, str, str, str]]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in {"http", "https"} or not site.hostname or site.query or site.fragment:
        yield (
            "SITE_URL", settings.SITE_URL, "links in mail and QR codes would lead nowhere",
            "邮件与二维码中的链接将无法打开", "https://members.example.org.cn",
        )  # fmt: skip
    for name in ("DEFAULT_FROM_EMAIL", "MAIL_BOUNCES_TO"):
        value = getattr(settings, name)
        if value and not _is_mail(value):
            yield (
                name, value, "it is no e-mail address, and no mail would be sent", "不是有效的电子邮箱",
                "office@example.org.cn",
            )  # fmt: skip
    if settings.SMS_PROVIDER == "aliyun" and not settings.SMS_ENDPOINT.startswith("https://"):
        yield (
            "SMS_ENDPOINT", settings.SMS_ENDPOINT, "codes for logging in would travel unprotected",
            "登录验证码将以明文传输", "https://dysmsapi.aliyuncs.com",
        )  # fmt: skip


def _is_mail(value: str) -> bool:
    """«office@…», or «Name <office@…>»; ``huiji@localhost`` is the demo's."""
    address = value.rpartition("<")[2].rstrip("> ") if "<" in value else value
    return _holds(lambda: validate_email(address), ValidationError)


@register()
def check_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The ring of keys: a fault in it would show only when the first identity paper comes."""
    try:
        keys.parse_ring(settings.IDENTITY_KEYS)
    except ImproperlyConfigured as fault:
        return [
            Error(
                f"IDENTITY_KEYS cannot be used: {fault} / IDENTITY_KEYS 无法使用。",
                hint="Write it as id:secret,id2:secret2; the first one encrypts. See docs/operations.md. / "
                "请写成 id:secret,id2:secret2 的形式，第一个用于加密，详见 docs/operations.md。",
                id="huiji.E012",
            )
        ]
    return []


@register()
def check_proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Behind a proxy that is not counted all visitors are one, and lock each other out."""
    if not settings.PRODUCTION or settings.ALLAUTH_TRUSTED_PROXY_COUNT or not _behind_proxy():
        return []
    return [
        Warning(
            "TRUSTED_PROXY_COUNT is 0 behind a proxy: all visitors count as one, and five wrong passwords lock out "
            "everybody. / 位于代理之后但 TRUSTED_PROXY_COUNT 为 0：所有访问者被视为同一人，五次密码错误将锁定所有人。",
            hint="Set TRUSTED_PROXY_COUNT to the number of proxies in front, 1 behind one nginx. / "
            "请将 TRUSTED_PROXY_COUNT 设为前置代理的数量，仅有一个 nginx 时为 1。",
            id="huiji.W013",
        )
    ]


def _behind_proxy() -> bool:
    return getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None


def _holds(act: Callable[[], Any], fault: type[Exception]) -> bool:
    try:
        act()
    except fault:
        return False
    return True
