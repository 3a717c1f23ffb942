"""What must stand together, days and periods, sums and bounds: each broken once in a file with every section."""

import pytest

from association.rulebook import describe, load, preset_text
from tests.rulebook_files import EVERY, problems

# what stands in the file, what is written instead, and the problem: its code and path
PARTS = {
    "a choice without choices": ('kind = "choice"\nchoices = ["一级", "二级"]', 'kind = "choice"',
        "missing_key", "fields[grade]"),
    "choices without choices": ('kind = "choice"\nchoices = ["一级", "二级"]', 'kind = "choices"',
        "missing_key", "fields[grade]"),
    "choices of a number": ('kind = "integer"', 'kind = "integer"\nchoices = ["一"]', "idle_key",
        "fields[people].choices"),
    "a choice twice": ('choices = ["一级", "二级"]', 'choices = ["一级", "一级"]', "word_twice",
        "fields[grade].choices[2]"),
    "rows without columns": ('kind = "date"', 'kind = "rows"', "missing_key", "fields[since]"),
    "columns of a date": ('kind = "date"', 'kind = "date"\ncolumns = [{ id = "a", name = "甲" }]', "idle_key",
        "fields[since].columns"),
    "a column of choices without them": (', kind = "choice", choices = ["经理", "职员"] }', ', kind = "choice" }',
        "missing_key", "fields[staff].columns[post]"),
    "a table inside a table": ('{ id = "name", name = "姓名" }', '{ id = "name", name = "姓名", kind = "rows" }',
        "rows_in_rows", "fields[staff].columns[name].kind"),
    "a paper per item of a number": ('any_of = ["执照"', 'per_item_of = "people"\nany_of = ["执照"',
        "wrong_kind", "documents[form].per_item_of"),
    "a paper whose rows are a number": ('any_of = ["执照"', 'rows = "people"\nany_of = ["执照"',
        "wrong_kind", "documents[form].rows"),
    "a table on paper that says not which": ('any_of = ["执照"', 'given_as = "rows"\nany_of = ["执照"',
        "missing_key", "documents[form]"),
    "a prefix of three": ('any_of = ["执照"', 'by_prefix = { 911 = "执照" }\nany_of = ["执照"',
        "wrong_format", "documents[form].by_prefix.911"),
    "a prefix of another paper": ('any_of = ["执照"', 'by_prefix = { 91 = "营业执照" }\nany_of = ["执照"',
        "not_in_any_of", "documents[form].by_prefix.91"),
    "counted rows of a number": ('of = "staff", n = 1, column = "post", distinct = "name", values = ["经理"]',
        'of = "people", n = 1', "wrong_kind", "eligibility[count].params.of"),
    "years since a number": ('field = "since"', 'field = "people"', "wrong_kind", "eligibility[years].params.field"),
    "covered by a number": ('field = "staff", column', 'field = "people", column', "wrong_kind",
        "eligibility[all_posts].params.field"),
    "a value that is no choice": ('column = "post", values = ["经理"]', 'column = "post", values = ["总经理"]',
        "unknown_option", "eligibility[all_posts].params.values[1]"),
    "a column without values": (', values = ["经理"] }', " }", "missing_key", "eligibility[count].params"),
    "values without a column": (', column = "post", distinct', ", distinct", "missing_key",
        "eligibility[count].params"),
    "a group in a group": ('[membership]', '[[eligibility]]\nid = "more"\nkind = "all_of"\n'
        'params = { ids = ["some"] }\nref = ["1"]\n\n[membership]', "group_in_group",
        "eligibility[more].params.ids[1]"),
    "an empty group": ('params = { ids = ["years"] }', "params = {}", "missing_key", "eligibility[some].params"),
    "a fee by a number": ('grade = { field = "grade"', 'grade = { field = "people"', "wrong_kind", "fees.grade.field"),
    "a size by a date": ('any = [{ field = "people"', 'any = [{ field = "since"', "wrong_kind",
        "sizes[small].any[1].field"),
    "sent back nowhere": ('kind = "send_back", to = "review"', 'kind = "send_back"', "missing_key",
        "workflows.admission.steps[decide].refusals[1]"),
    "sent back to itself": ('to = "review"', 'to = "decide"', "forward_step",
        "workflows.admission.steps[decide].refusals[1].to"),
    "refused to a step": ('kind = "send_back", to', 'kind = "reject", to', "idle_key",
        "workflows.admission.steps[decide].refusals[1].to"),
    "shares that are none": ('shares = [{ from = "07-01", rate = "0.5" }]\n', "", "missing_key", "fees.proration"),
    "shares of another method": ('method = "shares"', 'method = "months"', "idle_key", "fees.proration.shares"),
    "an automatic measure that never comes": ('condition = "unpaid", years = 2,', 'condition = "unpaid",',
        "when_missing", "sanctions.automatic[unpaid]"),
    "equal votes with weights": ("equal = false", "weights = { member = 2 }", "votes_equal", "voting.weights"),
    "a number without a count": ("XH-{seq:06d}", "XH-000001", "pattern", "numbering.pattern"),
    "a number with two counts": ("XH-{seq:06d}", "{seq}-{seq}", "pattern", "numbering.pattern"),
    "a number with another brace": ("XH-{seq:06d}", "{year}{seq}", "pattern", "numbering.pattern"),
    "a registry's number without a count": ("{year}-{seq:03d}", "{year}", "pattern",
        "registries[providers].numbering"),
    "a suffix without a count": ('suffix = "-{n}"', 'suffix = "-A"', "suffix", "numbering.sub_entities.suffix"),
    "membership without its beginning": ('[membership]\nstarts_on = "application.submitted"\nref = ["1"]\n', "",
        "missing_key", ""),
}  # fmt: skip

REMINDERS = {
    "a stage twice": ("before = [10, 3]", "before = [3, 3]", "word_twice", "reminders[fee].before[2]"),
    "an action in two rules": ("on_day = false", 'actions = ["issue", "pay"]', "word_twice",
        "reminders[others].actions[2]"),
    "a rule behind one for all": ('actions = ["pay"]\nbefore', "before", "reminder_unreached", "reminders[others]"),
    "a body that never hears": ("escalate_after = 5", "escalate_after = 0", "idle_key", "reminders[fee].escalate_to"),
    "a body that is none": ('escalate_after = 5\nescalate_to = "council"', 'escalate_to = "nobody"', "unknown_body",
        "reminders[fee].escalate_to"),
}  # fmt: skip

DATES = {
    "adopted after it took effect": ('status = "draft"', 'status = "draft"\nadopted_on = 2020-01-02\n'
        "effective_on = 2020-01-01", "dates_backwards", "rulebook.effective_on"),
    "repealed before it was adopted": ('status = "draft"', 'status = "draft"\nadopted_on = 2020-01-02\n'
        "repealed_on = 2020-01-01", "dates_backwards", "rulebook.repealed_on"),
    "the year 20": ('status = "draft"', 'status = "draft"\nadopted_on = 0020-01-02', "implausible_year",
        "rulebook.adopted_on"),
    "the year 2202": ('status = "draft"', 'status = "draft"\npublished_on = 2202-01-02', "implausible_year",
        "rulebook.published_on"),
    "31 April, a holiday": ('[calendar]\n', '[calendar]\nfixed_holidays = ["04-31"]\n', "no_such_day",
        "calendar.fixed_holidays[1]"),
    "31 June": ("month = 6, day = 30", "month = 6, day = 31", "no_such_day", "fees.first_due.day"),
    "30 February in a span": ('from = "01-01", until = "03-31"', 'from = "01-01", until = "02-30"', "no_such_day",
        "fees.due.until"),
    "a share from 31 September": ('from = "07-01", rate', 'from = "09-31", rate', "no_such_day",
        "fees.proration.shares[1].from"),
    "shares out of order": ('shares = [{ from', 'shares = [{ from = "07-01", rate = "0.2" }, { from',
        "shares_unordered",
        "fees.proration.shares[2].from"),
    "an application for relief by 31 June": ('decided_by = "council"\nref', 'decided_by = "council"\n'
        'apply_by = { kind = "fixed", month = 6, day = 31 }\nref', "no_such_day",
        "fees.exemptions[hardship].apply_by.day"),
    "a measure on 31 November": ("years = 2,", 'on = { kind = "fixed", month = 11, day = 31 },', "no_such_day",
        "sanctions.automatic[unpaid].on.day"),
    "a window backwards": ('from = "10-01", until = "12-31"', 'from = "10-01", until = "09-30"', "dates_backwards",
        "reviews[annual].window.until"),
    "a window to 31 November": ('from = "10-01", until = "12-31"', 'from = "10-01", until = "11-31"', "no_such_day",
        "reviews[annual].window.until"),
    "a window without an end": (', until = "12-31"', "", "missing_key", "reviews[annual].window"),
    "a window without a beginning": ('from = "10-01", until', "until", "missing_key", "reviews[annual].window"),
    "a window that closes first": ('opens = "application.submitted", closes = { n = 1,',
        'opens = { n = 2, unit = "month", from = "application.submitted" }, closes = { n = 1,', "closes_early",
        "workflows.admission.window.closes"),
    "a ban of 101 years": ("n = 5", "n = 101", "period_too_long", "bans[left].n"),
    "a ban of 1201 months": ("n = 5", 'n = 1201\nunit = "month"', "period_too_long", "bans[left].n"),
    "a record of 36501 days": ("n = 3 }", 'n = 36501, unit = "day" }', "period_too_long",
        "eligibility[record].params.n"),
    "a certificate of 101 years": ('kind = "years", n = 1', 'kind = "years", n = 101', "period_too_long",
        "certificates[certificate].validity.n"),
    "a certificate of how many years": ('kind = "years", n = 1', 'kind = "years"', "missing_key",
        "certificates[certificate].validity"),
    "a term of 500 years": ('kind = "council", ref', 'kind = "council", term_years = 500, ref', "period_too_long",
        "bodies.council.term_years"),
    "a quorum of more than all": ('quorum = ">= 2/3"', 'quorum = ">= 4/3"', "share", "voting.decisions[1].quorum"),
    "more than all": ('quorum = ">= 2/3"', 'quorum = "> 3/3"', "share", "voting.decisions[1].quorum"),
    "a fee standard with half present": ('kind = "charter"\nquorum = ">= 2/3"',
        'kind = "fee_standard"\nquorum = "> 1/2"', "below_law", "voting.decisions[1].quorum"),
    "a fee standard by half": ('kind = "charter"\nquorum = ">= 2/3"\nmajority = "> 1/2"',
        'kind = "fee_standard"\nmajority = ">= 1/2"', "below_law", "voting.decisions[1].majority"),
    "a fee standard by hands": ('kind = "charter"', 'kind = "fee_standard"\nsecret = false', "below_law",
        "voting.decisions[1].secret"),
    "a period of 25001 working days": ('restorable = { n = 1, unit = "year"',
        'restorable = { n = 25001, unit = "workday"',
        "period_too_long", "sanctions.suspension.restorable.n"),
    "a period before its event": ("restorable = { n = 1,", "restorable = { n = -1,", "period_negative",
        "sanctions.suspension.restorable.n"),
    "two times the same day": ('restorable = { n = 1, unit = "year"', 'restorable = { n = 1, unit = "same_day"',
        "same_day", "sanctions.suspension.restorable.n"),
}  # fmt: skip

SUMS = {
    "weights of more than one": ('weight = "0.4", interviewee', 'weight = "0.5", interviewee', "weights",
        "registries[providers].selection.stages"),
    "a weight left out": (', weight = "0.4", interviewee', ", interviewee", "weights",
        "registries[providers].selection.stages"),
    "a negative weight": ('name = "年度", weight = "0.6"', 'name = "年度", weight = "-0.4"', "out_of_range",
        "registries[providers].assessment.components[annual].weight"),
    "parts that add up to 0.9": ('name = "年度", weight = "0.6"', 'name = "年度", weight = "0.5"', "weights",
        "registries[providers].assessment.components"),
    "items that add up to 0.9": ('name = "甲", weight = "1"', 'name = "甲", weight = "0.9"', "weights",
        "registries[providers].assessment.components[daily].items"),
    "bands in the wrong order": ('value = "75"', 'value = "85"', "bands_overlap",
        "registries[providers].assessment.bands[2]"),
    "a band above full marks": ('value = "85"', 'value = "100.1"', "out_of_range",
        "registries[providers].assessment.bands[1].value"),
    "a discount of 110 percent": ('kind = "pass"\n', 'kind = "pass"\nrate = "1.1"\n', "out_of_range",
        "benefits[pass].rate"),
    "101 percent are dissatisfied": ('value = "30"', 'value = "101"', "out_of_range",
        "registries[providers].satisfaction.trigger.value"),
    "satisfied at six of five": ("satisfaction = { trigger", "satisfaction = { satisfied = 6, trigger", "out_of_range",
        "registries[providers].satisfaction.satisfied"),
    "rounded to nothing": ('issued_by = "council"', 'issued_by = "council"\nquantum = "0"', "out_of_range",
        "fees.quantum"),
    "an amount without end": ('metric = "activity"', 'metric = "activity"\nthreshold = "1e16"', "out_of_range",
        "levels[gold].threshold"),
    "an amount of nearly nothing": ('metric = "activity"', 'metric = "activity"\nthreshold = "0.0000001"',
        "out_of_range",
        "levels[gold].threshold"),
    "more than the most": ('[category_policy]\n', "[category_policy]\nmin = 2\nmax = 1\n", "more_than_most",
        "category_policy.max"),
    "more of one category than the most": ('name = "文化"\n', 'name = "文化"\nmin = 2\nmax = 1\n', "more_than_most",
        "categories[culture].max"),
    "a rank that the ladder lacks": ("sanction_rank_from = 1", "sanction_rank_from = 2", "out_of_range",
        "officers[1].sanction_rank_from"),
    "below what it begins with": ("sanction_rank_from = 1", "sanction_rank_from = 1\nsanction_rank_below = 1",
        "out_of_range", "officers[1].sanction_rank_below"),
}  # fmt: skip
CASES = PARTS | REMINDERS | DATES | SUMS

# what stands next to each bound, on the right side of it
ALLOWED = [
    ('kind = "choice"\nchoices = ["一级", "二级"]', 'kind = "choice"\nchoices = ["一级"]'),
    ("month = 6, day = 30", "month = 2, day = 29"),
    ('from = "01-01", until = "03-31"', 'from = "03-31", until = "03-31"'),
    ('from = "10-01", until = "12-31"', 'from = "12-31", until = "12-31"'),
    ('status = "draft"', 'status = "draft"\nadopted_on = 2020-01-01\neffective_on = 2020-01-01'),
    ("n = 5", "n = 100"),
    ("n = 5", 'n = 1200\nunit = "month"'),
    ('restorable = { n = 1, unit = "year"', 'restorable = { n = 0, unit = "same_day"'),
    ('opens = "application.submitted", closes = { n = 1,',
        'opens = { n = 1, unit = "month", from = "application.submitted" }, closes = { n = 1,'),
    ('opens = "application.submitted", closes = { n = 1,',
        'opens = { n = 40, unit = "day", from = "application.submitted" }, closes = { n = 1,'),
    ('kind = "pass"\n', 'kind = "pass"\nrate = "1"\n'),
    ('value = "85"', 'value = "100"'),
    ('op = ">=", value = "85"', 'op = ">", value = "75"'),
    ('value = "30"', 'value = "100"'),
    ("[category_policy]\n", "[category_policy]\nmin = 2\nmax = 2\n"),
    ("sanction_rank_from = 1", "sanction_rank_from = 1\nsanction_rank_below = 2"),
    ("XH-{seq:06d}", "{seq}"),
    ("XH-{seq:06d}", "第{seq:03}号"),
    ("equal = false", "weights = { member = 2 }\nequal = false"),
    (', weight = "0.6" },\n    { id = "talk", name = "面谈", weight = "0.4"', ' },\n    { id = "talk", name = "面谈"'),
    ('metric = "activity"', 'metric = "activity"\nthreshold = "0"'),
    ('metric = "activity"', 'metric = "activity"\nthreshold = "1000000000000000"'),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_found(case):
    old, new, code, path = CASES[case]
    text = EVERY.replace(old, new, 1)
    assert text != EVERY
    (problem,) = [found for found in problems(text) if found.code == code]
    assert problem.path == path
    assert describe(problem).endswith(("。", "？"))
    if path:
        assert problem.article == "1"


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_what_is_just_right_passes(old, new):
    text = EVERY.replace(old, new, 1)
    assert text != EVERY
    load(text)


def test_a_registry_rulebook_keeps_a_registry():
    text = EVERY.replace('kind = "membership"\nstatus', 'kind = "registry"\nstatus', 1)
    load(text)
    (problem,) = problems(text[: text.index("[[registries]]")])
    assert (problem.code, problem.facts["key"]) == ("missing_key", "registries")


def test_a_span_may_run_over_new_year():
    text = EVERY.replace('from = "01-01", until = "03-31"', 'from = "12-01", until = "01-31"')
    assert text != EVERY
    assert load(text).fees.due.until == "01-31"


NO_STEPS = "workflows.registration_initial：action = "
PAPER = 'certificates：trigger = "registration.completed"'


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ('action = "notify"', 'action = "publish"', "workflows.admission：action = "),
        ('action = "pay"', 'action = "sign"', f'{NO_STEPS}"pay"'),
        ('action = "register"', 'action = "sign"', f'{NO_STEPS}"register"'),
        ('trigger = "registration.completed"', 'trigger = "fee.received"', PAPER),
    ],
)
def test_a_registration_of_its_own_has_all_its_parts(old, new, lacks):
    text = preset_text("acg")
    assert old in text
    found = [one for one in problems(text.replace(old, new)) if one.code == "registration_incomplete"]
    assert [one.path for one in found] == ["registrations[initial]"]
    assert lacks in str(found[0])


def test_whoever_can_apply_has_a_way_in():
    text = preset_text("gen8")
    selector = 'selector = { class = "enterprise" }'
    assert selector in text
    lost = [
        one for one in problems(text.replace(selector, 'selector = { class = "person" }')) if one.code == "no_way_in"
    ]
    assert [one.path for one in lost] == ["classes[enterprise]"]
    assert "“企业会员”没有入会流程" in str(lost[0])


def test_shares_and_prepayment_are_for_a_fee_by_the_year():
    found = [
        one for one in problems(EVERY.replace('cycle = "year"', 'cycle = "quarter"')) if one.code == "yearly_only"
    ]
    assert {one.path for one in found} == {"fees.proration", "fees.prepayment"}
    assert "cycle 是“quarter”" in str(found[0])
