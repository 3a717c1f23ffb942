"""What officers do at the desk, in the browser: each function is one errand, from the page where it is found."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.people import Look, fill, follow, go_to, press, told


def check_papers(page: Page, papers: tuple[str, ...]) -> None:
    """Every paper is in order."""
    for name in papers:
        card = page.get_by_role("region", name=re.compile(f"^{name}(?!.*的页面)"))
        card.get_by_role("button", name="核对无误").click()
        expect(card.get_by_text("已核对")).to_be_visible()


def judge(page: Page, check: str) -> None:
    """Answer a check that is referred to a person."""
    asked = page.get_by_role("group", name=check, exact=True)
    fill(asked, 判断的依据="经核对章程与营业范围，符合。")
    asked.get_by_role("button", name="符合", exact=True).click()
    expect(asked.get_by_text("重新判断")).to_be_visible()


def pass_on(page: Page, look: Look, name: str) -> None:
    follow(page, "通过")
    look(page, name)
    press(page, "通过")
    told(page, "已通过本环节")


def take_back(page: Page, look: Look) -> None:
    follow(page, "撤回我办的这一步")
    look(page, "3-take-back")
    press(page, "撤回我办的这一步")
    told(page, "已撤回")


def hold_meeting(page: Page, look: Look) -> None:
    """Record a meeting of the council and draft what it resolved on everything that waits for it."""
    go_to(page, "会议")
    look(page, "3-meetings")
    follow(page, "新建会议")
    page.get_by_label("机构").select_option(label="理事会")
    fill(page, 标题="第二届理事会第五次会议")
    look(page, "3-meeting")
    press(page, "登记会议")
    fill(page, 编号="京二协理〔2026〕9号", 标题="关于批准入会的决议")
    look(page, "3-draft")
    press(page, "起草决议")
    told(page, "决议已拟定")


def vote(page: Page, look: Look, *, approved: str, refused: str) -> None:
    """One item approved, one refused: a refusal without reasons is asked for them, and nothing is recorded yet."""
    page.get_by_role("region", name=approved).get_by_label("同意", exact=True).check()
    against = page.get_by_role("region", name=refused)
    against.get_by_label("不同意", exact=True).check()
    press(page, "核对逐项结果")
    expect(page.get_by_role("alert").get_by_text("请写明理由")).to_be_visible()
    look(page, "3-vote-without-reasons")
    against.get_by_label("理由").fill("业务范围与本专业领域关系不足，补充后可再申请。")
    press(page, "核对逐项结果")
    expect(page.get_by_text("同意 1，不同意 1")).to_be_visible()
    look(page, "3-vote")
    press(page, "登记决议并执行")
    told(page, "决议已登记")
    look(page, "3-resolved")


def send_notice(page: Page, look: Look) -> None:
    follow(page, "发出通知")
    expect(page.get_by_role("row", name="应缴 ¥666.67")).to_be_visible()
    look(page, "4-notice")
    press(page, "发出通知")
    told(page, "通知已发出")


def enter_payment(page: Page, look: Look, *, payer: str) -> None:
    """The bank's line as it is. Who entered it sees why they cannot confirm it."""
    follow(page, "登记到账")
    fill(page, **{"金额（元）": "666.67", "银行入账日": "2026-09-23", "银行流水号": "ICBC20260923000187"})
    fill(page, 付款人=payer, 汇款用途="2026会费 BACCA-000001")
    look(page, "5-enter")
    press(page, "核对后登记")
    look(page, "5-enter-confirm")
    press(page, "登记到账")
    told(page, "到账已登记")
    expect(page.get_by_role("button", name="确认", exact=True)).to_be_disabled()
    expect(page.get_by_text("登记人不能确认自己登记的款项")).to_be_visible()
    look(page, "5-entered")


def confirm_payment(page: Page, look: Look) -> None:
    follow(page, "确认")
    look(page, "5-confirm")
    press(page, "是，确认到账")
    told(page, "到账已确认")
    look(page, "5-paid")


def register(page: Page, look: Look) -> None:
    look(page, "6-registration")
    follow(page, "办理登记")
    look(page, "6-register")
    press(page, "登记并发给证书")
    expect(page.get_by_text("BACCA-000001").first).to_be_visible()
    look(page, "6-registered")


def publish(page: Page, look: Look) -> None:
    follow(page, "预览并公布")
    look(page, "6-publish")
    press(page, "向社会公布")
    told(page, "公告已公布")
    look(page, "6-published")
