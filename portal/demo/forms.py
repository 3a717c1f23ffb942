"""How the demo's applicants fill in a form that any rulebook may ask: each question by its kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from stdnum.cn import uscc

from admissions.answers import LONG_TERM
from admissions.questions import Question
from association.rulebook.schema import Rulebook
from portal.demo.plans import Plan

BY_KIND = {
    "long_text": "情况属实，详见所附材料。",
    "integer": "38",
    "money": "6200000",
    "mobile": "13800001234",
    "date": "2015-03-02",
    "expiry": LONG_TERM,
    "yes_no": "yes",
}
BY_KEY = {
    "contact_name": "林晓",
    "address": "北京市朝阳区演示路1号",
    "email": "info@demo.example",
    "rb_employer": "无",
    "rb_organisation_code": "MA01ABCD1",
}


def answers(
    questions: tuple[Question, ...], plan: Plan, rulebook: Rulebook, class_id: str, name: str, *, on: date
) -> dict[str, Any]:
    """An answer to every question, with which the rules let the applicant through."""
    answered = {question.key: _answer(question, plan, rulebook, name, on) for question in questions}
    if "institution_type" in answered:
        asked = rulebook.eligibility_for(class_id, grouped=True)
        answered["institution_type"] = next(r.params.types[0] for r in asked if r.kind == "institution_type")
    return answered


def _answer(question: Question, plan: Plan, rulebook: Rulebook, name: str, on: date) -> Any:
    told = {"name": name, "uscc": code_for(name, plan), "id_no": id_for(name), "registrar": plan.registrar}
    known = {**BY_KEY, **told, **plan.words}
    if question.key in known:
        return known[question.key]
    if question.key.startswith(("penalty_", "declare_")):
        return _declared(question, rulebook)
    if question.kind in ("choice", "choices"):
        chosen = _choice(question, rulebook)
        return [chosen] if question.kind == "choices" else chosen
    return str(on.year - 1) if question.kind == "year" else BY_KIND.get(question.kind, "见所附材料")


def _declared(question: Question, rulebook: Rulebook) -> str:
    """No penalty; and to every other declaration what the rule wants to hear."""
    if question.key.startswith("penalty_"):
        return "no" if question.kind == "choice" else ""
    rules = (rule for rule in rulebook.eligibility if rule.kind == "declaration")
    rule = next(rule for rule in rules if rule.id == question.key.removeprefix("declare_"))
    return "yes" if rule.params.answer else "no"


def _choice(question: Question, rulebook: Rulebook) -> str:
    offered = [str(key) for key, _label in question.choices]
    if question.key == "legal_form":
        allowed = [f for r in rulebook.eligibility if r.kind == "legal_form" for f in r.params.allow]
        return next((form for form in allowed if form in offered), "legal_person")
    return offered[0] if offered else ""


def code_for(name: str, plan: Plan) -> str:
    """A well-formed credit code, always the same for a name."""
    body = f"{plan.kind}{plan.region}{_digits(name, 10**9):09d}"
    return body + uscc.calc_check_digit(body)


def id_for(name: str) -> str:
    """A well-formed resident identity number of nobody, always the same for a name."""
    seed = _digits(name, 10**6)
    body = f"110105{1960 + seed % 40}{seed % 12 + 1:02d}{seed % 28 + 1:02d}{seed % 1000:03d}"
    return body + _check_digit(body)


def _check_digit(body: str) -> str:
    """GB 11643: weights 2^17 … 2^1 modulo 11."""
    total = sum(int(digit) * (1 << (17 - place)) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]


def _digits(name: str, below: int) -> int:
    return sum(ord(char) * 31**i for i, char in enumerate(name)) % below
