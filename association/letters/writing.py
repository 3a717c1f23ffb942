"""From a kind and its facts to the letter, in the words in force: the newest revision, or what the program ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from association import queries
from association.letters import wording
from association.letters.frame import cited, signature
from association.letters.kinds import ASSOCIATION, BASIS, GREETING, PHONE, SIGNATURE, Facts, Kind, kind_of
from association.letters.wording import Fault
from association.models import MessageTemplate

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a template, before anything is filled in."""

    subject: str
    text: str
    sms: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message says and cites. ``template_id``: the revision it came from, None for the shipped words.

    ``secrets``: by the mark that stands in the text for it, what is in the mail alone.
    """

    kind: str
    subject: str
    text: str
    sms: str = ""
    link: str = ""
    topic: str = ""
    basis: str = ""
    template_id: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InForce:
    """``unfit``: the newest revision does not fit this version of the program, so the shipped words stand in."""

    words: Wording
    template_id: int | None = None
    unfit: bool = False


def shipped(kind: Kind) -> Wording:
    """The program's own words, in the association's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return Wording(str(kind.subject), str(kind.text), str(kind.sms))


def check(kind: Kind, words: Wording) -> dict[str, list[Fault]]:
    """What is wrong with each part; nothing where all is well."""
    names = kind.names
    found = {
        "subject": wording.check("subject", words.subject, names),
        "text": wording.check("text", words.text, names, kind.required),
        "sms": wording.check("sms", words.sms, names),
    }
    if not words.subject.strip():
        found["subject"].append(Fault(0, _("A message needs a subject.")))
    return {part: faults for part, faults in found.items() if faults}


def in_force(kind: Kind) -> InForce:
    """The words that a message of this kind is written with now."""
    edited = queries.kept("letters", _edited) if queries.revision() else _edited()
    row = edited.get(kind.key)
    if row is None or row.shipped:
        return InForce(shipped(kind))
    words = Wording(row.subject, row.text, row.sms)
    return InForce(shipped(kind), unfit=True) if check(kind, words) else InForce(words, row.pk)


def _edited() -> dict[str, MessageTemplate]:
    """The newest revision of each kind that was ever edited."""
    return {row.kind: row for row in MessageTemplate.objects.order_by("kind", "revision")}


def write(kind: str, facts: Facts) -> Letter:
    """The letter of a registered kind. Raises RuntimeError where the kind, or one of its variables, is unknown."""
    found = kind_of(kind)
    current = in_force(found)
    return fill(found, current.words, facts, template_id=current.template_id)


def fill(kind: Kind, words: Wording, facts: Facts, *, template_id: int | None = None) -> Letter:
    """The letter in these words, in force or not."""
    with translation.override(settings.LANGUAGE_CODE):
        given, secrets = kind.hidden(common(kind, facts) | dict(facts.values))
        values = kind.values(given)
        return Letter(
            kind=kind.key,
            subject=wording.render_line(words.subject, values)[:LONGEST_SUBJECT],
            text=wording.render(words.text, values),
            sms=wording.render_line(words.sms, values),
            link=facts.link,
            topic=kind.topic,
            basis=values.get(BASIS.key, ""),
            template_id=template_id,
            variables={one.key: values[one.key] for one in kind.all_variables if not one.lines},
            secrets=secrets,
        )


def common(kind: Kind, facts: Facts) -> dict[str, Any]:
    """What every letter says of itself."""
    profile = queries.profile()
    found: dict[str, Any] = {
        SIGNATURE.key: signature(),
        ASSOCIATION.key: profile.name if profile else "",
        PHONE.key: profile.phone if profile else "",
    }
    if kind.greets:
        found[GREETING.key] = facts.name
    if kind.cites:
        found[BASIS.key] = basis(facts.under)
    return found


def basis(under: Any) -> str:
    """«依据：《…》第三十条», empty where nothing is cited."""
    articles = cited(under.sources, under.version_id) if under is not None else ""
    return _("Under: %(articles)s") % {"articles": articles} if articles else ""


def sample(kind: Kind) -> Facts:
    """Invented facts of each variable."""
    with translation.override(settings.LANGUAGE_CODE):
        own = {each.key: str(each.sample) for each in kind.variables}
        cited_so = {BASIS.key: str(BASIS.sample)} if kind.cites else {}
        return Facts(own | cited_so, name=str(GREETING.sample))


def for_approval(kind: Kind, words: Wording) -> str:
    """The short message as a provider approves it: its variables as ``${key}``, every condition met."""
    return wording.render_line(words.sms, {name: f"${{{key}}}" for name, key in kind.names.items()})
