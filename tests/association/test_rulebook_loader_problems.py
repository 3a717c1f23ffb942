"""Each thing that can be wrong with a file is said with its line, its article and what to do."""

import re

import pytest

from association.rulebook import describe, load
from association.rulebook.problems import NOUNS, SENTENCES
from tests.rulebook_files import BOOK, REGISTRY, problems

# what is written instead of what; the line of `at` is the line reported; path; article; code; facts it must hold
CASES = {
    "typo in a key": (
        'on = "withdrawal"', 'on = "withdrawal"\nenabeld = true', "enabeld", "bans[left].enabeld", "1",
        "unknown_key", {"guess": "enabled"},
    ),
    "typo in a nested key": (
        'action = "review"', 'action = "review"\ndeadline = { n = 1, unit = "day", form = "fee.received" }',
        "deadline =", "workflows.admission.steps[check].deadline.form", "2", "unknown_key", {"guess": "from"},
    ),
    "unknown section": ("[[bans]]", "[[bands]]", "[[bands]]", "bands", "", "unknown_key", {"guess": "bans"}),
    "missing key": ('class = "unit"\nrank = 2\n', 'class = "unit"\n', '[[tiers]]\nid = "vip"', "tiers[vip]", "2",
        "missing_key", {"key": "rank"}),
    "missing ref": ('starts_on = "application.submitted"\nref = ["2"]', 'starts_on = "application.submitted"',
        "[membership]", "membership", "", "missing_ref", {}),
    "empty ref": ('n = 5\nref = ["1"]', "n = 5\nref = []", "ref = []", "bans[left].ref", "", "missing_ref", {}),
    "unknown article": ('n = 5\nref = ["1"]', 'n = 5\nref = ["1", "40"]', '"40"', "bans[left].ref[2]", "1",
        "unknown_article", {"id": "40"}),
    "unknown document cited": ('n = 5\nref = ["1"]', 'n = 5\nref = ["charter:5"]', "charter", "bans[left].ref[1]",
        "charter:5", "unknown_reference", {"id": "charter"}),
    "unknown body": ('actor = "council"', 'actor = "concil"', "concil", "workflows.admission.steps[decide].actor",
        "2", "unknown_body", {"id": "concil", "guess": "council"}),
    "unknown adopting body": ('adopted_by = ["council"]', 'adopted_by = ["assembly"]', "adopted_by",
        "rulebook.adopted_by[1]", "1", "unknown_body", {"id": "assembly"}),
    "unknown class": ('class = "unit"\nrank = 1', 'class = "units"\nrank = 1', "units", "tiers[member].class", "2",
        "unknown_class", {"guess": "unit"}),
    "unknown class in a selector": ("selector = { class =", "selector = { class = 'team', tier =", "selector",
        "documents[form].selector.class", "2.1", "unknown_class", {"id": "team"}),
    "unknown tier": ('selector = { class = "unit" }', 'selector = { tier_at_least = "vipp" }', "vipp",
        "documents[form].selector.tier_at_least", "2.1", "unknown_tier", {"guess": "vip"}),
    "unknown category": ('selector = { class = "unit" }', 'selector = { category = "food" }', "food",
        "documents[form].selector.category", "2.1", "unknown_category", {"id": "food"}),
    "unknown document": ("[membership]",
        '[[eligibility]]\nid = "paper"\nkind = "document_valid"\nparams = { document = "frm" }\nref = ["2"]\n\n'
        "[membership]", "frm", "eligibility[paper].params.document", "2", "unknown_document", {"guess": "form"}),
    "unknown check": ("[membership]",
        '[[eligibility]]\nid = "some"\nkind = "any_of"\nparams = { ids = ["other"] }\nref = ["2"]\n\n[membership]',
        "other", "eligibility[some].params.ids[1]", "2", "unknown_check", {"id": "other"}),
    "unknown kind of check": ("[membership]",
        '[[eligibility]]\nid = "x"\nkind = "regoin"\nref = ["2"]\n\n[membership]',
        '[[eligibility]]', "eligibility[x]", "2", "wrong_choice", {"guess": "region"}),
    "unknown step": ('action = "resolve"\n',
        'action = "resolve"\nrefusals = [{ kind = "send_back", to = "chek", ref = ["2"] }]\n', "chek",
        "workflows.admission.steps[decide].refusals[1].to", "2", "unknown_step", {"guess": "check"}),
    "unknown workflow": ("[workflows.admission]", "[workflows.admision]", "[workflows.admision]",
        "workflows.admision", "2", "wrong_choice", {"guess": "admission"}),
    "unknown event": ('from = "announcement.published"', 'from = "announcement.publishd"', "publishd",
        "bans[left].from", "1", "wrong_choice", {"guess": "announcement.published"}),
    "unknown basis": ('n = 5\n', 'n = 5\nbasis = "guess"\n', "guess", "bans[left].basis", "1", "wrong_choice", {}),
    "number in quotes": ("n = 5", 'n = "5"', 'n = "5"', "bans[left].n", "1", "wrong_type", {}),
    "number below zero": ("n = 5", "n = -5", "n = -5", "bans[left].n", "1", "out_of_range", {"value": -5}),
    "number for a word": ('name = "理事"', "name = 7", "name = 7", "tiers[vip].name", "2", "wrong_type", {}),
    "empty name": ('name = "理事"', 'name = ""', 'name = ""', "tiers[vip].name", "2", "empty", {}),
    "id in Chinese": ('id = "vip"', 'id = "理事"', '"理事"', "tiers[理事].id", "2", "wrong_format", {"value": "理事"}),
    "same id twice": ('id = "vip"', 'id = "member"', 'id = "member"\nname = "理事"', "tiers[member].id", "2",
        "duplicate_id", {"id": "member"}),
    "dates the wrong way round": ('status = "draft"',
        'status = "draft"\nadopted_on = 2020-01-01\neffective_on = 2020-06-01\nrepealed_on = 2020-05-31',
        "repealed_on", "rulebook.repealed_on", "1", "dates_backwards", {"second": "2020-05-31"}),
    "a date that is none": ('status = "draft"', 'status = "draft"\nadopted_on = "soon"', "soon",
        "rulebook.adopted_on", "1", "wrong_type", {}),
    "30 February": ("[membership]",
        '[fees]\ncycle = "year"\nissued_by = "office"\ndue = { kind = "fixed", month = 2, day = 30 }\nref = ["2"]\n\n'
        "[membership]", "due =", "fees.due.day", "2", "no_such_day", {"month": 2, "day": 30}),
    "float amount": ("[membership]",
        '[fees]\ncycle = "year"\nissued_by = "office"\nquantum = 0.01\nref = ["2"]\n\n[membership]',
        "quantum", "fees.quantum", "2", "float_amount", {"value": "0.01"}),
    "no number": ("[membership]",
        '[fees]\ncycle = "year"\nissued_by = "office"\nquantum = "分"\nref = ["2"]\n\n[membership]',
        "quantum", "fees.quantum", "2", "wrong_type", {}),
    "repealed but adoptable": ('status = "draft"', 'status = "repealed"', "repealed", "rulebook.status", "1",
        "repealed", {}),
    "bodies in a circle": ('kind = "council", ref', 'kind = "council", parent = "office", ref', None, None, "1",
        "cycle", {}),
    "its own parent": ('kind = "council", ref', 'kind = "council", parent = "council", ref', "council =",
        "bodies.council.parent", "1", "cycle", {"chain": "council → council"}),
    "inheritance in a circle": ("[membership]",
        '[[inherits]]\nholder = "unit"\nfrom = "council"\nref = ["2"]\n\n'
        '[[inherits]]\nholder = "council"\nfrom = "unit"\nref = ["2"]\n\n[membership]',
        'from = "council"', "inherits[1].from", "2", "cycle", {"chain": "unit → council → unit"}),
    "markup in an article": ("会员分为单位会员。", "会员<script>分为</script>", "<script>", "articles.2", "2",
        "markup", {"tag": "<script>"}),
    "control character in an article": ("会员分为单位会员。", "会员\\u202e分为", "u202e", "articles.2", "2",
        "control_character", {"code": "U+202E"}),
    "both any and all": ("[membership]",
        '[[fields]]\nid = "people"\nname = "人数"\nref = ["2"]\n[[sizes]]\nid = "small"\nname = "小"\n'
        'all = [{ field = "people", op = "<", value = "10" }]\nany = [{ field = "people", op = "<", value = "9" }]\n'
        'ref = ["2"]\n\n[membership]', "[[sizes]]", "sizes[small]", "2", "any_or_all", {}),
    "size of an unknown field": ("[membership]",
        '[[sizes]]\nid = "small"\nname = "小"\nall = [{ field = "people", op = "<", value = "10" }]\nref = ["2"]\n\n'
        "[membership]", "all =", "sizes[small].all[1].field", "2", "unknown_field", {"id": "people"}),
    "no classes": (BOOK[BOOK.index("[[classes]]") : BOOK.index("[membership]")], "", "schema", "", "",
        "missing_key", {"key": "classes"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_problem_at_its_line(case):
    old, new, at, path, cited, code, facts = CASES[case]
    if case == "bodies in a circle":
        text = BOOK.replace(old, new).replace('kind = "office", ref', 'kind = "office", parent = "council", ref')
        at, path, facts = "council =", "bodies.council.parent", {"chain": "council → office → council"}
    else:
        text = BOOK.replace(old, new, 1)
    assert text != BOOK
    found = problems(text)
    problem = next((problem for problem in found if problem.code == code), None)
    assert problem, found
    line = text[: text.index(at)].count("\n") + 1
    assert (problem.line, problem.path, problem.article) == (line, path, cited)
    assert facts.items() <= problem.facts.items()


CHARTER = '[references.charter]\ntitle = "示范协会章程"\narticles = { "5" = "会费标准由会员大会制定。" }\n\n[calendar]'


@pytest.mark.parametrize("cited", ["charter:5", "charter:*"])
def test_an_article_of_another_document_that_is_there(cited):
    load(BOOK.replace("[calendar]", CHARTER).replace('n = 5\nref = ["1"]', f'n = 5\nref = ["{cited}"]'))


def test_an_article_that_another_document_lacks():
    text = BOOK.replace("[calendar]", CHARTER).replace('n = 5\nref = ["1"]', 'n = 5\nref = ["charter:6"]')
    (problem,) = problems(text)
    assert (problem.code, problem.path, problem.facts["id"]) == ("unknown_article", "bans[left].ref[1]", "6")
    unknown_text = text.replace('articles = { "5" = "会费标准由会员大会制定。" }\n', "")
    load(unknown_text)  # nothing is known of its articles: every key is taken


def test_one_fault_is_one_problem():
    for case in ("typo in a key", "missing ref", "unknown body", "unknown event", "float amount", "number in quotes"):
        old, new, *_ = CASES[case]
        assert len(problems(BOOK.replace(old, new, 1))) == 1, case


def test_several_faults_are_found_in_one_reading():
    text = BOOK.replace("rank = 2", "rank = 2\nplque = true").replace('actor = "council"', 'actor = "board"')
    text = text.replace('ref = ["2.1"]', 'ref = ["9"]')
    codes = [problem.code for problem in problems(text)]
    assert codes == ["unknown_key", "unknown_article", "unknown_body"]


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        ('weight = "0.4"', 'weight = "0.5"', "[[registries.selection.stages]]", "weights"),
        ('weight = "0.4"', "weight = 0.4", "weight = 0.4", "float_amount"),
        ('value = "75"', 'value = "85"', "bands =", "bands_overlap"),
        ('value = "75"', 'value = "90"', "bands =", "bands_overlap"),
        (', op = ">=", value = "85"', "", "bands =", "bands_overlap"),
    ],
)
def test_sums_and_bands(old, new, at, code):
    text = BOOK + REGISTRY.replace(old, new)
    (problem,) = problems(text)
    assert problem.code == code
    assert problem.line == text[: text.index(at)].count("\n") + 1


def test_bands_may_touch():
    load(BOOK + REGISTRY.replace('op = ">=", value = "85"', 'op = ">", value = "75"'))


def test_every_problem_has_a_chinese_sentence():
    """Each code that the code base can raise is phrased; none is phrased that cannot come."""
    raised = {code for *_, code, _ in CASES.values()}
    phrased = set(SENTENCES) | {f"unknown_{noun}" for noun in NOUNS}
    assert raised <= phrased
    for case in CASES.values():
        old, new = case[:2]
        text = BOOK.replace(old, new, 1)
        if case[5] == "cycle" and case[2] is None:
            continue
        for problem in problems(text):
            assert not re.search(r"[{}]", describe(problem).replace(str(problem.facts), ""))
            assert describe(problem).endswith(("。", "？"))
