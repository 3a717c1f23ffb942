"""Words of messages as the secretariat edits them: a new revision each time, checked, restored, never lost."""

import pytest
from django.db import IntegrityError, transaction

from association.actions import templates
from association.actors import Actor
from association.decisions import Refused
from association.letters import Facts, signature, write
from association.letters.kinds import kind_of
from association.letters.writing import Wording, in_force, shipped
from association.models import MessageTemplate
from association.phrases import sentence
from tests import world

pytestmark = pytest.mark.django_db
KIND = kind_of("claim.refused")
OTHER = Wording("未能通过", "{{ 称呼 }}，您好：\n\n{{ 理由 }}\n\n{{ 落款 }}", "未通过：{{ 理由 }}")


@pytest.fixture(autouse=True)
def _association(clock):
    clock("2026-09-16")
    world.found()


@pytest.fixture
def by():
    return Actor.officer(world.user(name="文秘"))


def said() -> str:
    return write("claim.refused", Facts({"reasons": "字迹不清"}, name="林晓")).text


def refused(act) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act()
    return "".join(sentence(reason) for reason in refusal.value.decision.reasons)


def test_edited_words_are_said_from_then_on(by):
    before = said()
    row = templates.save(KIND, OTHER, base=0, note="语气", by=by)
    assert before.startswith("林晓：\n\n您提交的证明函")
    assert said() == f"林晓，您好：\n\n字迹不清\n\n{signature()}"
    assert (row.revision, row.author, row.note, row.shipped) == (1, by.user, "语气", False)
    letter = write("claim.refused", Facts({"reasons": "字迹不清"}, name="林晓"))
    assert (letter.subject, letter.sms, letter.template_id) == ("未能通过", "未通过：字迹不清", row.pk)


def test_a_revision_never_changes(by):
    row = templates.save(KIND, OTHER, base=0, by=by)
    for act in (lambda: MessageTemplate.objects.update(text="x"), row.delete):
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            act()


def test_restore_is_a_new_revision(by):
    first = templates.save(KIND, OTHER, base=0, by=by)
    templates.save(KIND, Wording("二", OTHER.text), base=1, by=by)
    third = templates.restore(first, base=2, by=by)
    assert (third.revision, third.subject, third.note) == (3, OTHER.subject, "恢复第 1 版")
    assert in_force(KIND).words == OTHER


def test_shipped_words_come_back(by):
    templates.save(KIND, OTHER, base=0, by=by)
    row = templates.restore_shipped(KIND, base=1, by=by)
    assert in_force(KIND).words == shipped(KIND)
    assert (row.revision, row.shipped, in_force(KIND).template_id) == (2, True, None)
    assert "相同" in refused(lambda: templates.restore_shipped(KIND, base=2, by=by))
    older = templates.save(KIND, OTHER, base=2, by=by)
    templates.restore(row, base=older.revision, by=by)
    assert in_force(KIND).words == shipped(KIND)


def test_the_slower_of_two_is_told(by):
    templates.save(KIND, OTHER, base=0, by=by)
    slower = Wording("三", OTHER.text)
    assert "文秘" in refused(lambda: templates.save(KIND, slower, base=0, by=by))
    assert "文秘" in refused(lambda: templates.restore_shipped(KIND, base=0, by=by))
    assert MessageTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (Wording("一", "没有理由也没有落款"), "正文必须保留 {{ 理由 }}"),
        (Wording("", OTHER.text), "请填写标题"),
        (Wording("{{ 不存在 }}", OTHER.text), "没有变量“不存在”"),
        (Wording("一", OTHER.text, "{% if 理由 %}"), "没有结束"),
        (Wording("一", OTHER.text + "字" * 6000), "最多 6000 个字"),
    ],
)
def test_faulty_words_are_refused_and_nothing_is_kept(words, why, by):
    before = said()
    assert why in refused(lambda: templates.save(KIND, words, base=0, by=by))
    assert said() == before
    assert not MessageTemplate.objects.exists()


def test_unchanged_words_are_no_revision(by):
    assert "相同" in refused(lambda: templates.save(KIND, shipped(KIND), base=0, by=by))
    crlf = Wording(shipped(KIND).subject, shipped(KIND).text.replace("\n", "\r\n") + "\n")
    assert "相同" in refused(lambda: templates.save(KIND, crlf, base=0, by=by))


def test_words_that_no_longer_fit_the_program_give_way_to_the_shipped_ones(by):
    """After an upgrade that dropped a variable: the letter still goes out, in words that hold."""
    MessageTemplate.objects.create(
        kind=KIND.key, revision=1, subject="旧", text="{{ 旧变量 }}", author=by.user, created_at="2026-01-01T00:00Z"
    )
    world.found()
    assert said().startswith("林晓：\n\n您提交的证明函")
    assert in_force(KIND).unfit is True


def test_a_letter_costs_no_query_for_its_words(by, django_assert_num_queries):
    templates.save(KIND, OTHER, base=0, by=by)
    said()
    with django_assert_num_queries(3), transaction.atomic():  # a savepoint set, the profile, the savepoint let go
        said()
