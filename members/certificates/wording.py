"""How certificates and announcements put it: articles, the holder's duty, days. Chinese in every language. Pure."""

from __future__ import annotations

from datetime import date

from association.rulebook.schema import Certificate, Rulebook
from members.certificates.facts import DUTY


def articles_of(rulebook: Rulebook, rule: Certificate) -> tuple[str, ...]:
    """Labels of the articles that the certificate is issued under, in the document's order.

    An article that only lays a duty on whoever holds it is named beside the duty (:func:`duty_of`).
    """
    duties = set(_duty_articles(rulebook, rule))
    return tuple(rulebook.label(key) for key in rulebook.articles if key in rule.ref and key not in duties)


def duty_of(rulebook: Rulebook, rule: Certificate) -> str:
    """The holder's duty and its articles."""
    labels = "、".join(rulebook.label(key) for key in _duty_articles(rulebook, rule))
    return f"{DUTY.removesuffix('。')}（{labels}）。" if labels else DUTY


def chinese_date(day: date) -> str:
    """``2026年9月15日``"""
    return f"{day.year}年{day.month}月{day.day}日"


def period(first: date, last: date | None) -> str:
    """``2026年9月15日至2026年12月31日``, both days included; ``2026年9月15日起`` without an end."""
    return f"{chinese_date(first)}至{chinese_date(last)}" if last else f"{chinese_date(first)}起"


def _duty_articles(rulebook: Rulebook, rule: Certificate) -> tuple[str, ...]:
    duties = {key for one in rulebook.entitlements if one.kind == "duty" for key in one.ref}
    return tuple(key for key in rulebook.articles if key in rule.ref and key in duties)
