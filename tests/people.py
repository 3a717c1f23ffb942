"""People at a browser: they log in through the pages, find things by visible words, and upload real files."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.mfa.app_settings import TOTP_PERIOD
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from association.actions import outbox
from portal.demo.accounts import ACG, PASSWORD
from portal.demo.papers import paper

Look = Callable[[Page, str], None]
LOGIN = "电子邮箱、手机号或单位全称"
"""The label of what one logs in with."""
SEEDS = {account.email.partition("@")[0]: account.seed for account in ACG}


def ready(page: Page) -> None:
    """The page is there with its scripts: a test's fingers are faster than a person's."""
    page.wait_for_load_state()


def press(page: Page, words: str) -> None:
    ready(page)
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """A link of the page, not of its frame."""
    ready(page)
    page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()


def go_to(page: Page, words: str) -> None:
    """An entry of the main menu, which a phone opens first."""
    ready(page)
    menu = page.get_by_role("navigation", name=re.compile("主导航|工作台"))
    if menu.get_by_role("button", name="菜单").is_visible():
        menu.get_by_role("button", name="菜单").click()
    menu.get_by_role("link", name=words, exact=True).click()


def fill(page: Page | Locator, **typed: str) -> None:
    """Each field by its label."""
    ready(page if isinstance(page, Page) else page.page)
    for label, value in typed.items():
        page.get_by_label(re.compile(f"^{label}( （选填）)?$")).fill(value)


def heading(page: Page, words: str) -> None:
    """The page that has this heading is there."""
    expect(page.get_by_role("heading", name=words).first).to_be_visible()


def told(page: Page, words: str) -> None:
    """The page says this after what was done."""
    expect(page.get_by_role("status").get_by_text(words)).to_be_visible()


def log_in_as(page: Page, site: str, account: str) -> Page:
    """A member of staff logs in with the password and the code that the telephone shows."""
    page.goto(f"{site}/accounts/login/?next=/admin/")
    fill(page, **{LOGIN: f"{account}@demo.example", "密码": PASSWORD})
    press(page, "登录")
    fill(page, 验证码=code_of(SEEDS[account]))
    press(page, "登录")
    expect(page).to_have_url(f"{site}/admin/")
    return page


def code_of(seed: str) -> str:
    """What the telephone shows now."""
    return format_hotp_value(hotp_value(seed, int(time.time()) // TOTP_PERIOD))


def newest_mail(to: str) -> Any:
    """What waits in the outbox goes out; the newest to this address."""
    outbox.send("mail")
    return next(letter for letter in reversed(mail.outbox) if to in letter.to)


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+", letter.body)
    assert found is not None
    return found.group()


def pdf_file(folder: Path, title: str, holder: str) -> Path:
    path = folder / f"{title}.pdf"
    path.write_bytes(paper(title, holder).getvalue())
    return path


def photo(folder: Path, title: str) -> Path:
    """A paper as the camera of a phone keeps it."""
    path = folder / f"{title}.jpg"
    Image.new("RGB", (900, 1273), "#f4f1e8").save(path, quality=70)
    return path


def upload(page: Page, label: str, path: Path) -> None:
    """Choose the file for a paper: the page says that it is kept."""
    ready(page)
    slot = page.get_by_role("group", name=label)
    slot.get_by_label("选择文件或拍照").set_input_files(path)
    expect(slot.get_by_role("link", name=path.name)).to_be_visible()


def faults_of(page: Page) -> list[str]:
    """What axe-core finds wrong with the page for those who cannot see or point."""
    # the preload would ask for the parts of our stylesheet beside the page
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
