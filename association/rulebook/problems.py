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
    "check": "资格条件",
    "holder": "权利义务主体",
    "reference": "所引文件",
    "workflow": "流程",
    "band": "考核等次",
    "voter": "会员类别或等级",
    "elector": "会员类别、等级或机构",
    "adviser": "机构或角色",
    "role": "角色",
    "effect": "处理种类",
    "paper": "所引文件或申请材料",
    "stage": "遴选环节",
    "column": "表格栏目",
    "option": "选项",
    "grade": "信用等级",
}

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "too_large": "文件有 {size} 字节，超过上限 {limit} 字节。请删去与规则无关的内容后再上传。",
        "not_utf8": "文件不是 UTF-8 编码。请在编辑器中选择“另存为 UTF-8”后再上传。",
        "syntax": "TOML 语法有误：{detail}。请检查本行和上一行的引号、括号和等号。",
        "too_deep": "表格嵌套过深，无法读取。请减少方括号、花括号或键中圆点的层数。",
        "number_too_long": "数字过长，无法读取。请改正。",
        "too_many": "问题超过 {limit} 处，其余没有列出。请先改正以上各处，再检查一次。",
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
        "too_long": "文字过长，最多 {limit} 个字符。请缩短。",
        "article_key": "“{key}”不能用作条款的键。请只用字母、汉字、数字、圆点、横线和下划线，不超过 40 个字符。",
        "empty": "这里不能为空。请填写内容，或删去这一项。",
        "dates_backwards": "{later}（{second}）早于{earlier}（{first}）。请核对这两个日期。",
        "no_such_day": "{month} 月没有 {day} 日。请改正日期。",
        "implausible_year": "{year} 年不像是文件的日期。请核对年份。",
        "closes_early": "截止（{closes}）早于开始（{opens}）。请核对 opens 和 closes。",
        "period_too_long": "{n} 个 {unit} 过长，最多 {limit}。请核对数字和单位。",
        "same_day": "单位 same_day 只能写 n = 0。请改正数字，或换一个单位。",
        "period_negative": "期间不能是负数（{n}）：只有 opens 可以从事件向前数。请改为正数。",
        "no_way_in": "“{name}”没有入会流程。请写 [workflows.admission]，至少一个步骤，并让 selector 包含这一类别。",
        "registration_incomplete": "单独的登记还缺：{missing}。请补上，或删去 [[registrations]]。",
        "yearly_only": '“{key}”只用于按年交纳的会费，这里的 cycle 是“{cycle}”。请删去，或改为 cycle = "year"。',
        "shares_unordered": "“{later}”没有晚于前一项的“{earlier}”。请按日期先后书写各段比例。",
        "when_missing": "没有写明何时启动。请写 after（期间）、on（固定日期）或 years（连续年数）之一。",
        "idle_key": "kind 为 {kind} 时，“{key}”不起作用。请删去，或改正 kind。",
        "rows_in_rows": "表格里不能再放表格。请换一个 kind。",
        "word_twice": "“{word}”写了两次。请只保留一处。",
        "wrong_kind": "字段“{id}”的 kind 是 {kind}，这里需要 {allowed}。请换一个字段，或改正它的 kind。",
        "not_in_any_of": "“{name}”不在 any_of 所列材料之中。请补入 any_of，或改正名称。",
        "group_in_group": "组合条件里不能再放组合条件“{id}”。请直接列出各项条件。",
        "reminder_unreached": "前面的“{id}”没有写 actions，已适用于所有步骤，这一项不会用到。请移到它前面，或删去。",
        "forward_step": "退回的步骤“{id}”应当在本步骤之前。请改正。",
        "votes_equal": "写了 weights，就要写 equal = false；表决权平等的，请删去 weights。",
        "share": '“{value}”不是部分与整体的比例。请写成 ">= 2/3" 或 "> 1/2"。',
        "below_law": "会费标准的表决要求低于民发〔2014〕166号的规定：这里是 {value}，至少应当为 {least}。请改正。",
        "pattern": "编号规则“{value}”不对。应当恰好有一处 {{seq}}，例如 XH-{{seq:06d}}，其他花括号请删去。",
        "suffix": "后缀“{value}”不对。应当恰好有一处 {{n}}，例如 -{{n}}。",
        "more_than_most": "最少 {min} 项，多于最多 {max} 项。请核对 min 和 max。",
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


QUOTED = frozenset(("value", "id", "key", "guess", "tag", "detail", "word", "name", "kind", "chain", "label"))
"""Facts that repeat what the file says."""

LONGEST = 120


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
    return f"{place(problem)}：{sentence(problem)}"


def place(problem: Problem) -> str:
    """第 12 行 bans[left].n（第二条）."""
    where = f"第 {problem.line} 行"
    if problem.path:
        where += f" {_short(problem.path)}"
    if problem.article:
        where += f"（{_short(label(problem.article))}）"
    return where


def sentence(problem: Problem) -> str:
    """What is wrong and what to do, without the place."""
    facts = {key: _short(value) if key in QUOTED else value for key, value in problem.facts.items()}
    code = problem.code
    if code.startswith("unknown_") and code.removeprefix("unknown_") in NOUNS:
        facts["noun"] = NOUNS[code.removeprefix("unknown_")]
        code = "unknown_name"
    if facts.get("guess") and f"{code}_guess" in SENTENCES:
        code = f"{code}_guess"
    return SENTENCES[code].format(**facts)


def _short(value: Any) -> str:
    """What the file says, fit for a line of a terminal: no control characters, not without end."""
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class RulebookInvalid(ValueError):
    """The file is no valid rulebook; ``problems`` say where and what to do, in the file's order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.path)))
        super().__init__("\n".join(describe(problem) for problem in self.problems))
