"""Every kind of message to applicants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from admissions.letters.facts import accepted, claim_refused, claimed, joined, judged, received, registering, revoked
from admissions.models import Claim
from admissions.models.application import ClaimState
from association.decisions import Source
from association.letters import Examples, Facts, Kind, Variable
from association.models import InterimDecision, Passage
from association.rulebook.schema import Rulebook
from association.states import Verb
from fees.queries import owed_back_by
from members.letters import registering as registration_articles
from members.models import Membership, Registration
from members.models.registration import RegistrationKind


def _passages(*verbs: Verb) -> Callable[[], QuerySet[Any]]:
    related = ("case__application", "decision")
    return lambda: (
        Passage.objects.filter(case__kind="admission", verb__in=verbs).select_related(*related).order_by("-pk")
    )


def _of_passages(facts: Callable[[Any, date], Facts | None], *verbs: Verb) -> Examples:
    return Examples(
        rows=_passages(*verbs),
        search=("case__subject__icontains",),
        facts=facts,
        permission="admissions.view_application",
        case="case",
        label=lambda row: row.case.subject,
    )


def _received_example(passage: Passage, on: date) -> Facts | None:
    return received(passage.case.application, passage)


def _joined_example(membership: Membership, on: date) -> Facts | None:
    case = membership.case
    last = case.passages.select_related("decision").order_by("-seq").first() if case else None
    return joined(membership, case, under=last.decision) if case and last else None


def _accepted_example(membership: Membership, on: date) -> Facts | None:
    case = membership.case
    return accepted(case.application, on) if case and case.kind == "admission" else None


def _of_memberships(facts: Callable[[Any, date], Facts | None]) -> Examples:
    return Examples(
        rows=lambda: Membership.objects.filter(case__kind="admission").select_related("party", "case__application")
        .order_by("-pk"),
        search=("party__name__icontains", "party__number"),
        facts=facts,
        permission="members.view_membership",
        case="case",
        label=lambda row: row.party.name,
    )  # fmt: skip


def _of_claims(facts: Callable[[Any, date], Facts | None], state: str) -> Examples:
    return Examples(
        rows=lambda: Claim.objects.filter(state=state).select_related("application__case", "user").order_by("-pk"),
        search=("application__case__subject__icontains",),
        facts=facts,
        permission="admissions.view_claim",
        case="application__case",
        label=lambda row: row.application.case.subject,
    )


def _admitting(book: Rulebook) -> Iterator[Source]:
    for workflow in book.workflows.get("admission", ()):
        yield from workflow.sources(book.id)


NUMBER = Variable("number", pgettext_lazy("letter variable", "member number"), gettext_lazy("No. 0001"))
SINCE = pgettext_lazy("letter variable", "member since")
REASONS = Variable(
    "reasons", pgettext_lazy("letter variable", "reasons"), gettext_lazy("The seal is missing on the form."),
    required=True, lines=True,
)  # fmt: skip
NEXT_YEAR = gettext_lazy("1 January 2027")
WHO = gettext_lazy("the applicant and who else follows the application")
ACCEPTED = (
    Variable("since", SINCE, NEXT_YEAR),
    Variable("number", NUMBER.label, NUMBER.sample, required=True),
    Variable("amount", pgettext_lazy("letter variable", "amount owed"), "1,000.00", required=True),
    Variable("due", pgettext_lazy("letter variable", "last day to pay"), NEXT_YEAR, required=True),
)

KINDS = (
    Kind(
        key="admission.received",
        title=gettext_lazy("Application received"),
        event=gettext_lazy("An application is handed in, for the first time or again."),
        readers=WHO,
        subject=gettext_lazy("We have received your application"),
        text=gettext_lazy(
            "{{ name }}:\n\nYour application of {{ day }} has arrived.\n\nNext: {{ step }}, by {{ body }}.\n\n"
            "{% if until %}This is done by {{ until }} at the latest.{% endif %}\n\n"
            "You need do nothing now. If something is to be corrected or decided, we write to you.\n\n{{ signature }}"
        ),
        sms=gettext_lazy("Your application of {{ day }} has arrived. Next: {{ step }}, by {{ body }}."),
        variables=(
            Variable("day", pgettext_lazy("letter variable", "day handed in"), NEXT_YEAR, required=True),
            Variable("step", pgettext_lazy("letter variable", "next step"), gettext_lazy("Review by the council")),
            Variable("body", pgettext_lazy("letter variable", "by whom"), gettext_lazy("membership department")),
            Variable("until", pgettext_lazy("letter variable", "done by"), NEXT_YEAR),
        ),
        sources=_admitting,
        examples=_of_passages(_received_example, Verb.SUBMIT),
    ),
    Kind(
        key="admission.returned",
        title=gettext_lazy("Application returned for correction"),
        event=gettext_lazy("A department returns an application with what is to be mended."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("Your application needs a correction"),
        text=gettext_lazy(
            "{{ name }}:\n\nPlease correct the following and submit again. The day of your first submission stays.\n\n"
            "{{ reasons }}\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("Your application needs a correction. Please log in, read what is to be mended, and submit."),
        cites=True,
        variables=(REASONS,),
        sources=_admitting,
        examples=_of_passages(lambda row, on: judged(row), Verb.RETURN),
    ),
    Kind(
        key="admission.rejected",
        title=gettext_lazy("Application not accepted"),
        event=gettext_lazy("An application is refused, at a step or by a meeting."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("Your application was not accepted"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe association has not accepted your application. The reason given:\n\n{{ reasons }}\n\n"
            "You may apply again at any time.\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("Your application was not accepted. Please log in to read the reasons."),
        cites=True,
        variables=(REASONS,),
        sources=_admitting,
        examples=_of_passages(lambda row, on: judged(row), Verb.REFUSE),
    ),
    Kind(
        key="admission.accepted",
        title=gettext_lazy("Application accepted, no registration follows"),
        event=gettext_lazy("The notice of admission is released where the rules know no registration."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("You are accepted"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe association has accepted your application.\n\n"
            "{% if since %}You are a member since {{ since }}.{% endif %}\n\n"
            "{% if number %}Your member number is {{ number }}.{% endif %}\n\n"
            "{% if amount %}Please pay the membership fee of ¥{{ amount }}.{% endif %}\n\n"
            "{% if due %}The last day to pay is {{ due }}.{% endif %}\n\n"
            "{% if amount %}The page of your application says to which account, with which memo.{% endif %}\n\n"
            "{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "The association has accepted your application.{% if amount %} Please pay ¥{{ amount }}.{% endif %}"
        ),
        cites=True,
        variables=ACCEPTED,
        sources=_admitting,
        examples=_of_memberships(_accepted_example),
    ),
    Kind(
        key="admission.registration",
        title=gettext_lazy("Notice of admission and registration"),
        event=gettext_lazy("The notice of admission is released and the registration opened."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("You are accepted: complete your registration"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe association has accepted your application. Your member number is {{ number }}, and "
            "you are a member since {{ since }}. Please complete the registration by {{ closes }}.\n\n"
            "Membership fee ¥{{ total }}\n{{ lines }}\n\n"
            "Payee: {{ payee }}\nBank: {{ bank }}\nAccount: {{ account }}\n"
            "Memo (please write it exactly): {{ memo }}\n\n"
            "After the transfer, upload the voucher on the page below.\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "The association has accepted your application. Please complete the registration by {{ closes }}."
        ),
        variables=(
            Variable("number", NUMBER.label, NUMBER.sample, required=True),
            Variable("since", SINCE, NEXT_YEAR),
            Variable("closes", pgettext_lazy("letter variable", "register by"), NEXT_YEAR, required=True),
            Variable("total", pgettext_lazy("letter variable", "total owed"), "1,000.00", required=True),
            Variable("lines", pgettext_lazy("letter variable", "fee lines"),
                     gettext_lazy("2027: ¥1,000.00 (1,000.00 × 12 / 12)"), required=True, lines=True),
            Variable("payee", pgettext_lazy("letter variable", "payee"), gettext_lazy("Sample Association"),
                     required=True),
            Variable("bank", pgettext_lazy("letter variable", "bank"), gettext_lazy("Sample Bank"), required=True),
            Variable("account", pgettext_lazy("letter variable", "account number"), "0000 0000 0000", required=True),
            Variable("memo", pgettext_lazy("letter variable", "memo"), gettext_lazy("Membership fee 0001"),
                     required=True),
        ),
        sources=registration_articles,
        examples=Examples(
            rows=lambda: Registration.objects.filter(kind=RegistrationKind.INITIAL)
            .select_related("membership__party", "membership__case", "case").order_by("-pk"),
            search=("membership__party__name__icontains", "membership__party__number"),
            facts=registering,
            permission="members.view_registration",
            case="case",
            label=lambda row: row.membership.party.name,
        ),
    ),
    Kind(
        key="admission.registered_free",
        title=gettext_lazy("Notice of admission, nothing to pay"),
        event=gettext_lazy("The notice of admission is released to somebody who owes no fee."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("You are accepted"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe association has accepted your application.\n\n"
            "{% if since %}You are a member since {{ since }}.{% endif %}\n\n"
            "{% if number %}Your member number is {{ number }}.{% endif %}\n\n"
            "You owe no membership fee. The association now completes your registration and writes to you again.\n\n"
            "{{ signature }}"
        ),
        sms=gettext_lazy("The association has accepted your application. You owe no membership fee."),
        variables=(
            Variable("since", SINCE, NEXT_YEAR),
            Variable("number", NUMBER.label, NUMBER.sample, required=True),
            Variable("amount", pgettext_lazy("letter variable", "amount owed"), ""),
            Variable("due", pgettext_lazy("letter variable", "last day to pay"), ""),
        ),
        sources=registration_articles,
        examples=_of_memberships(_accepted_example),
    ),
    Kind(
        key="admission.joined",
        title=gettext_lazy("Membership begins"),
        event=gettext_lazy("A membership begins and no notice follows."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("You are a member"),
        text=gettext_lazy(
            "{{ name }}:\n\nYou are a member since {{ day }}.\n\n"
            "{% if number %}Your member number is {{ number }}.{% endif %}\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "You are a member since {{ day }}.{% if number %} Your member number is {{ number }}.{% endif %}"
        ),
        cites=True,
        variables=(
            Variable("day", SINCE, NEXT_YEAR, required=True),
            Variable("number", NUMBER.label, NUMBER.sample, required=True),
        ),
        sources=_admitting,
        examples=_of_memberships(_joined_example),
    ),
    Kind(
        key="admission.revoked",
        title=gettext_lazy("Decision on an application revoked"),
        event=gettext_lazy("A meeting revokes what was decided between meetings."),
        readers=WHO,
        topic="decision",
        subject=gettext_lazy("The decision on your application was revoked"),
        text=gettext_lazy(
            "{{ name }}:\n\n«{{ meeting }}» revoked the decision on your application ({{ number }}). It has no effect "
            "any more.\n\n{% if refund %}The fee you paid, {{ refund }}, is owed back to you; finance returns it the "
            "way it came.\n\n{% endif %}You may apply again at any time.\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("The decision on your application was revoked. Please log in to read more."),
        cites=True,
        variables=(
            Variable("refund", pgettext_lazy("letter variable", "fee that is owed back"), "¥666.67"),
            Variable("meeting", pgettext_lazy("letter variable", "meeting"), gettext_lazy("Fifth meeting")),
            Variable("number", pgettext_lazy("letter variable", "resolution number"), gettext_lazy("No. 2 of 2027"),
                     required=True),
        ),
        sources=_admitting,
        examples=Examples(
            rows=lambda: InterimDecision.objects.filter(outcome="revoked", case__kind="admission")
            .select_related("case", "resolution__meeting", "settled").order_by("-pk"),
            search=("case__subject__icontains",),
            facts=lambda row, on: revoked(
                row.case, row.resolution, under=row.settled, owed_back=owed_back_by(row.case)
            ),
            permission="admissions.view_application",
            case="case",
            label=lambda row: row.case.subject,
        ),
    ),
    Kind(
        key="claim.granted",
        title=gettext_lazy("Access to the unit's application granted"),
        event=gettext_lazy("The secretariat accepts a sealed letter."),
        readers=gettext_lazy("who handed the letter in"),
        subject=gettext_lazy("You can now continue the application of your unit"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe secretariat has checked your letter. The application is open to you.\n\n"
            "{{ signature }}"
        ),
        sources=_admitting,
        examples=_of_claims(claimed, ClaimState.GRANTED),
    ),
    Kind(
        key="claim.shared",
        title=gettext_lazy("A second account may continue the application"),
        event=gettext_lazy("The secretariat accepts a sealed letter."),
        readers=gettext_lazy("who began the application"),
        subject=gettext_lazy("A colleague can now continue your unit's application"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe secretariat has checked a sealed letter of your unit and opened the application to a "
            "second account.\n\n{{ signature }}"
        ),
        sources=_admitting,
        examples=_of_claims(claimed, ClaimState.GRANTED),
    ),
    Kind(
        key="claim.refused",
        title=gettext_lazy("Access to the unit's application refused"),
        event=gettext_lazy("The secretariat does not accept a sealed letter."),
        readers=gettext_lazy("who handed the letter in"),
        subject=gettext_lazy("Your letter was not accepted"),
        text=gettext_lazy(
            "{% if name %}{{ name }}:{% endif %}\n\nThe secretariat could not accept your letter. The reason given:"
            "\n\n{{ reasons }}\n\n{{ signature }}"
        ),
        variables=(REASONS,),
        sources=_admitting,
        examples=_of_claims(claim_refused, ClaimState.REFUSED),
    ),
)  # fmt: skip
