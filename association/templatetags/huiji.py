"""Components of the look. Each has a partial in ``templates/components/`` and a sheet in ``static/css/components/``.

All of them are on ``/styleguide/`` in every state. They take plain values or any object (or dict) with the attributes
that their docstring names; what is missing counts as empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from association import clock, queries, values
from association.rules import money
from association.rules.counting import Left, workdays_left

from ._citations import chips
from ._forms import error_lines, field_context
from ._navigation import ACCOUNT, PRIMARY, links, resolve

register = template.Library()

SOON = 2
"""Working days from which a deadline turns amber."""


def pick(thing: Any, **defaults: Any) -> SimpleNamespace:
    """The named attributes or keys of a thing, each with its default where it is missing or None."""
    read = thing.get if isinstance(thing, Mapping) else lambda name, _default=None: getattr(thing, name, None)
    return SimpleNamespace(
        **{name: default if read(name) is None else read(name) for name, default in defaults.items()}
    )


# values


@register.filter
def zh_date(value: date | datetime | None) -> str:
    """2026年9月15日; empty for None."""
    return values.long_date(value) if value else ""


@register.filter
def zh_date_weekday(value: date | datetime | None) -> str:
    """2026年9月30日（星期三）, where a deadline matters."""
    return values.weekday_date(value) if value else ""


@register.filter
def yuan(value: Decimal | int | None) -> str:
    """¥1,666.67; empty for None."""
    return "" if value is None else values.yuan(value)


@register.filter
def capital(value: Decimal | int | None) -> str:
    """大写金额, as on receipts."""
    return "" if value is None else money.capital(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon of ``static/img/icons.svg``; beside words, hidden from readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )


@register.filter
def seal_text(name: str) -> str:
    """Four characters as on a seal, in two columns from the right, or the first one of a longer or shorter name."""
    name = name.strip()
    return f"{name[:2]}\n{name[2:]}" if len(name) == 4 else name[:1]


# the frame


@register.inclusion_tag("components/site_nav.html", takes_context=True)
def primary_nav(context: Context) -> dict[str, Any]:
    return {"links": links(PRIMARY, context.get("request"))}


@register.inclusion_tag("components/account_menu.html", takes_context=True)
def account_menu(context: Context) -> dict[str, Any]:
    """Log in and register, or the person's own pages."""
    request, user = context.get("request"), context.get("user")
    known = user if user and user.is_authenticated else None
    return {
        "user": known,
        "links": links(ACCOUNT, request) if known else [],
        "desk_url": resolve("admin:index") if known and known.is_staff else "",
        "login_url": resolve("account_login"),
        "signup_url": resolve("account_signup"),
        "logout_url": resolve("account_logout"),
        "next": request.get_full_path() if request else "/",
    }


@register.inclusion_tag("components/page_header.html")
def page_header(
    title: str,
    *,
    where: str = "",
    where_url: str = "",
    lede: str = "",
    action: str = "",
    action_url: str = "",
    status: Any = None,
) -> dict[str, Any]:
    """Where am I, the title, and the one main action. ``status`` as for ``status_word``."""
    return {
        "title": title,
        "where": where,
        "where_url": where_url,
        "lede": lede,
        "action": action,
        "action_url": action_url,
        "status": status,
    }


# what rests on the rules


@register.inclusion_tag("components/citation.html", takes_context=True)
def citation(
    context: Context, sources: Any, *, rulebook: Any = None, version: str = "", word: bool = True
) -> dict[str, Any]:
    """«依据 第三十条»: a chip for each source, which opens the article beside the page.

    ``sources``: a ``Source``, several, their JSON, or a ``Decision`` or ``DecisionRecord`` (read by its own version).
    ``rulebook`` is the one to read labels from, default today's; ``word=False`` leaves out «依据».
    What was cited is remembered for ``footnotes``.
    """
    found = chips(sources, rulebook=rulebook, version=version)
    if request := context.get("request"):
        request.cited = {**getattr(request, "cited", {}), **{(chip["title"], chip["label"]): chip for chip in found}}
    return {"chips": found, "word": word}


@register.inclusion_tag("components/footnotes.html", takes_context=True)
def footnotes(context: Context) -> dict[str, Any]:
    """The text of every article that the page cites, for print."""
    cited = getattr(context.get("request"), "cited", {})
    return {"notes": [chip for chip in cited.values() if chip["text"]]}


@register.inclusion_tag("components/article.html")
def article_text(cited: Any) -> dict[str, Any]:
    """An article as it stands: ``title``, ``label``, ``text``, ``basis``, ``note``, ``erratum``, ``url``."""
    return {"article": pick(cited, title="", label="", text="", basis="", note="", erratum="", url="")}


@register.inclusion_tag("components/decision_card.html", takes_context=True)
def decision_card(context: Context, decision: Any) -> dict[str, Any]:
    """What, by whom, when, under what.

    ``outcome`` (pass, refer, fail), ``what``, ``by``, ``body``, ``on`` (date), ``reasons`` (phrases), ``note``,
    ``sources`` (as for ``citation``).
    """
    shown = pick(decision, outcome="refer", what="", by="", body="", on=None, reasons=(), note="", sources=())
    return {"decision": shown, "request": context.get("request")}


# time and money


@register.inclusion_tag("components/deadline.html")
def deadline_badge(deadline: Any, on: date | None = None) -> dict[str, Any]:
    """«还剩 3 个工作日 · 9月30日»: amber at two working days, red when overdue, «暂定» when provisional.

    ``due_on``, ``provisional``, ``met_on``; ``on`` is the day it is read, default today.
    """
    due = pick(deadline, due_on=None, provisional=False, met_on=None)
    if due.due_on is None:
        return {"due": None}
    day = on or clock.today()
    left: Left | None = None if due.met_on else workdays_left(day, due.due_on, queries.calendar())
    return {
        "due": due.due_on,
        "short": values.short_date(due.due_on) if due.due_on.year == day.year else values.long_date(due.due_on),
        "met_on": due.met_on,
        "late": bool(due.met_on and due.met_on > due.due_on),
        "words": values.left_words(left, today=day == due.due_on) if left else "",
        "state": "met"
        if left is None
        else "overdue"
        if left.overdue
        else "soon"
        if left.workdays <= SOON
        else "running",
        "provisional": bool(due.provisional or (left and left.provisional)) and not due.met_on,
    }


@register.inclusion_tag("components/amount.html", takes_context=True)
def amount(
    context: Context, value: Decimal, formula: str = "", *, sources: Any = None, main: bool = False
) -> dict[str, Any]:
    """«¥1,666.67», unfolding its formula and the articles it follows. ``main`` sets it large."""
    request = context.get("request")
    return {"value": value, "formula": formula, "sources": sources, "main": main, "request": request}


# the way of a case


@register.inclusion_tag("components/step_tracker.html", takes_context=True)
def step_tracker(
    context: Context, steps: Iterable[Any], on: date | None = None, *, down: bool = False
) -> dict[str, Any]:
    """Done, here, next; down the page on a phone, or always with ``down``. ``on`` is the day it is read.

    Each step: ``label``, ``state`` (done, here, next, stopped), ``who``, ``when`` (date or words), ``deadline``
    (as for ``deadline_badge``), ``sources``.
    """
    shown = [pick(step, label="", state="next", who="", when="", deadline=None, sources=()) for step in steps]
    for step in shown:
        if isinstance(step.when, date):
            step.when = values.long_date(step.when)
    return {"steps": shown, "on": on, "down": down, "request": context.get("request")}


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: Context, entries: Iterable[Any], *, narrow: bool = False) -> dict[str, Any]:
    """档案, one entry below the other; ``narrow`` for a column of the desk.

    Each: ``on`` (legal day), ``recorded_on`` where it differs, ``title``, ``text``, ``who``, ``sources``,
    ``documents`` (pairs of name and address), ``tone`` (done, waiting, stopped or neutral), ``void``.
    """
    shown = [
        pick(
            entry,
            on=None,
            recorded_on=None,
            title="",
            text="",
            who="",
            sources=(),
            documents=(),
            tone="neutral",
            void=False,
        )
        for entry in entries
    ]
    return {"entries": shown, "narrow": narrow, "request": context.get("request")}


@register.inclusion_tag("components/status.html")
def status_word(status: Any, tone: str = "") -> dict[str, Any]:
    """A word, a shape, a colour: ``status`` is the word, or has ``label`` and ``tone``.

    Tones: done, waiting, stopped, neutral.
    """
    if isinstance(status, str) or not (hasattr(status, "label") or isinstance(status, Mapping)):
        return {"label": status, "tone": tone or "neutral"}
    shown = pick(status, label="", tone="neutral")
    return {"label": shown.label, "tone": tone or shown.tone}


@register.inclusion_tag("components/document_slot.html", takes_context=True)
def document_slot(context: Context, slot: Any, *, readonly: bool = False) -> dict[str, Any]:
    """One document that is asked for.

    ``key``, ``label``, ``help``, ``optional``, ``state`` (needed, uploading, uploaded, checked, returned),
    ``file_name``, ``size`` (bytes), ``pages``, ``reason`` (why it was returned), ``error`` (why it was refused),
    ``checked_by``, ``checked_on``, ``preview_url``, ``sample_url``, ``upload_url``, ``accept``, ``max_bytes``,
    ``progress`` (percent), ``sources``. The form posts ``file`` to ``upload_url``; the answer holds the slot anew, or
    is a redirect to a page that does. ``readonly`` leaves the form out.
    """
    shown = pick(
        slot,
        key="",
        label="",
        help="",
        optional=False,
        state="needed",
        file_name="",
        size=0,
        pages=None,
        reason="",
        error="",
        checked_by="",
        checked_on=None,
        preview_url="",
        sample_url="",
        upload_url="",
        accept="application/pdf,image/jpeg,image/png",
        max_bytes=20 * 1024 * 1024,
        progress=0,
        sources=(),
    )
    may_upload = bool(shown.upload_url) and not readonly and shown.state not in {"checked", "uploading"}
    return {"slot": shown, "may_upload": may_upload, "request": context.get("request")}


@register.inclusion_tag("components/work.html")
def work_progress(work: Any) -> dict[str, Any]:
    """Long work: ``key``, ``label``, ``done``, ``total`` (0 while unknown), ``text``.

    ``state`` (running, done, stopped, failed), ``poll_url`` (answers with this component), ``cancel_url`` (POST),
    ``result_url``, ``result_label``.
    """
    shown = pick(
        work,
        key="work",
        label="",
        done=0,
        total=0,
        state="running",
        text="",
        poll_url="",
        cancel_url="",
        result_url="",
        result_label="",
    )
    return {"work": shown}


@register.inclusion_tag("components/effects.html", takes_context=True)
def effects(context: Context, items: Iterable[Any]) -> dict[str, Any]:
    """What a click will do. Each item a phrase, or ``text``, ``to`` (who gets a message), ``sources``."""
    shown = [pick({"text": item} if isinstance(item, str) else item, text="", to="", sources=()) for item in items]
    return {"effects": shown, "request": context.get("request")}


# forms


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    help_text: str = "",
    why: str = "",
    example: str = "",
    kind: str = "",
    inputmode: str = "",
    autocomplete: str = "",
    sources: Any = None,
    save_url: str = "",
) -> dict[str, Any]:
    """A form field with its help, why we ask, an example and its error.

    ``label`` and ``help_text`` win over the form's. ``kind`` is ``short`` (dates, amounts) or ``code`` (credit codes,
    serials). ``sources``: what it is asked under. ``save_url`` saves the field by itself, as a POST of its one name;
    the answer may put what is wrong into ``id_NAME_error``.
    """
    attrs = {"inputmode": inputmode, "autocomplete": autocomplete}
    return field_context(
        bound,
        label=label,
        help_text=help_text,
        why=why,
        example=example,
        kind=kind,
        sources=sources,
        save_url=save_url,
        attrs=attrs,
    )


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """All that has to be mended, each line a link to its field; nothing while there is nothing."""
    return {"lines": error_lines(form)}


@register.inclusion_tag("components/autosave.html")
def autosave() -> dict[str, Any]:
    """Says «已保存 10:32» beside a form whose fields save themselves."""
    return {}


# lists


@register.inclusion_tag("components/empty.html")
def empty_state(title: str, text: str = "", *, action: str = "", action_url: str = "") -> dict[str, Any]:
    """What would be here, and how it gets here."""
    return {"title": title, "text": text, "action": action, "action_url": action_url}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    """Back and forward, without a count. ``page``: ``number`` (from 1), ``has_previous``, ``has_next``."""
    shown = pick(page, number=1, has_previous=False, has_next=False)
    query = context["request"].GET.copy() if context.get("request") else None

    def url(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "number": shown.number,
        "previous_url": url(shown.number - 1) if _truth(shown.has_previous) else "",
        "next_url": url(shown.number + 1) if _truth(shown.has_next) else "",
    }


def _truth(value: Any) -> bool:
    return bool(value() if callable(value) else value)
