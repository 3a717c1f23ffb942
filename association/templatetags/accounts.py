"""Words of the account pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from association.actions import outbox
from association.models.message import Channel

register = template.Library()

BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("QQBrowser", "QQ 浏览器"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.simple_tag
def mail_is_down() -> bool:
    """Whether mails wait for their server just now."""
    return any(outlet.channel == Channel.MAIL for outlet in outbox.out_of_order())


@register.filter
def device(user_agent: str) -> str:
    """What somebody sits at, as far as the browser tells."""
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in found if name) or _("unknown device")
