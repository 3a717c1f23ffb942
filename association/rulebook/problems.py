"""What can be wrong with a rulebook file, each in a Chinese sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .labels import label

NOUNS = {
    "article": "条款",
    "body": "机构",
    "class": "会员类别",
    "tier": "会员等级",
    "category": "专业分类",
    "document": "申请材料",
    "field": "表单字段",
    "size": "企业规模",
    "step": "流程步骤",
    "rung": "处理种类",
    "check": "资格条件",
    "holder": "权利义务主体",
    "reference": "所引文件",
    "workflow": "流程",
    "band": "考核等次",
}

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "too_large": "文件有 {size} 字节，超过上限 {limit} 字节。请删去与规则无关的内容后再上传。",
        "not_utf8": "文件不是 UTF-8 编码。请在编辑器中选择“另存为 UTF-8”后再上传。",
        "syntax": "TOML 语法有误：{detail}。请检查本行和上一行的引号、括号和等号。",
        "too_deep": "表格嵌套过深，无法读取。请减少方括号或花括号的层数。",
        "duplicate_key": "“{key}”在第 {first} 行已经写过。请只保留一处。",
        "duplicate_article": "{label}（键 {key}）在第 {first} 行已经写过。请核对条号，只保留一处。",
        "duplicate_id": "编号“{id}”与前面一项重复。请改用另一个编号。",
        "unknown_key": "不认识“{key}”这一项。请删去，或对照编写指南改正。",
        "unknown_key_guess": "不认识“{key}”这一项，是不是要写“{guess}”？",
        "missing_key": "缺少“{key}”这一项。请补上。",
        "missing_key_guess": "缺少“{key}”这一项，是不是写成了“{guess}”？",
        "missing_ref": '这条规则没有写明依据。请加上 ref，例如 ref = ["30"]。',
        "unknown_name": "没有编号为“{id}”的{noun}。请先写明该{noun}，或改正编号。",
        "unknown_name_guess": "没有编号为“{id}”的{noun}，是不是要写“{guess}”？",
        "float_amount": '{value} 写成了小数。金额、比例和分数请加引号写成字符串，例如 "{value}"。',
        "wrong_choice": "“{value}”不在可选范围内。可选：{allowed}。",
        "wrong_choice_guess": "“{value}”不在可选范围内，是不是要写“{guess}”？",
        "wrong_type": "这里应当是{expected}。请改正写法。",
        "wrong_format": "“{value}”的写法不对，应当是{form}。请改正。",
        "out_of_range": "{value} 超出范围，应当{limit}。请改正。",
        "empty": "这里不能为空。请填写内容，或删去这一项。",
        "dates_backwards": "{later}（{second}）早于{earlier}（{first}）。请核对这两个日期。",
        "no_such_day": "{month} 月没有 {day} 日。请改正日期。",
        "shares_unordered": "“{later}”没有晚于前一项的“{earlier}”。请按日期先后书写各段比例。",
        "when_missing": "没有写明何时启动。请写 after（期间）、on（固定日期）或 years（连续年数）之一。",
        "repealed": "文件已标明废止，请写明 repealed_on，并写 adoptable = false。",
        "cycle": "上下级关系绕成一圈：{chain}。请断开其中一处。",
        "weights": "各部分权重之和为 {total}，应当等于 1。请调整。",
        "bands_overlap": "“{name}”与前一等级的分数段重叠或次序颠倒。请从高到低、互不重叠地书写。",
        "control_character": "文字中有不可见的控制字符（{code}）。请删去后重新输入。",
        "markup": "文字中有网页标签“{tag}”。条文只写纯文字，请删去标签。",
        "any_or_all": "any 和 all 必须且只能写一个。请删去其中一个。",
        "invalid": "这里的内容不符合要求：{detail}。请对照编写指南改正。",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` counts from 1; ``path`` reads ``bans[left].n``; ``article`` is the key the rule cites, or empty."""

    line: int
    path: str
    article: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return describe(self)


def describe(problem: Problem) -> str:
    """One line in Chinese: where it is, what is wrong, what to do."""
    where = f"第 {problem.line} 行"
    if problem.path:
        where += f" {problem.path}"
    if problem.article:
        where += f"（{label(problem.article)}）"
    return f"{where}：{sentence(problem)}"


def sentence(problem: Problem) -> str:
    """What is wrong and what to do, without the place."""
    facts = dict(problem.facts)
    code = problem.code
    if code.startswith("unknown_") and code.removeprefix("unknown_") in NOUNS:
        facts["noun"] = NOUNS[code.removeprefix("unknown_")]
        code = "unknown_name"
    if facts.get("guess") and f"{code}_guess" in SENTENCES:
        code = f"{code}_guess"
    return SENTENCES[code].format(**facts)


class RulebookInvalid(ValueError):
    """The file is no valid rulebook; ``problems`` say where and what to do, in the file's order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.path)))
        super().__init__("\n".join(describe(problem) for problem in self.problems))
