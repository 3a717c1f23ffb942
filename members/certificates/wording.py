"""What of the rulebook a certificate names: the articles it rests on, the duty of its holder. Pure: no Django."""

from __future__ import annotations

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


def _duty_articles(rulebook: Rulebook, rule: Certificate) -> tuple[str, ...]:
    duties = {key for one in rulebook.entitlements if one.kind == "duty" for key in one.ref}
    return tuple(key for key in rulebook.articles if key in rule.ref and key in duties)
