"""The frame of every letter: to whom, what it says, which articles it rests on, who writes and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from association import queries
from association.decisions import Source, SourceKind


def letter(name: str, *parts: str, under: Any = None) -> str:
    """The text of a letter to ``name``. ``under``: a DecisionRecord or a Cited whose articles are named."""
    basis = cited(under.sources, under.version_id) if under is not None else ""
    head = [_("To %(name)s:") % {"name": name}] if name else []
    foot = [_("Under: %(articles)s") % {"articles": basis}] if basis else []
    return "\n\n".join(filter(None, [*head, *parts, *foot, signature()]))


def signature() -> str:
    """The association's name, and below it the telephone number where it has given one."""
    profile = queries.profile()
    if profile is None:
        return ""
    phone = [_("Telephone: %(phone)s") % {"phone": profile.phone}] if profile.phone else []
    return "\n".join([profile.name, *phone])


def cited(sources: Iterable[Source], version_id: int | None) -> str:
    """«《…管理办法》第七条第一款、第十九条；决议 决〔2026〕3号»: articles by document, then resolutions, each once."""
    if version_id is None:
        return ""
    rulebook = queries.rulebook_of(version_id)
    articles: dict[str, dict[str, None]] = {}
    numbers: dict[str, None] = {}
    for source in sources:
        if source.kind is SourceKind.ARTICLE:
            shown = rulebook.citation(source)
            articles.setdefault(shown["title"], {})[shown["label"]] = None
        elif source.kind is SourceKind.RESOLUTION:
            numbers[source.key] = None
    documents = [
        (f"《{title}》" if title else "") + "、".join(filter(None, labels)) for title, labels in articles.items()
    ]
    resolved = [_("resolution %(number)s") % {"number": number} for number in numbers]
    return "；".join([*documents, *resolved])
