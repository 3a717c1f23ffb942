"""Certificates that an admission brings, without a registration of their own (PROP-6.6, FIRE-14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from association import queries
from association.actions import jobs
from association.decisions import require
from association.models import DecisionRecord
from association.rulebook.schema import Certificate as CertificateRule
from association.rulebook.schema import Rulebook
from association.rulebook.schema.standing import PRINTED, PRINTED_KINDS
from association.serials import new_serial
from members.actions.registrations import RENDER
from members.certificates.facts import TEMPLATE, CertificateFacts
from members.certificates.wording import articles_of
from members.models import Certificate, Membership
from members.models.party import PartyKind
from members.queries import tier_on
from members.rules import registration as rules
from members.rules.registration import Valid


def printable(rule: CertificateRule) -> bool:
    return rule.kind in PRINTED_KINDS and not rule.requires and set(rule.fields) <= PRINTED


def issue(
    membership: Membership,
    rulebook: Rulebook,
    *,
    events: Mapping[str, date],
    paid_years: Collection[int],
    term_ends_on: date | None,
    record: DecisionRecord,
    on: date,
) -> list[Certificate]:
    """Issue what the rulebook gives this member on these events, each once. The PDFs are made in the background.

    Raises :class:`Refused` where how long one holds cannot be told (the fee of the year is not paid, no term).
    """
    facts = {"class": membership.class_id, "tier": tier_on(membership, on) or None}
    due = [rule for rule in rulebook.certificates_for(facts) if printable(rule) and rule.trigger in events]
    held = set(membership.certificates.values_list("rule", flat=True))
    issued = []
    for rule in due:
        if rule.id in held:
            continue
        valid = Valid(events[rule.trigger], None)  # without an end where the document states none (C-21)
        if rule.validity:
            known: dict[str, Any] = {"events": events, "paid_years": paid_years, "term_ends_on": term_ends_on}
            valid = require(rules.validity(rulebook, rule, "initial", facts=facts, **known)).value
        issued.append(_write(membership, rulebook, rule, valid, record=record, on=on))
    return issued


def _write(
    membership: Membership,
    rulebook: Rulebook,
    rule: CertificateRule,
    valid: Valid,
    *,
    record: DecisionRecord,
    on: date,
) -> Certificate:
    serial = new_serial()
    certificate = Certificate.objects.create(
        serial=serial,
        rule=rule.id,
        membership=membership,
        facts=_facts(membership, rulebook, rule, valid, serial=serial, on=on).as_json(),
        template_version=TEMPLATE,
        issued_on=on,
        valid_from=valid.first_day,
        valid_until=valid.last_day + timedelta(days=1) if valid.last_day else None,
        decision=record,
    )
    jobs.order(RENDER, f"certificate:{certificate.pk}", certificate_id=certificate.pk)
    return certificate


def _facts(
    membership: Membership, rulebook: Rulebook, rule: CertificateRule, valid: Valid, *, serial: str, on: date
) -> CertificateFacts:
    """What it says of its holder: of the fields that the rule names, and who issues it under which articles."""
    profile = queries.profile()
    assert profile is not None
    party = membership.party
    tier = tier_on(membership, on)
    return CertificateFacts(
        association=profile.name,
        title=rule.name,
        holder=party.name,
        is_person=party.kind == PartyKind.PERSON,
        class_name=rulebook.member_class(membership.class_id).name,
        tier_name=rulebook.tier(tier).name if tier else "",
        field=membership.field if "field" in rule.fields else "",
        number=(party.number or "") if not rule.fields or "number" in rule.fields else "",
        serial=serial,
        member_since=membership.starts_on,
        valid_from=valid.first_day,
        valid_until=valid.last_day or date.max,
        issued_on=on,
        issuing_body=profile.name,
        verification_url=f"{settings.SITE_URL}/verify/{serial}/",
        document=rulebook.title,
        articles=articles_of(rulebook, rule),
        duty=rule.duty_text,
        registered=False,
    )
