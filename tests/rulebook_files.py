"""A small rulebook file to break, and what is found in it."""

from pathlib import Path

import pytest

from association.rulebook import Problem, RulebookInvalid, load

EVERY = (Path(__file__).parent / "association" / "texts" / "every_section.toml").read_text(encoding="utf-8")
"""A valid file with every section of the language."""

BOOK = '''schema = 1

[rulebook]
id = "demo"
title = "示范协会会员管理办法"
version = "demo/1"
kind = "membership"
status = "draft"
adopted_by = ["council"]
ref = ["1"]

[articles]
"1" = """
第一款
第二款"""
"2" = "会员分为单位会员。"
"2.1" = "一、单位"

[calendar]
ref = ["1"]

[bodies]
council = { name = "理事会", kind = "council", ref = ["1"] }
office = { name = "办公室", kind = "office", ref = ["1"] }

[[classes]]
id = "unit"
name = "单位会员"
kind = "unit"
joined_by = "application"
ref = ["2"]

[[tiers]]
id = "member"
name = "会员"
class = "unit"
rank = 1
ref = ["2"]

[[tiers]]
id = "vip"
name = "理事"
class = "unit"
rank = 2
ref = ["2"]

[[documents]]
id = "form"
name = "申请表"
selector = { class = "unit" }
ref = ["2.1"]

[membership]
starts_on = "application.submitted"
ref = ["2"]

[workflows.admission]
ref = ["2"]

[[workflows.admission.steps]]
id = "check"
actor = "office"
action = "review"
ref = ["2"]

[[workflows.admission.steps]]
id = "decide"
actor = "council"
action = "resolve"
ref = ["2"]

[[bans]]
id = "left"
on = "withdrawal"
from = "announcement.published"
n = 5
ref = ["1"]
'''

REGISTRY = """
[[registries]]
id = "list"
name = "名录"
ref = ["1"]

[registries.selection]
ref = ["1"]

[[registries.selection.stages]]
id = "papers"
name = "材料"
weight = "0.6"

[[registries.selection.stages]]
id = "talk"
name = "面谈"
weight = "0.4"

[registries.assessment]
bands = [
    { name = "优秀", op = ">=", value = "85" },
    { name = "良好", op = ">=", value = "75" },
    { name = "不合格" },
]
ref = ["1"]
"""


def problems(text: str | bytes) -> tuple[Problem, ...]:
    """What is found in the file; it must be something."""
    with pytest.raises(RulebookInvalid) as caught:
        load(text)
    return caught.value.problems
