"""What ``manage.py rulebook`` prints of a rulebook, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from association import phrases
from association.decisions import Reason, Source, SourceKind
from association.impacts import Impact
from association.key_words import AREAS, BASES, STATUSES
from association.management import rule_lines
from association.rulebook import advice
from association.rulebook.citing import Cited, citing, citing_article, left_out, uncited
from association.rulebook.schema import Article, Rulebook
from association.values import long_date

BEGINNING = 36
SOME = 12


def overview(book: Rulebook, since: date | None) -> str:
    """One line of the list. ``since``: the day from which it governs here, if it was adopted."""
    rules = sum(cited.is_rule for cited in citing(book))
    said = [
        str(STATUSES[book.status]),
        _("can be adopted") if book.adoptable else _("cannot be adopted"),
        *([_("in force here from %(day)s") % {"day": long_date(since)}] if since else []),
        _("articles and items: %(articles)d, rules: %(rules)d") % {"articles": len(book.articles), "rules": rules},
    ]
    return f"{book.id:<12} {book.title}  {'  '.join(said)}"


def whole(book: Rulebook, since: date | None) -> Iterator[str]:
    """Metadata, bodies, articles, and the rules by section."""
    yield book.title
    yield from _metadata(book, since)
    yield ""
    yield pgettext("rulebook", "Bodies")
    yield from (f"  {id:<24} {body.name}" for id, body in book.bodies.items())
    yield ""
    yield pgettext("rulebook", "Articles")
    chapter = ""
    for article in book.articles.values():
        if article.chapter != chapter:
            chapter = article.chapter
            yield f"  {chapter}"
        yield from _article(article)
    yield ""
    yield _("Rules by section")
    yield from _sections(book)


def _metadata(book: Rulebook, since: date | None) -> Iterator[str]:
    meta = book.meta
    kind = pgettext("rulebook", "membership") if book.kind == "membership" else pgettext("rulebook", "registry")
    known = (
        (pgettext("rulebook", "id"), book.id),
        (pgettext("rulebook", "version"), book.version),
        (pgettext("rulebook", "kind"), kind),
        (pgettext("rulebook", "association"), book.association),
        (pgettext("rulebook", "issued by"), meta.issuer),
        (pgettext("rulebook", "document number"), meta.document_no),
        (pgettext("rulebook", "status"), STATUSES[book.status]),
        (pgettext("rulebook", "published on"), _day(meta.published_on)),
        (pgettext("rulebook", "adopted on"), _day(book.adopted_on)),
        (pgettext("rulebook", "effective on"), _day(book.effective_on)),
        (pgettext("rulebook", "repealed on"), _day(book.repealed_on)),
        (pgettext("rulebook", "replaced by"), meta.replaced_by),
        (pgettext("rulebook", "adopted by"), "、".join(book.bodies[id].name for id in book.adopted_by)),
        (pgettext("rulebook", "in force here from"), _day(since)),
    )
    yield from (f"  {name}: {value}" for name, value in known if value)


def _day(day: date | None) -> str:
    return long_date(day) if day else ""


def _article(article: Article) -> Iterator[str]:
    beginning = " ".join(article.text.split())
    if len(beginning) > BEGINNING:
        beginning = f"{beginning[:BEGINNING]}…"
    yield f"  {article.key:<8} {article.label}  {beginning}"
    yield from (f"{'':10} {words}" for words in _remarks(article))


def _remarks(article: Article) -> Iterator[str]:
    if article.erratum:
        yield _("erratum: %(text)s") % {"text": article.erratum}
    if article.note:
        yield _("note: %(text)s") % {"text": article.note}


def _sections(book: Rulebook) -> Iterator[str]:
    found: dict[str, list[Cited]] = {}
    for cited in citing(book):
        if cited.is_rule:
            found.setdefault(cited.section, []).append(cited)
    for section, rules in found.items():
        keys = dict.fromkeys(ref for rule in rules for ref in rule.refs)
        yield f"  {section:<20} {len(rules):>3}  {_labels(book, tuple(keys))}"


def _labels(book: Rulebook, refs: Sequence[str]) -> str:
    named = "、".join(_label(book, ref) for ref in refs[:SOME])
    return f"{named}…" if len(refs) > SOME else named


def _label(book: Rulebook, ref: str) -> str:
    document, colon, key = ref.partition(":")
    if not colon:
        return book.label(ref)
    return f"《{book.references[document].title}》{book.label(key) if key != '*' else ''}"


def one_article(book: Rulebook, key: str) -> Iterator[str]:
    """The article's text, what is known about it, and the rules that cite it."""
    article = book.article(key)
    yield f"{book.title} {article.label}"
    yield ""
    yield article.text
    remarks = list(_remarks(article))
    yield from (["", *remarks] if remarks else [])
    yield ""
    rules = citing_article(book, key)
    yield _("Rules under this article: %(count)d") % {"count": len(rules)}
    for cited in rules:
        basis = f"  [{BASES[cited.basis]}]" if cited.basis != "text" else ""
        yield f"  {cited.place}  {cited.name}".rstrip() + basis
        rule = rule_lines.at_place(book, cited.place)
        said = rule_lines.line(rule, book) if rule else ""
        yield from (f"    {words}" for words in (said, cited.note) if words)


def good(book: Rulebook) -> Iterator[str]:
    """What a file without a problem is told: how much was read, and which articles may be forgotten."""
    rules = sum(cited.is_rule for cited in citing(book))
    yield _("«%(title)s» is in order.") % {"title": book.title}
    yield _("articles and items: %(articles)d, rules: %(rules)d") % {"articles": len(book.articles), "rules": rules}
    hints = {
        _("Cited by no rule: %(articles)s"): uncited(book),
        _("Between the articles, but not in the file: %(articles)s"): left_out(book),
    }
    for words, keys in hints.items():
        if keys:
            yield words % {"articles": "、".join(book.label(key) for key in keys)}


def hints(book: Rulebook, text: str) -> Iterator[str]:
    """What passes the checks and yet will not do what it seems to say."""
    if found := advice.hints(book, text):
        yield _("Hints: %(count)d. The file can be adopted as it is.") % {"count": len(found)}
        yield from (f"  {advice.say(hint)}" for hint in found)


def impacts(found: Sequence[Impact], books: Sequence[Rulebook]) -> Iterator[str]:
    """What would change, by area, and which mapping an adoption needs first. ``books``: those that may be cited."""
    if not found:
        yield _("Nothing would change for today's members.")
    area = ""
    for impact in found:
        if impact.area != area:
            area = impact.area
            yield str(AREAS.get(area, area))
        yield f"  {phrases.sentence(impact.reason)}{_under(impact.reason, books)}"
        if impact.must_map:
            kind, key = impact.must_map
            option = "--map-class" if kind == "classes" else "--map"
            yield "    " + _("Before adoption say where they go: %(option)s %(key)s=…") % {
                "option": option,
                "key": key,
            }


def reasons(found: Iterable[Reason], books: Sequence[Rulebook]) -> Iterator[str]:
    """Why something is refused, with its articles."""
    yield from (f"{phrases.sentence(reason)}{_under(reason, books)}" for reason in found)


def _under(reason: Reason, books: Sequence[Rulebook]) -> str:
    """«（《会员管理办法》第四十五条、第四十六条）»: the labels by document."""
    labels: dict[str, dict[str, None]] = {}
    for source in reason.sources:
        if source.kind is SourceKind.ARTICLE:
            document, label = _cited(source, books)
            labels.setdefault(document, {})[label] = None
    named = "；".join(document + "、".join(filter(None, found)) for document, found in labels.items())
    return pgettext("sources after a sentence", " (%(sources)s)") % {"sources": named} if named else ""


def _cited(source: Source, books: Sequence[Rulebook]) -> tuple[str, str]:
    """Title and label, from the rulebook that the source names or that knows the document it names."""
    for book in books:
        if source.document == book.id or source.document in book.references:
            shown = book.citation(source)
            return f"《{shown['title']}》", shown["label"]
    return source.document, source.key
