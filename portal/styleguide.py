"""Every component in every state, with the data of one believable application. Tests photograph it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from association.decisions import Basis, article, convention, resolution, setting

TODAY = date(2026, 9, 25)

ARTICLE_30 = (
    "新批准入会的会员，应当按照会费标准于会员登记时一次性交纳当年会费"
    "（截至当年12月31日，按实际入会月份折算），以后按年度交纳。"
)


class SampleForm(forms.Form):
    """The fields that an application asks for, one of each kind."""

    name = forms.CharField(label="单位名称", help_text="与登记证书上的名称一致，括号也要一致。")
    uscc = forms.CharField(label="统一社会信用代码", min_length=18, max_length=18)
    legal_form = forms.ChoiceField(
        label="组织形式", choices=[("", "请选择"), ("enterprise", "企业法人"), ("social", "社会团体法人")]
    )
    tier = forms.ChoiceField(
        label="拟任职务",
        choices=[("unit", "会员单位"), ("council", "理事单位"), ("standing", "常务理事单位")],
        widget=forms.RadioSelect,
    )
    founded_on = forms.DateField(label="成立日期", widget=forms.DateInput(attrs={"placeholder": "2018-03-10"}))
    mobile = forms.CharField(label="联系人手机号码", required=False)
    profile = forms.CharField(label="单位简介", widget=forms.Textarea, required=False)
    accept = forms.BooleanField(label="我已阅读并同意遵守《会员管理办法》和《行业自律公约》")


def empty_form() -> SampleForm:
    return SampleForm(prefix="empty", initial={"name": "北京云图文化传媒有限公司", "tier": "unit"})


def faulty_form() -> SampleForm:
    data = {"name": "北京云图文化传媒有限公司", "uscc": "91110108MA01ABCD", "tier": "", "founded_on": "2018-13-40"}
    return SampleForm({f"faulty-{name}": value for name, value in data.items()}, prefix="faulty")


def trackers() -> dict[str, list[Row]]:
    submitted = Row(label="提交申请", state="done", who="北京云图文化传媒有限公司", when=date(2026, 9, 15))
    checked = Row(
        label="材料审核", state="done", who="会员部 李思源", when=date(2026, 9, 18), sources=[article("acg", "19")]
    )
    secretary = Row(
        label="秘书长审定", who="秘书长", deadline=Row(due_on=date(2026, 9, 30)), sources=[article("acg", "19")]
    )
    council = Row(label="理事会审议", who="理事会", when="每季度一次", sources=[article("acg", "20")])
    payment = Row(label="交纳会费", who="您", sources=[article("acg", "30")])
    registration = Row(label="会员登记", who="会员部", sources=[article("acg", "22")])
    returned = Row(
        label="材料审核", state="stopped", who="退回您补正：入会申请书没有加盖公章", sources=[article("acg", "17.1")]
    )
    rest = [council, payment, registration]
    return {
        "running": [submitted, checked, Row(**vars(secretary), state="here"), *rest],
        "returned": [submitted, returned, secretary, *rest],
    }


def deadlines() -> list[tuple[str, Row, date]]:
    """What it shows, the deadline, the day it is read."""
    return [
        ("还早", Row(due_on=date(2026, 10, 15)), TODAY),
        ("两个工作日以内", Row(due_on=date(2026, 9, 29)), TODAY),
        ("今天到期", Row(due_on=date(2026, 9, 24)), date(2026, 9, 24)),
        ("已逾期", Row(due_on=date(2026, 9, 22)), date(2026, 9, 24)),
        ("放假安排尚未公布", Row(due_on=date(2027, 1, 8), provisional=True), date(2026, 12, 24)),
        ("按时完成", Row(due_on=date(2026, 9, 30), met_on=date(2026, 9, 18)), TODAY),
        ("迟了完成", Row(due_on=date(2026, 9, 18), met_on=date(2026, 9, 22)), TODAY),
    ]


def slots() -> list[Row]:
    common: dict[str, Any] = {"upload_url": "/styleguide/", "sources": [article("acg", "17")]}
    return [
        Row(
            key="application",
            label="入会申请书",
            help="请下载表格，填好后加盖公章，再扫描或拍照上传。PDF 或照片，20 MB 以内。",
            sample_url="/styleguide/",
            **common,
        ),
        Row(
            key="pact",
            label="行业自律公约签约文本",
            help="最后一页加盖公章。",
            state="uploading",
            progress=62,
            **common,
        ),
        Row(
            key="certificate",
            label="登记证书副本",
            help="复印件、扫描件、照片或电子证照均可。",
            state="uploaded",
            file_name="营业执照副本.pdf",
            size=1_482_133,
            pages=1,
            preview_url="/styleguide/",
            **common,
        ),
        Row(
            key="profile",
            label="申请单位简介",
            state="checked",
            file_name="云图文化简介（2026 年 9 月）.docx.pdf",
            size=684_210,
            pages=6,
            preview_url="/styleguide/",
            checked_by="会员部 李思源",
            checked_on=date(2026, 9, 18),
            **common,
        ),
        Row(
            key="returned",
            label="入会申请书",
            state="returned",
            file_name="IMG_20260915_0932.jpg",
            size=4_210_331,
            reason="第二页没有加盖公章，日期也没有填写。请盖章、填好日期后重新拍照，四个角都要拍到。",
            preview_url="/styleguide/",
            **common,
        ),
        Row(
            key="refused",
            label="行业自律公约签约文本",
            error="“公约.exe”不是 PDF 或照片。请把签好字、盖好章的公约扫描成 PDF，或直接拍照，再选一次。",
            **common,
        ),
        Row(key="optional", label="获奖证书", optional=True, **common),
    ]


def decisions() -> list[Row]:
    return [
        Row(
            outcome="pass",
            what="批准北京云图文化传媒有限公司入会",
            body="第二届理事会第九次会议",
            on=date(2026, 9, 24),
            sources=[resolution("京文创理〔2026〕9号"), article("acg", "20")],
        ),
        Row(
            outcome="refer",
            what="设立时间满一年",
            reasons=["登记证书上的成立日期为 2025年9月20日，距申请之日还差 5 天。"],
            note="由会员部判断，并写明理由。",
            sources=[article("acg", "7", Basis.INTERPRETATION), convention("C-3b")],
        ),
        Row(
            outcome="fail",
            what="在北京市登记",
            reasons=["统一社会信用代码第 3—8 位为 310115（上海市浦东新区）。"],
            by="会员部 李思源",
            on=date(2026, 9, 18),
            sources=[article("acg", "7.1")],
        ),
    ]


def fee_lines() -> list[Row]:
    first = Row(
        year=2026, months=4, amount=Decimal("1666.67"), formula="5,000.00 × 4 / 12", sources=[article("acg", "30")]
    )
    later = [
        Row(year=year, months=12, amount=Decimal(5000), formula="", sources=[article("acg", "31")])
        for year in (2027, 2028, 2029)
    ]
    return [first, *later]


def queue() -> list[Row]:
    names = ("北京云图文化传媒有限公司", "北京（海淀）数字出版有限责任公司", "北京市东城区非物质文化遗产保护协会")
    steps = (("材料审核", "waiting"), ("秘书长审定", "waiting"), ("退回补正", "stopped"))
    days = (date(2026, 9, 22), date(2026, 9, 29), date(2026, 10, 15))
    return [
        Row(
            pk=pk,
            name=name,
            status={"label": word, "tone": tone},
            deadline=Row(due_on=day),
            submitted_on=date(2026, 9, 15),
        )
        for pk, (name, (word, tone), day) in enumerate(zip(names, steps, days, strict=True), start=1)
    ]


def entries() -> list[Row]:
    return [
        Row(
            on=date(2026, 9, 15),
            recorded_on=date(2026, 9, 24),
            title="入会，编号 BACCA-000001",
            text="会员资格自申请入会之日起算。",
            who="第二届理事会第九次会议",
            tone="done",
            sources=[article("acg", "24")],
        ),
        Row(
            on=date(2026, 9, 28),
            title="会费已交齐：¥666.67",
            who="财务部 王敏，赵学文复核",
            documents=[("付款凭证.pdf", "/styleguide/")],
            tone="done",
            sources=[article("acg", "30")],
        ),
        Row(on=date(2026, 9, 29), title="登记为理事单位", text="录入有误，已作废。", who="会员部 李思源", void=True),
        Row(
            on=date(2026, 10, 9),
            title="完成会员登记，发给会员登记证书",
            who="会员部 李思源",
            documents=[("会员登记证书.pdf", "/styleguide/")],
            sources=[article("acg", "22"), convention("C-4"), setting("会费标准")],
        ),
    ]


def works() -> list[Row]:
    base = {"label": "制作会员登记证书", "total": 1280}
    return [
        Row(key="running", **base, done=412, text="大约还需 3 分钟", cancel_url="/styleguide/"),
        Row(key="done", **base, done=1280, state="done", result_url="/styleguide/", result_label="下载（ZIP，96 MB）"),
        Row(
            key="failed", **base, done=977, state="failed", text="3 份没有做成：名称中有字库里没有的字。其余都已完成。"
        ),
    ]


EFFECTS = [
    {"text": "3 份申请进入理事会审议", "sources": [article("acg", "19")]},
    {"text": "审定期限记为按时完成"},
    {"text": "发送《申请已提交理事会审议》", "to": "3 位申请人的邮箱和站内消息"},
]

COLOURS = (
    ("ink", "墨 ink"),
    ("ink-soft", "淡墨 ink-soft"),
    ("line", "界行 line"),
    ("page", "底 page"),
    ("accent", "印 accent"),
    ("link", "链接 link"),
    ("done", "已完成 done"),
    ("waiting", "待办 waiting"),
    ("stopped", "中止 stopped"),
)


NAVIGATION = [
    (label, "#", label == "申请")
    for label in ("今天", "申请", "会员", "会费", "信用", "机构库", "会议", "公告", "规则", "设置")
]

CHECKS = (
    ("加盖公章的入会申请书", "done", "已核对", article("acg", "17.1")),
    ("行业自律公约已签署", "done", "已核对", article("acg", "17.2")),
    ("在北京市登记", "done", "通过", article("acg", "7")),
    ("设立时间满一年", "waiting", "待人工判断", article("acg", "7", Basis.INTERPRETATION)),
    ("三年内没有违法记录", "done", "通过", article("acg", "7")),
)


def desk(request: HttpRequest) -> HttpResponse:
    """The desk's own layouts: today's queue and a case in three columns."""
    if settings.PRODUCTION:
        raise Http404
    context = admin.site.each_context(request) | {
        "title": "北京云图文化传媒有限公司",
        "where": "申请",
        "where_url": "#",
        "today": TODAY,
        "desk_nav": NAVIGATION,
        "queue": queue(),
        "slots": slots()[2:4],
        "checks": [Row(label=label, tone=tone, word=word, sources=[source]) for label, tone, word, source in CHECKS],
        "entries": entries()[:2],
        "decision": decisions()[1],
        "effects": EFFECTS,
        "deadline": Row(due_on=date(2026, 9, 29)),
    }
    return render(request, "portal/styleguide_desk.html", context)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Not in production: its people and companies are made up."""
    if settings.PRODUCTION:
        raise Http404
    return render(
        request,
        "portal/styleguide.html",
        {
            "today": TODAY,
            "article": {
                "title": "北京文化创意产业协会会员管理办法",
                "label": "第三十条",
                "text": ARTICLE_30,
                "basis": "本会解释",
                "note": "入会当月计入，按整月折算。",
            },
            "sources": [article("acg", "30")],
            "several": [
                article("acg", "30"),
                article("acg", "31", Basis.INTERPRETATION),
                article("acg", "12", Basis.GAP),
            ],
            "others": [resolution("京文创理〔2026〕9号"), convention("C-4"), setting("会费标准")],
            "trackers": trackers(),
            "deadlines": deadlines(),
            "slots": slots(),
            "decisions": decisions(),
            "lines": fee_lines(),
            "total": Decimal("16666.67"),
            "queue": queue(),
            "entries": entries(),
            "works": works(),
            "effects": EFFECTS,
            "colours": COLOURS,
            "form": empty_form(),
            "faulty": faulty_form(),
            "page": Row(number=2, has_previous=True, has_next=True),
        },
    )
