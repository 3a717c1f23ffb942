"""Hints (提示) on a rulebook in order: rules that pass every check and yet will not do what they seem to say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .checks import Finding
from .events import BRINGS, DECIDED
from .lines import Lines, Path, settle
from .loader import article_of, spell
from .problems import Problem, place
from .schema import Rulebook
from .schema.base import Selector
from .schema.joining import MemberClass, Step
from .schema.standing import PRINTED, PRINTED_KINDS, Certificate

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "start_not_brought": "“{name}”的会员资格写明自 {event} 起算，但入会流程 admission 里没有带来它的步骤{wanted}，"
        "实际会自批准之日起算。",
        "fee_not_asked": "“{name}”要交会费，但入会和登记的流程里都没有这类会员的 pay 步骤；写了 [[registrations]] 的，"
        "不会另发缴费通知。请补上，或写进 [[fees.free]]。",
        "certificate_not_issued": "“{name}”在 {event} 时发给，但没有步骤带来它，程序不会发。",
        "certificate_without_end": "“{name}”没有写有效期 validity，发出的证书没有截止日。本来就长期有效的，"
        '写 validity = {{ kind = "none" }}，表明不是漏写。',
        "certificate_by_hand": "“{name}”写了 {words}，程序不会印，所以不会自动发，要由人工制作。",
        "bans_unchecked": "写了禁止入会，但入会条件里没有 not_banned，提交申请时不会检查。",
        "list_unchecked": "写了失信名录，但入会条件里没有 not_listed，提交申请时不会检查。",
        "no_answer": "{kind} 需要的内容目前不能在申请表上填写，不符合就不能提交，这类会员谁也提交不了。"
        '请写 on_fail = "refer"，交审核人判断。',
        "selector_unasked": "申请表目前只按会员类别提问，selector 里写了 {keys}，这一项不会出现。请只写 class，"
        "其余在 note 里说明。",
        "asked_of_others": "这个条件要用“{asked}”，但申请表不向{names}要这一项。请放宽“{asked}”的 selector，"
        "或收窄这个条件的。",
    }
)
"""What each hint says. In Chinese, as the problems are."""

BROUGHT_BY = {event: action for action, events in BRINGS.items() for event in events}
"""Which action brings an event about."""

WITH_NO_ANSWER = frozenset({"min_count", "covers", "tier_at_least", "not_role"})
UNREAD = ("tier", "tier_at_least", "category", "size", "legal_form")
"""What the form does not look at when it chooses its questions and papers."""


def hints(book: Rulebook, text: str) -> list[Problem]:
    """The hints on a valid file with their lines, in the file's order."""
    data, lines = tomllib.loads(text), Lines(text)
    found = []
    for finding in advice(book):
        path = settle(data, finding.path)
        found.append(Problem(lines.at(path), spell(data, path), article_of(data, path), finding.code, finding.facts))
    return sorted(found, key=lambda hint: (hint.line, hint.path))


def say(hint: Problem) -> str:
    """One line: where it stands, and what will not happen."""
    return f"{place(hint)}：{SENTENCES[hint.code].format(**hint.facts)}"


def advice(book: Rulebook) -> Iterator[Finding]:
    """On rulebooks of members only: no application to a registry is taken yet."""
    if book.kind != "membership":
        return
    for advise in (_starts, _fees, _certificates, _barred, _unanswerable, _unasked, _asked_of_others):
        yield from advise(book)


def _applying(book: Rulebook) -> list[MemberClass]:
    return [rule for rule in book.classes if rule.applied_for]


def _steps(book: Rulebook, workflow: str, class_id: str) -> tuple[Step, ...]:
    ways = book.workflows.get(workflow, ())  # type: ignore[call-overload]
    return next((way.steps for way in ways if book.matches(way.selector, {"class": class_id})), ())


def _registers(book: Rulebook) -> bool:
    return any(rule.id == "initial" for rule in book.registrations)


def _brought(steps: Iterable[Step]) -> set[str]:
    actions = {step.action for step in steps}
    return {event for event, action in BROUGHT_BY.items() if action in actions}


def _starts(book: Rulebook) -> Iterator[Finding]:
    """Membership that begins with an event which no step of its admission brings about."""
    for rule in _applying(book):
        event = book.starts_on(rule.id)
        if event in DECIDED or event in _brought(_steps(book, "admission", rule.id)):
            continue
        own = book.membership is not None and rule.id in book.membership.by_class
        path: Path = ("membership", "by_class", rule.id) if own else ("membership", "starts_on")
        wanted = f'（action = "{BROUGHT_BY[event]}"）' if event in BROUGHT_BY else ""
        yield Finding(path, "start_not_brought", {"name": rule.name, "event": event, "wanted": wanted})


def _fees(book: Rulebook) -> Iterator[Finding]:
    """Where some register, only those are billed whose procedures have a step to pay."""
    if book.fees is None or not book.registrations:
        return
    for rule in _applying(book):
        who = {"class": rule.id}
        if any(book.matches(free.selector, who) for free in book.fees.free):
            continue
        steps = [*_steps(book, "admission", rule.id), *_steps(book, "registration_initial", rule.id)]
        if not any(step.action == "pay" for step in steps):
            yield Finding(("fees",), "fee_not_asked", {"name": rule.name})


def _certificates(book: Rulebook) -> Iterator[Finding]:
    for index, rule in enumerate(book.certificates):
        path: Path = ("certificates", index)
        if not any(_issued(book, rule.trigger, each.id) for each in _chosen(book, rule.selector)):
            yield Finding((*path, "trigger"), "certificate_not_issued", {"name": rule.name, "event": rule.trigger})
            continue
        if not (_registers(book) and rule.trigger == "registration.completed") and (words := _by_hand(rule)):
            yield Finding(path, "certificate_by_hand", {"name": rule.name, "words": "、".join(words)})
        elif not rule.validity:
            yield Finding(path, "certificate_without_end", {"name": rule.name})


def _by_hand(rule: Certificate) -> list[str]:
    """What of a certificate the program cannot print, as the file writes it."""
    kind = [] if rule.kind in PRINTED_KINDS else [f'kind = "{rule.kind}"']
    requires = ["requires"] if rule.requires else []
    return [*kind, *requires, *(field for field in rule.fields if field not in PRINTED)]


def _issued(book: Rulebook, trigger: str, class_id: str) -> bool:
    """Whether the registration brings the certificate, or a step that issues what the steps up to it brought about."""
    if _registers(book) and trigger == "registration.completed":
        return bool(_steps(book, "registration_initial", class_id))
    steps = _steps(book, "admission", class_id)
    last = max((n for n, step in enumerate(steps) if step.action == "issue"), default=None)
    known = DECIDED | {"membership.started"}
    return last is not None and trigger in known | _brought(steps[:last])


def _chosen(book: Rulebook, selector: Selector) -> list[MemberClass]:
    return [rule for rule in book.classes if not selector.class_ or rule.id in selector.class_]


def _barred(book: Rulebook) -> Iterator[Finding]:
    kinds = {rule.kind for rule in book.eligibility}
    if book.bans and "not_banned" not in kinds:
        yield Finding(("bans", 0), "bans_unchecked")
    if book.dishonesty and book.dishonesty.blocks_admission and "not_listed" not in kinds:
        yield Finding(("dishonesty",), "list_unchecked")


def _unanswerable(book: Rulebook) -> Iterator[Finding]:
    years = {field.id for field in book.fields if field.kind == "year"}
    for index, rule in enumerate(book.eligibility):
        asked = rule.kind in WITH_NO_ANSWER or (rule.kind == "min_years" and rule.params.field in years)
        if asked and rule.on_fail == "reject":
            yield Finding(("eligibility", index), "no_answer", {"kind": rule.kind})


def _unasked(book: Rulebook) -> Iterator[Finding]:
    for section in ("fields", "documents"):
        for index, rule in enumerate(getattr(book, section)):
            if keys := [key for key in UNREAD if getattr(rule.selector, key)]:
                yield Finding((section, index, "selector"), "selector_unasked", {"keys": "、".join(keys)})


def _asked_of_others(book: Rulebook) -> Iterator[Finding]:
    """A check on somebody who is never asked for what it reads."""
    asked: dict[str, Any] = {field.id: field for field in book.fields}
    papers: dict[str, Any] = {document.id: document for document in book.documents}
    for index, rule in enumerate(book.eligibility):
        read = None
        if rule.kind in ("min_years", "covers"):
            read = asked.get(rule.params.field)
        elif rule.kind == "min_count":
            read = asked.get(rule.params.of)
        elif rule.kind == "document_valid":
            read = papers.get(rule.params.document)
        if read is None:
            continue
        reached = {each.id for each in _chosen(book, read.selector)}
        left = [each.name for each in _chosen(book, rule.selector) if each.applied_for and each.id not in reached]
        if left:
            yield Finding(("eligibility", index), "asked_of_others", {"asked": read.name, "names": "、".join(left)})
