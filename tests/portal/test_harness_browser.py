"""The browser harness: Chromium starts, speaks Chinese, is logged in, and is photographed in two sizes."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from PIL import Image
from playwright.sync_api import Page

from tests.harness.browser import PHONE, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def show(request: HttpRequest) -> HttpResponse:
    name = getattr(request.user, "name", "") or "无名氏"
    width = request.GET.get("width", "100%")
    return HttpResponse(
        f'<!doctype html><html lang="zh-Hans"><meta name="viewport" content="width=device-width">'
        f'<title>页</title><link rel="icon" href="data:,">'
        f'<svg width="{width}" height="20"></svg><h1>{name}</h1></html>'
    )


urlpatterns = [path("show/", show)]


def width_of(picture: Path) -> int:
    with Image.open(picture) as opened:
        return opened.width


def test_page_is_photographed_in_two_sizes(live_server, page: Page, shot):
    page.goto(f"{live_server.url}/show/")
    wide, phone = shot(page, "harness")
    assert (width_of(wide), width_of(phone)) == (WIDE["width"], PHONE["width"])
    assert page.viewport_size == WIDE
    assert page.evaluate("navigator.language") == "zh-CN"


def test_page_that_scrolls_sideways_on_a_phone_fails(live_server, page: Page, shot):
    page.goto(f"{live_server.url}/show/?width=600")
    with pytest.raises(AssertionError, match=r"harness-broad is 6.. px wide on a screen of 390"):
        shot(page, "harness-broad")


def test_browser_is_logged_in(live_server, page: Page, log_in):
    log_in(page, get_user_model().objects.create_user("li@example.org.cn", "x", name="李会员"))
    page.goto(f"{live_server.url}/show/")
    assert page.text_content("h1") == "李会员"
