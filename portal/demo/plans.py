"""What the demo associations are: for each rulebook a name, a day of founding, fees, and units that apply.

The names and numbers are made up. Amounts, terms and persons are installation data; no rulebook holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

FOUNDED = date(2024, 5, 20)
TERM_UNTIL = date(2029, 5, 20)

Amounts = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Plan:
    """A demo association. ``founded``: first day of the rulebook here and of the council's term.

    ``amounts``: yuan by (class, tier). ``registries``: rulebooks of lists kept beside the membership. ``region``: the
    first six digits of the units' credit codes, ``registrar`` who registered them. ``words``: answers to particular
    questions of the form. ``text``: the rulebook where it is no preset. ``units``: what units are called, by class.
    """

    rulebook: str
    name: str
    short_name: str
    founded: date = FOUNDED
    adopted_from: date | None = None
    term_until: date = TERM_UNTIL
    term: int = 2
    amounts: Amounts = field(default_factory=dict)
    registries: tuple[str, ...] = ()
    region: str = "110105"
    registrar: str = "北京市朝阳区市场监督管理局"
    kind: str = "91"
    number: str = "协"
    words: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    units: Mapping[str, str] = field(default_factory=lambda: {"": "北京{}有限公司"})

    def unit_names(self, class_id: str) -> Iterator[str]:
        """Names of units of this class, each once."""
        pattern = self.units.get(class_id, self.units[""])
        return (pattern.format(word) for word in WORDS)


WORDS = (
    "星野", "云栖", "方糖", "千帆", "木桥", "纸鸢", "七弦", "白塔", "长亭", "松果", "晨光", "山海",
    "青禾", "北辰", "南熏", "立夏", "白露", "和园", "春晖", "远洋", "金桥", "广厦", "翠湖", "东篱",
)  # fmt: skip
PERSONS = (
    "何远", "高洁", "马骏", "梁雨", "宋岩", "唐静", "许诺", "邓凯", "冯雪", "董强", "袁梦", "于涛",
    "苏敏", "叶青", "程浩", "丁香", "任重", "姜维", "崔健", "谭笑", "陆游之", "石磊", "龙飞", "万里",
)  # fmt: skip


def yuan(**amounts: int) -> Amounts:
    """``unit__council=5000``: by class and tier; ``person=200``: by a class without tiers."""
    found = {}
    for key, value in amounts.items():
        class_id, _, tier = key.partition("__")
        found[class_id, tier] = Decimal(value)
    return found


ACG = Plan(
    "acg",
    "北京二次元文化创意协会",
    "北京二次元协会",
    amounts=yuan(
        person=200,
        unit__member=2000,
        unit__council=5000,
        unit__standing_council=10000,
        unit__vice_president=20000,
        unit__president=50000,
    ),
    number="京二协",
    words={"rb_field": "动画制作"},
    units={"": "北京{}动画有限公司"},
)

FIRE = Plan(
    "fire",
    "北京消防协会",
    "北京消防协会",
    founded=date(2024, 8, 21),
    adopted_from=date(2019, 8, 21),
    term_until=date(2029, 8, 21),
    term=6,
    amounts=yuan(
        person=100,
        unit__ordinary=3000,
        unit__council=8000,
        unit__supervisor=8000,
        unit__standing_council=15000,
        unit__vice_president=30000,
        unit__chief_supervisor=30000,
    ),
    number="京消协",
    words={"rb_address": "北京市丰台区演示路8号", "rb_legal_representative": "韩立"},
    units={"": "北京{}消防技术有限公司"},
)

PROPERTY = Plan(
    "property",
    "中国物业管理协会（演示）",
    "中物协（演示）",
    founded=date(2024, 5, 26),
    adopted_from=date(2019, 5, 26),
    term_until=date(2029, 5, 26),
    term=5,
    amounts=yuan(unit=5000),
    number="中物协",
    words={"rb_influence": "在管面积四百万平方米，连续三年参加行业标准的讨论。"},
    units={"": "北京{}物业服务有限公司"},
)

INSURANCE = Plan(
    "insurance",
    "中国保险行业协会（演示）",
    "中保协（演示）",
    founded=date(2024, 5, 24),
    adopted_from=date(2019, 5, 24),
    term_until=date(2029, 5, 24),
    amounts=yuan(statutory=100000, ordinary=20000),
    number="中保协",
    words={"rb_total_assets": "86000000000"},
    units={"": "{}保险股份有限公司", "ordinary": "{}保险经纪有限公司"},
)


def model(rulebook: str, name: str, **amounts: int) -> Plan:
    """A demo of a model text: any association may take it over."""
    return Plan(rulebook, name, name, amounts=yuan(**amounts), number="演")


PLANS: dict[str, Plan] = {
    plan.rulebook: plan
    for plan in (
        ACG,
        FIRE,
        PROPERTY,
        INSURANCE,
        model("gen1", "启明职工互助会"),
        model("gen2", "华北学术交流促进会"),
        model("gen4", "四季会员俱乐部"),
        model("gen5", "清河读书会", person__ordinary=300, person__vip=900),
        model("gen6", "首都园艺爱好者协会", person=240),
        model("gen7", "北方品牌推广协会", person=200, unit=3000),
        model("gen8", "同心会员服务中心", person=360, enterprise=3600),
    )
}
PLANS["safety"] = Plan(**{**FIRE.__dict__, "registries": ("safety",)})
PLANS["servicepool"] = Plan(**{**ACG.__dict__, "registries": ("servicepool",)})
"""A registry comes up beside the members of an association, service institutions where there are council tiers."""
