"""What members are told about their registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.decisions import Source
from association.letters import Examples, Facts, Kind, Variable
from association.rulebook.schema import Rulebook
from members.models import Certificate, Registration

NUMBER = Variable("number", pgettext_lazy("letter variable", "member number"), gettext_lazy("No. 0001"), required=True)


def completed(registration: Registration, certificate: Certificate) -> Facts:
    """A registration that is accepted, and its certificate."""
    party = registration.membership.party
    last = registration.valid_until - timedelta(days=1) if registration.valid_until else None
    return Facts(
        {"number": party.number or "", "last": last},
        name=party.name,
        under=registration.decision,
        link=reverse("certificate", args=[certificate.serial]),
    )


def _example(certificate: Certificate, on: date) -> Facts | None:
    registration = certificate.registration
    return completed(registration, certificate) if registration and registration.decision_id else None


def registering(book: Rulebook) -> Iterator[Source]:
    """The articles on registration."""
    for rule in book.registrations:
        yield from rule.sources(book.id)


KINDS = (
    Kind(
        key="registration.completed",
        title=gettext_lazy("Registration completed"),
        event=gettext_lazy("The association completes a registration and issues the certificate."),
        readers=gettext_lazy("who acts for the member"),
        topic="decision",
        subject=gettext_lazy("You are registered: your certificate is ready to download"),
        text=gettext_lazy(
            "{{ name }}:\n\nYour registration is complete. Your member number is {{ number }}.\n\n"
            "{% if last %}It is valid until {{ last }}.{% endif %}\n\n"
            "The certificate can be downloaded on the page below.\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("Your registration is complete. Your member number is {{ number }}."),
        cites=True,
        variables=(
            NUMBER,
            Variable("last", pgettext_lazy("letter variable", "last valid day"), gettext_lazy("31 December 2027"),
                     required=True),
        ),
        sources=registering,
        examples=Examples(
            rows=lambda: Certificate.objects.select_related(
                "registration__membership__party", "registration__decision", "registration__case"
            ).order_by("-pk"),
            search=("registration__membership__party__name__icontains", "registration__membership__party__number"),
            facts=_example,
            permission="members.view_registration",
            case="registration__case",
        ),
    ),
)  # fmt: skip
