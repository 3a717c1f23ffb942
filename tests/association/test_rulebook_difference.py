"""Two rulebooks beside each other: articles with marked text, rules with their keys, in the file's order."""

from association.rulebook import Rulebook, load
from association.rulebook.difference import KeyChange, compare, lines
from association.rulebook.marks import Piece, inline

TEXT = """schema = 1
[rulebook]
id = "demo"
title = "示范协会会员管理办法"
version = "demo/1"
kind = "membership"
status = "draft"
ref = ["1"]
[[chapters]]
title = "第一章 总则"
first = "1"
[articles]
"1" = "为规范会员管理，制定本办法。"
"2" = "会员分为单位会员。"
"3" = "本会会费按年度交纳。会员应当及时、足额交纳会费。"
"4" = "退会后五年内不得申请入会。"
"5" = "本办法由秘书处解释。"
[articles_meta."4"]
note = "自公告之日起算。"
[calendar]
ref = ["1"]
[bodies.council]
name = "理事会"
kind = "council"
ref = ["2"]
[bodies.secretariat]
name = "秘书处"
kind = "secretariat"
ref = ["5"]
[[classes]]
id = "unit"
name = "单位会员"
kind = "unit"
joined_by = "application"
ref = ["2"]
[membership]
starts_on = "decision.approved"
ref = ["2"]
[[eligibility]]
id = "declared"
kind = "declaration"
params = { question = "是否受过处罚", answer = false }
ref = ["2"]
[workflows.admission]
ref = ["2"]
[[workflows.admission.steps]]
id = "check"
name = "初审"
actor = "secretariat"
action = "review"
ref = ["2"]
[[workflows.admission.steps.refusals]]
kind = "correct"
ref = ["2"]
[[workflows.admission.steps]]
id = "vote"
name = "批准"
actor = "council"
action = "resolve"
deadline = { n = 10, unit = "workday", from = "review.passed" }
ref = ["2"]
[fees]
cycle = "year"
issued_by = "secretariat"
methods = ["cash"]
ref = ["3"]
[fees.memo]
contains = "会费"
methods = ["cheque"]
ref = ["3"]
[[certificates]]
id = "card"
name = "会员证"
kind = "card"
trigger = "fee.received"
validity = [{ kind = "paid_years" }, { kind = "term" }]
ref = ["2"]
[[bans]]
id = "left"
on = ["withdrawal"]
from = "announcement.published"
n = 5
ref = ["4"]
[sanctions]
decided_by = "council"
ladder = [{ id = "expel", name = "除名", rank = 4, effects = ["end_membership"], ref = ["4"] }]
ref = ["4"]
[[officers]]
min_office = "member"
sanction_rank_from = 2
effect = "suspend_duty"
ref = ["4"]
[[officers]]
min_office = "member"
sanction_rank_from = 4
effect = "disqualify"
ref = ["4"]
[[registries]]
id = "list"
name = "服务机构"
ref = ["2"]
[registries.selection]
stages = [{ id = "paper", name = "材料", weight = "0.6" }, { id = "talk", name = "面试", weight = "0.4" }]
ref = ["2"]
"""
TEXT = TEXT.replace(
    "[membership]", '[[tiers]]\nid = "member"\nname = "会员"\nclass = "unit"\nrank = 1\nref = ["2"]\n[membership]'
)
BOOK = load(TEXT)


def edited(*replacements):
    """The demo rulebook with each of these texts, which stand in it once, replaced."""
    text = TEXT
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load(text)


def changed(*replacements):
    return compare(BOOK, edited(*replacements))


def only(difference):
    """The one change of a rule, where no article changed."""
    assert difference.articles == ()
    (rule,) = difference.rules
    return rule


def test_a_rulebook_does_not_differ_from_itself_nor_by_a_comment():
    again = compare(BOOK, load("# 另一次编码\n" + TEXT))
    assert not again
    assert (again.articles, again.rules, again.sections) == ((), (), ())
    assert list(lines(again)) == ["--- demo/1", "+++ demo/1"]


# articles


def test_a_changed_article_is_marked_character_by_character():
    difference = changed(("按年度交纳", "按季度交纳"))
    (article,) = difference.articles
    assert (article.kind, article.key, article.label, article.details) == ("changed", "3", "第三条", ())
    assert article.old_text == "本会会费按年度交纳。会员应当及时、足额交纳会费。"
    assert article.new_text == "本会会费按季度交纳。会员应当及时、足额交纳会费。"
    assert article.pieces == (
        Piece("same", "本会会费按"),
        Piece("removed", "年"),
        Piece("added", "季"),
        Piece("same", "度交纳。会员应当及时、足额交纳会费。"),
    )
    assert difference.rules == ()
    assert list(lines(difference))[2:] == [
        "~ articles[3] 第三条",
        "    本会会费按[-年-]{+季+}度交纳。会员应当及时、足额交纳会费。",
    ]


def test_articles_that_are_gone_or_new_stand_where_they_stood():
    five = '"5" = "本办法由秘书处解释。"\n'
    difference = changed(
        (five, '"6" = "附则。"\n'),
        ('"1" = "为', '"0" = "通知。"\n"1" = "为'),
        ('ref = ["5"]', 'ref = ["6"]'),
    )
    assert [(article.kind, article.key) for article in difference.articles] == [
        ("added", "0"),
        ("removed", "5"),
        ("added", "6"),
    ]
    new, gone, _ = difference.articles
    assert (new.old_text, new.new_text, new.pieces) == ("", "通知。", (Piece("added", "通知。"),))
    assert (gone.old_label, gone.new_label, gone.label) == ("第五条", "", "第五条")
    assert (gone.new_text, gone.pieces) == ("", (Piece("removed", "本办法由秘书处解释。"),))


def test_erratum_note_and_label_are_differences_of_the_article():
    difference = changed(
        (
            '[articles_meta."4"]\nnote = "自公告之日起算。"',
            '[articles_meta."2"]\nlabel = "二、"\n[articles_meta."3"]\nerratum = "“度”字衍"\n'
            '[articles_meta."4"]\nnote = "自公告之次日起算。"',
        )
    )
    assert [(article.key, article.details) for article in difference.articles] == [
        ("2", (KeyChange("label", "第二条", "二、"),)),
        ("3", (KeyChange("erratum", None, "“度”字衍"),)),
        ("4", (KeyChange("note", "自公告之日起算。", "自公告之次日起算。"),)),
    ]
    assert difference.articles[0].pieces == (Piece("same", "会员分为单位会员。"),)
    note = difference.articles[2].details[0]
    assert inline(note.pieces) == "自公告之{+次+}日起算。"


def test_one_article_that_moved_is_the_only_one_reported():
    one, five = '"1" = "为规范会员管理，制定本办法。"\n', '"5" = "本办法由秘书处解释。"\n'
    (article,) = changed((five, ""), (one, five + one)).articles
    assert (article.key, article.details) == ("5", (KeyChange("position", "5", "1"),))


# rules


def test_a_number_in_a_rule_names_section_rule_key_and_articles():
    rule = only(changed(("n = 5\n", "n = 3\n")))
    assert (rule.kind, rule.section, rule.id, rule.place) == ("changed", "bans", "left", "bans[left]")
    assert rule.keys == (KeyChange("n", "5", "3"),)
    assert (rule.old_ref, rule.new_ref) == (("4",), ("4",))


def test_other_articles_behind_a_rule_are_a_change():
    rule = only(
        changed(('kind = "card"\ntrigger = "fee.received"', 'kind = "card"\ntrigger = "fee.received"\nnote = "新"'))
    )
    assert rule.keys == (KeyChange("note", None, "新"),)
    rule = only(changed(('n = 5\nref = ["4"]', 'n = 5\nref = ["4", "5"]')))
    assert rule.keys == (KeyChange("ref", "4", "4、5"),)
    assert (rule.old_ref, rule.new_ref) == (("4",), ("4", "5"))


def test_a_default_written_out_is_no_difference_and_a_left_out_key_says_none():
    assert not changed(("n = 5\n", 'n = 5\nunit = "year"\nenabled = true\n'))
    assert only(changed(("n = 5\n", "n = 5\nenabled = false\n"))).keys == (KeyChange("enabled", "true", "false"),)
    rule = only(changed(('deadline = { n = 10, unit = "workday", from = "review.passed" }\n', "")))
    assert rule.place == "workflows.admission.steps[vote]"
    assert rule.name == "批准"
    assert rule.keys == (
        KeyChange("deadline.n", "10", None),
        KeyChange("deadline.unit", "workday", None),
        KeyChange("deadline.from", "review.passed", None),
    )


def test_the_file_s_own_keys_are_named():
    keys = [key.key for key in only(changed(('from = "announcement.published"', 'from = "membership.ended"'))).keys]
    assert keys == ["from"]


def test_a_rule_within_a_rule_stands_apart():
    rules = changed(
        ('kind = "correct"\nref', 'kind = "correct"\nreasons_required = false\nref'),
        ('contains = "会费"', 'contains = "某某协会会费"'),
        ('methods = ["cash"]', 'methods = ["cash", "cheque"]'),
    ).rules
    assert [(rule.place, rule.keys) for rule in rules] == [
        ("workflows.admission.steps[check].refusals", (KeyChange("reasons_required", "true", "false"),)),
        ("fees", (KeyChange("methods", "cash", "cash、cheque"),)),
        ("fees.memo", (KeyChange("contains", "会费", "某某协会会费"),)),
    ]


def test_a_whole_rule_added_or_removed_says_all_that_is_in_it():
    refusal = '[[workflows.admission.steps.refusals]]\nkind = "reject"\nref = ["4"]\n'
    head = "[[workflows.admission.steps]]\n"
    step = head + 'id = "pay"\nname = "交费"\nactor = "secretariat"\naction = "pay"\nref = ["3"]\n'
    more = edited(("[fees]\n", f"{step}{refusal}[fees]\n"))
    added, inner = compare(BOOK, more).rules
    assert (added.kind, added.place, added.name) == ("added", "workflows.admission.steps[pay]", "交费")
    assert (added.old_ref, added.new_ref) == ((), ("3",))
    assert added.keys == (
        KeyChange("name", None, "交费"),
        KeyChange("actor", None, "secretariat"),
        KeyChange("action", None, "pay"),
    )
    assert (inner.kind, inner.section, inner.keys) == (
        "added",
        "workflows.admission.steps[pay].refusals",
        (KeyChange("kind", None, "reject"),),
    )
    removed, _ = compare(more, BOOK).rules
    assert (removed.kind, removed.old_ref, removed.new_ref) == ("removed", ("3",), ())
    assert removed.keys == tuple(KeyChange(key.key, key.new, None) for key in added.keys)


def test_a_whole_section_added_and_removed():
    without = load(TEXT[: TEXT.index("[fees]")] + TEXT[TEXT.index("[[certificates]]") :])
    assert [(rule.kind, rule.place) for rule in compare(BOOK, without).rules] == [
        ("removed", "fees"),
        ("removed", "fees.memo"),
    ]
    assert [rule.kind for rule in compare(without, BOOK).rules] == ["added", "added"]


def test_bodies_and_the_document_itself():
    rules = changed(('name = "秘书处"', 'name = "办公室"'), ('version = "demo/1"', 'version = "demo/2"')).rules
    assert [(rule.section, rule.id, rule.place, rule.keys) for rule in rules] == [
        ("rulebook", "", "rulebook", (KeyChange("version", "demo/1", "demo/2"),)),
        ("bodies", "secretariat", "bodies.secretariat", (KeyChange("name", "秘书处", "办公室"),)),
    ]


def test_steps_in_another_order_are_a_difference():
    first = TEXT[
        TEXT.index('[[workflows.admission.steps]]\nid = "check"') : TEXT.index(
            '[[workflows.admission.steps]]\nid = "vote"'
        )
    ]
    rule = only(changed((first, ""), ("[fees]\n", first + "[fees]\n")))
    assert rule.section == "workflows.admission.steps"
    assert rule.keys in {(KeyChange("position", "1", "2"),), (KeyChange("position", "2", "1"),)}


def test_rules_without_an_id_are_told_apart_by_what_they_say():
    """A new first one leaves the others unchanged."""
    new = '[[officers]]\nmin_office = "member"\nsanction_rank_from = 1\neffect = "suspend_duty"\nref = ["5"]\n'
    (added,) = compare(BOOK, load(TEXT.replace("[[officers]]", new + "[[officers]]", 1))).rules
    assert (added.kind, added.place) == ("added", "officers[1]")
    rule = only(changed(("sanction_rank_from = 4", "sanction_rank_from = 3")))
    assert (rule.kind, rule.place, rule.keys) == (
        "changed",
        "officers[2]",
        (KeyChange("sanction_rank_from", "4", "3"),),
    )


def test_parts_of_a_list_are_named_by_their_id_or_number():
    rule = only(changed(('weight = "0.6"', 'weight = "0.5"'), ('weight = "0.4"', 'weight = "0.5"')))
    assert rule.place == "registries[list].selection"
    assert rule.keys == (
        KeyChange("stages[paper].weight", "0.6", "0.5"),
        KeyChange("stages[talk].weight", "0.4", "0.5"),
    )
    rule = only(changed(('{ kind = "term" }', '{ kind = "none" }')))
    assert rule.keys == (KeyChange("validity[2].kind", "term", "none"),)


def test_another_kind_of_check_under_the_same_id():
    rule = only(
        changed(
            (
                'kind = "declaration"\nparams = { question = "是否受过处罚", answer = false }',
                'kind = "clean_record"\nparams = { records = ["administrative_penalty"], n = 3 }',
            )
        )
    )
    keys = {key.key: (key.old, key.new) for key in rule.keys}
    assert keys["kind"] == ("declaration", "clean_record")
    assert keys["params.question"] == ("是否受过处罚", None)
    assert keys["params.n"] == (None, "3")


def test_the_order_is_that_of_the_schema_and_the_sections_are_known():
    difference = changed(
        ("n = 5\n", "n = 3\n"),
        ("n = 10, unit", "n = 15, unit"),
        ('title = "第一章 总则"', 'title = "总则"'),
        ('"5" = "本', '"5" = "《本'),
    )
    assert difference.sections == ("chapters", "workflows", "bans")
    names = [field.alias or name for name, field in Rulebook.model_fields.items()]
    assert [name for name in names if name in difference.sections] == list(difference.sections)
    assert bool(difference)
