"""The language of message templates: plain text with ``{{ variables }}``, two filters and ``{% if %}``. Nothing else.

Django's template engine renders it, with no other tag or filter loaded and without escaping, since it is plain text.
What is typed is checked first; every fault says the line and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.template.base import Lexer, TokenType
from django.template.defaultfilters import default, truncatechars
from django.template.defaulttags import do_if
from django.utils.translation import gettext as _

LONGEST = {"subject": 120, "text": 6000, "sms": 500}
"""Characters of a template, by its part."""
DEEPEST = 3
"""Conditions inside conditions."""
LONGEST_CONDITION = 12
"""Words of one condition."""
LONGEST_TAG = 200
SINGLE_SMS, JOINED_SMS = 70, 67
"""Characters of a short message alone, and of each part of a longer one (UCS-2)."""

NAME = re.compile(r"[^\W\d_]\w*")
FILTER = re.compile(r"""\s*(?:default\s*:\s*(?:"[^"{}]*"|'[^'{}]*')|truncatechars\s*:\s*[1-9]\d{0,2})\s*""")
QUOTED = re.compile(r"""(?:"[^"{}\s]*"|'[^'{}\s]*'|\d{1,9})""")
OPERATORS = ("and", "or", "not", "==", "!=")
STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|｛｛|｝｝|｛%|%｝")
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
BLANKS = re.compile(r"\n\s*\n\s*")

register = Library()
register.tag("if", do_if)
register.filter("default", default)
register.filter("truncatechars", truncatechars)


class PlainEngine(Engine):
    """Knows this module's tag and filters alone."""

    default_builtins = ["association.letters.wording"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words; ``line`` 0 where it concerns the whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(text)s") % {"line": self.line, "text": self.text} if self.line else self.text


@lru_cache(maxsize=1)
def _engine() -> PlainEngine:
    return PlainEngine(autoescape=False)


@lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    return Template(text, engine=_engine())


def render(text: str, values: Mapping[str, str]) -> str:
    """The template with the values put in. Paragraphs that came out empty leave no hole."""
    said = str(_compiled(text).render(Context(dict(values), autoescape=False)))
    said = "\n".join(line.rstrip() for line in said.replace("\r\n", "\n").split("\n"))
    return BLANKS.sub("\n\n", said).strip()


def render_line(text: str, values: Mapping[str, str]) -> str:
    """The same on one line: a subject."""
    return " ".join(render(text, values).split())


def segments(text: str) -> int:
    """How many short messages the text is sent as (70 characters alone, 67 each when joined)."""
    length = len(text.encode("utf-16-le")) // 2
    return min(length, 1) if length <= SINGLE_SMS else -(-length // JOINED_SMS)


def check(part: str, text: str, names: Mapping[str, str], required: Iterable[str] = ()) -> list[Fault]:
    """Everything that is wrong with one part of a template (``subject``, ``text`` or ``sms``), by line.

    ``names``: key of each variable by the names it may be written with.
    """
    if len(text) > LONGEST[part]:
        sizes = {"length": len(text), "longest": LONGEST[part]}
        return [Fault(0, _("The text has %(length)s characters; at most %(longest)s are possible.") % sizes)]
    reader = _Reader(names)
    faults = sorted(reader.read(text), key=lambda fault: fault.line)
    if part == "subject" and "\n" in text.strip():
        faults.append(Fault(2, _("A subject is one line.")))
    shown = {key: name for name, key in names.items()}
    for key in required:
        if key not in reader.said:
            said = _("%(variable)s must stay in the text, for every reader and without filters.")
            faults.append(Fault(0, said % {"variable": braced(shown[key])}))
    if not faults:
        try:
            _compiled(text)
        except TemplateSyntaxError:
            faults.append(Fault(0, _("A condition cannot be read. Write it as {% if a %}…{% else %}…{% endif %}.")))
    return faults


def braced(name: str) -> str:
    return "{{ " + name + " }}"


class _Reader:
    """Reads one template token by token. ``said``: keys that every letter shows, whatever the conditions."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.said: set[str] = set()
        self._open: list[tuple[int, str]] = []
        """Line of each open condition, and the key it asks for alone ("" for any other)."""

    def read(self, text: str) -> Iterator[Fault]:
        for number, row in enumerate(text.split("\n"), start=1):
            if HIDDEN.search(row.rstrip("\r")):
                yield Fault(number, _("There is an invisible character. Type the line anew."))
        for token in Lexer(text).tokenize():
            line, contents = token.lineno or 0, token.contents
            if token.token_type is TokenType.VAR:
                yield from self._variable(line, contents)
            elif token.token_type is TokenType.BLOCK:
                yield from self._tag(line, contents)
            elif token.token_type is TokenType.COMMENT:
                yield Fault(line, _("Remarks {# … #} are not possible in a message."))
            else:
                yield from _stray(line, contents)
        for opened, _key in self._open:
            yield Fault(opened, _("This {% if %} is not closed. Write {% endif %} where it ends."))

    def _variable(self, line: int, contents: str) -> Iterator[Fault]:
        if len(contents) > LONGEST_TAG:
            yield Fault(line, _("What stands between the braces is too long."))
            return
        name, *filters = re.split(r"""\|(?=(?:[^"']|"[^"]*"|'[^']*')*$)""", contents)
        yield from self._name(line, name.strip())
        for each in filters:
            if not FILTER.fullmatch(each):
                facts = {"filter": each.strip()}
                yield Fault(
                    line,
                    _('“%(filter)s” is not possible here, only default:"…" and truncatechars:20.') % facts,
                )
        key = self.names.get(name.strip())
        if key and not filters and all(asked == key for _line, asked in self._open):
            self.said.add(key)

    def _name(self, line: int, name: str) -> Iterator[Fault]:
        if name in self.names:
            return
        if not name:
            yield Fault(line, _("There is nothing between the braces. Choose a variable."))
        elif not NAME.fullmatch(name):
            yield Fault(line, _("“%(name)s” is no variable. Write its name alone.") % {"name": name})
        elif close := get_close_matches(name, self.names, n=1, cutoff=0.4):
            facts = {"name": name, "close": close[0]}
            yield Fault(line, _("There is no variable “%(name)s” here. Is “%(close)s” meant?") % facts)
        else:
            yield Fault(line, _("There is no variable “%(name)s” here. Choose one of the list.") % {"name": name})

    def _tag(self, line: int, contents: str) -> Iterator[Fault]:
        word, *words = contents.split() or [""]
        if word == "if":
            if len(self._open) >= DEEPEST:
                yield Fault(line, _("At most %(depth)s conditions inside one another.") % {"depth": DEEPEST})
            self._open.append((line, self.names.get(words[0], "") if len(words) == 1 else ""))
            yield from self._condition(line, words)
        elif word in ("elif", "else", "endif"):
            if not self._open:
                yield Fault(line, _("{%% %(tag)s %%} stands here without an {%% if %%} before it.") % {"tag": word})
                return
            opened, _key = self._open.pop()
            if word != "endif":
                self._open.append((opened, ""))
            if word == "elif":
                yield from self._condition(line, words)
            elif words:
                yield Fault(line, _("Nothing may stand after %(tag)s.") % {"tag": word})
        else:
            yield Fault(line, _("“%(tag)s” is not possible here, only if, elif, else and endif.") % {"tag": word})

    def _condition(self, line: int, words: list[str]) -> Iterator[Fault]:
        if not words:
            yield Fault(line, _("Say which variable the condition asks for."))
        if len(words) > LONGEST_CONDITION:
            yield Fault(line, _("The condition is too long."))
            return
        for word in words:
            if word not in OPERATORS and not QUOTED.fullmatch(word):
                yield from self._name(line, word)


def _stray(line: int, text: str) -> Iterator[Fault]:
    """Braces that did not become a variable: half of them, over two lines, or full-width ones."""
    for offset, row in enumerate(text.split("\n")):
        found = STRAY.search(row)
        if found is None:
            continue
        facts = {"found": found[0]}
        if "｛" in found[0] or "｝" in found[0]:
            yield Fault(line + offset, _("“%(found)s” is full-width. Type {{ and }} in half width.") % facts)
        else:
            words = _("“%(found)s” has no counterpart on the same line. Write a variable as {{ name }}.")
            yield Fault(line + offset, words % facts)
