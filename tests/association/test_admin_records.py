"""Decisions at the desk are called by words, never by the codes that they are stored under."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from association.admin.records import kind_words
from association.models.announcement import ActKind
from association.states import Verb

APPS = ("association", "members", "fees", "credit", "admissions", "servicepool")
JOBS = {"association.send_message", "case_kind.verb"}
CASES = ("admission", "registration_initial", "tier_change", "publicity")


def kinds() -> set[str]:
    """Every kind that an action writes, read from the actions themselves."""
    found = {f"announcement.{act}" for act in ActKind} | {f"{case}.{verb}" for case in CASES for verb in Verb}
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("actions/*.py"):
            text = path.read_text()
            found |= set(re.findall(r'kind="([a-z_]+\.[a-z_]+)"', text))
            found |= {name.replace("_", ".", 1) for name in re.findall(r'_record\("(recovery_[a-z]+)"', text)}
            for own in re.findall(r'^KIND = "([a-z_]+)"', text, re.MULTILINE):
                found |= {f"{own}.{act}" for act in re.findall(r'kind=f"{KIND}\.([a-z_]+)"', text)}
    return found - JOBS


def test_the_walk_finds_them():
    assert {"document.signed", "role.granted", "recovery.confirmed", "absence.named", "newsletter.sent"} <= kinds()


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_words(kind):
    with translation.override("zh-hans"):
        words = kind_words(kind)
    assert words != kind
    assert not re.search("[A-Za-z]", words), words
