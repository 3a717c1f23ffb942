"""Every kind of message that the program sends: what for, to whom, with which variables, in which shipped words.

Each app registers its own when it starts. A message of no registered kind cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.rules.money import format_yuan
from association.values import long_date

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from association.decisions import Source
    from association.rulebook.schema import Rulebook

Words = str | Promise


@dataclass(frozen=True)
class Variable:
    """What changes from letter to letter. ``label`` is its name in templates, blanks as underscores.

    ``required``: may not be edited away. ``lines``: its value may have several lines. ``secret``: in the mail alone;
    what is kept has a mark in its place.
    """

    key: str
    label: Words
    sample: Words
    required: bool = False
    lines: bool = False
    secret: bool = False

    @property
    def name(self) -> str:
        """As it is written between the braces, in the association's language."""
        with translation.override(settings.LANGUAGE_CODE):
            return str(self.label).replace(" ", "_")


@dataclass(frozen=True)
class Facts:
    """What one letter is filled with. ``name``: whom it greets; ``under``: a DecisionRecord or what else has
    ``sources`` and ``version_id``; ``link``: the page it leads to.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    under: Any = None
    link: str = ""


@dataclass(frozen=True)
class Examples:
    """Real rows that a preview is filled with: ``rows`` newest first, searched by ``search``; ``facts`` None where a
    row gives no letter of this kind. ``permission``: who may see them; ``case``: the way to their case, whose recusals
    close them.
    """

    rows: Callable[[], QuerySet[Any]]
    search: tuple[str, ...]
    facts: Callable[[Any, date], Facts | None]
    permission: str
    case: str = ""
    label: Callable[[Any], str] = str


GREETING = Variable("name", pgettext_lazy("letter variable", "addressee"), gettext_lazy("Sample Culture Media Ltd."))
BASIS = Variable(
    "basis",
    pgettext_lazy("letter variable", "basis"),
    gettext_lazy("Under: 《Sample Rules》 Article 1"),
    required=True,
)
SIGNATURE = Variable("signature", pgettext_lazy("letter variable", "signature"), "", required=True, lines=True)
ASSOCIATION = Variable("association", pgettext_lazy("letter variable", "association"), "")
PHONE = Variable("phone", pgettext_lazy("letter variable", "telephone"), "")


@dataclass(frozen=True)
class Kind:
    """One kind of message. ``mass``: the same letter goes to many. ``topic``: what may make it a text message too."""

    key: str
    title: Words
    event: Words
    readers: Words
    subject: Words
    text: Words
    sms: Words = ""
    variables: tuple[Variable, ...] = ()
    greets: bool = True
    cites: bool = False
    mass: bool = False
    topic: str = ""
    sources: Callable[[Rulebook], Iterable[Source]] | None = None
    examples: Examples | None = None

    @property
    def all_variables(self) -> tuple[Variable, ...]:
        """Its own, and those that every letter has."""
        greeting = (GREETING,) if self.greets else ()
        basis = (BASIS,) if self.cites else ()
        return (*greeting, *self.variables, *basis, SIGNATURE, ASSOCIATION, PHONE)

    @cached_property
    def names(self) -> dict[str, str]:
        """Key by name: the name in the association's language, and the key itself."""
        found = {variable.key: variable.key for variable in self.all_variables}
        return found | {variable.name: variable.key for variable in self.all_variables}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The keys of what the text must contain."""
        return tuple(variable.key for variable in self.all_variables if variable.required)

    def hidden(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The facts with a mark for each secret, and the secrets by their marks."""
        marks = {
            one.key: _("[%(what)s: in the mail alone]") % {"what": one.label} for one in self.variables if one.secret
        }
        return dict(given) | marks, {marks[key]: str(given[key]) for key in marks}

    def values(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Each variable as text under each of its names. Raises RuntimeError where one is missing or too many."""
        known = {variable.key: variable for variable in self.all_variables}
        if given.keys() != known.keys():
            raise RuntimeError(f"{self.key}: {sorted(given.keys() ^ known.keys())} given or missing")
        shown = {key: as_text(value, lines=known[key].lines) for key, value in given.items()}
        return {name: shown[key] for name, key in self.names.items()}


def as_text(value: Any, *, lines: bool) -> str:
    """A value as the letter says it; what has one line stays on one."""
    if value is None or value is False:
        return ""
    if value is True:
        return _("yes")
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Decimal):
        return format_yuan(value)
    text = str(value).replace("\r\n", "\n").strip()
    return text if lines else " ".join(text.splitlines())


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Make kinds known. Called by each app when it starts."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise RuntimeError(f"two kinds of message with the key {kind.key!r}")


def kind_of(key: str) -> Kind:
    """Raises RuntimeError for what nobody registered."""
    try:
        return _kinds[key]
    except KeyError:
        raise RuntimeError(f"no kind of message {key!r} is registered") from None


def known(key: str) -> bool:
    return key in _kinds


def all_kinds() -> Iterator[Kind]:
    """In the order in which they were registered: from the lowest app upwards."""
    return iter(_kinds.values())
