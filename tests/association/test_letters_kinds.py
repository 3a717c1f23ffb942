"""Every kind of message: registered, in words that hold, in Chinese; and no way to send anything else."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from association.letters import Facts, Kind, kinds, write, writing
from association.letters.kinds import all_kinds, kind_of
from association.models.message import Message
from association.values import in_chinese

APPS = ("association", "members", "fees", "credit", "admissions", "servicepool", "portal")
KINDS = list(all_kinds())
SENDERS = {"tell", "tell_many", "post", "send_out"}
DOORS = {"association/actions/letters.py", "association/actions/digests.py"}
INLINE = {
    "association/actions/absences.py",
    "association/actions/announcements.py",
    "association/actions/mobiles.py",
    "association/actions/newsletters.py",
    "association/actions/objections.py",
    "association/actions/official_notices.py",
    "association/actions/recovery.py",
}
"""Still to get a kind of their own."""


def sources():
    for app in APPS:
        yield from sorted((settings.BASE_DIR / app).rglob("*.py"))


def calls(path: Path):
    """Every call in the file, as (name of what is called, the call)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def imports(path: Path, module: str) -> set[str]:
    """The names that the file takes from the module."""
    nodes = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    return {alias.name for node in nodes if node.module == module for alias in node.names}


def uses_outbox(path: Path) -> bool:
    """Whether the file reaches for the outbox: it imports a sender, or takes one from the module of messages."""
    taken = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "messages"
    }
    return bool((taken | imports(path, "association.actions.messages")) & SENDERS)


def test_only_letters_reach_the_outbox():
    found = {str(path.relative_to(settings.BASE_DIR)) for path in sources() if uses_outbox(path)}
    assert found - INLINE == DOORS


def test_nobody_writes_message_rows_past_the_outbox():
    """Rows are made where messages are, for the mail of a day, and for what is sent again."""
    found = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if "migrations" not in path.parts and ("Message.objects.create" in text or "Message.objects.bulk" in text):
            found.add(str(path.relative_to(settings.BASE_DIR)))
    assert found <= {f"association/actions/{name}.py" for name in ("messages", "digests", "failures")}
    assert Message._meta.label == "association.Message"


def test_every_letter_in_the_code_is_of_a_registered_kind():
    """``write("…", facts)`` names its kind in so many words, so that this can be read off the code."""
    written = {}
    for path in sources():
        if "write" not in imports(path, "association.letters"):
            continue
        for name, call in calls(path):
            if name == "write" and call.args and isinstance(call.args[0], ast.Constant):
                written.setdefault(call.args[0].value, path)
    assert {key for key in written if not kinds.known(str(key))} == set()
    assert {kind.key for kind in KINDS} - written.keys() == set()


def test_unregistered_kind_cannot_be_written():
    with pytest.raises(RuntimeError, match="registered"):
        write("nobody.knows", Facts())


def test_two_kinds_of_one_key_stop_the_start():
    same = KINDS[0]
    twin = Kind(same.key, "x", "x", "x", "x", "x")
    with pytest.raises(RuntimeError, match="two kinds"):
        kinds.register([twin])
    kinds.register([same])


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{}, {"reasons": "a", "other": "b"}])
def test_facts_are_exactly_the_variables(wrong):
    with pytest.raises(RuntimeError, match="given or missing"):
        write("claim.refused", Facts(wrong))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_shipped_words_hold(kind, language, settings):
    settings.LANGUAGE_CODE = language
    kind.__dict__.pop("names", None)  # read in the other language
    try:
        assert writing.check(kind, writing.shipped(kind)) == {}
    finally:
        kind.__dict__.pop("names", None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_kind_is_described_in_chinese(kind):
    with translation.override("zh-hans"):
        assert in_chinese()
        words = [kind.title, kind.event, kind.readers, kind.subject, kind.text, *(v.label for v in kind.all_variables)]
        words += [kind.sms] if kind.sms else []
        assert [word for word in map(str, words) if not any("一" <= char <= "鿿" for char in word)] == []
        names = [variable.name for variable in kind.all_variables]
    assert len(set(names)) == len(names)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_sample_fills_every_variable(kind):
    letter = writing.fill(kind, writing.shipped(kind), writing.sample(kind))
    assert letter.subject
    for text in (letter.subject, letter.text, letter.sms):
        assert "{" not in text
        assert "\n\n\n" not in text


def test_kind_of_each_app_is_there():
    assert {kind.key.split(".")[0] for kind in KINDS} >= {"rulebook", "meeting", "deadline", "registration", "payment"}
    assert kind_of("admission.rejected").required == ("reasons", "basis", "signature")
