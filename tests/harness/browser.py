"""Chromium through the real pages: how it is started, what makes it fail, pictures of what it shows."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route, expect

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
SHOTS = Path(__file__).resolve().parents[2] / "var" / "shots"  # pytest-playwright empties test-results at every start


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": WIDE, "reduced_motion": "reduce"}


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser context that fails the test on a script error, a refused resource, an outside address or a 5xx."""
    faults = watch(context)
    yield context
    assert faults == [], faults


@pytest.fixture
def open_browser(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Return ``open_browser(PHONE)``: a page of somebody's own browser, which fails the test as ``context`` does."""
    contexts: list[list[str]] = []

    def open_browser(viewport: dict[str, int] = WIDE) -> Page:
        context = new_context()
        contexts.append(watch(context))
        page = context.new_page()
        page.set_viewport_size(viewport)
        return page

    yield open_browser
    faults = [fault for found in contexts for fault in found]
    assert faults == [], faults


def watch(context: BrowserContext) -> list[str]:
    """Return a list that will hold what goes wrong in any page of the context."""
    faults: list[str] = []

    def on_page(page: Page) -> None:
        page.on("console", lambda message: faults.extend(_console_fault(message)))
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))

    def on_response(response: Response) -> None:
        if response.status >= 500:
            faults.append(f"{response.status} {response.url}")

    def only_here(route: Route, request: Request) -> None:
        if urlsplit(request.url).hostname in ("localhost", "127.0.0.1"):
            route.fallback()
        else:
            faults.append(f"the page asked for {request.url}")
            route.abort()

    context.on("page", on_page)
    context.on("response", on_response)
    context.route("**/*", only_here)
    context.set_default_timeout(30_000)
    return faults


def _console_fault(message: ConsoleMessage) -> list[str]:
    """What the console calls an error, but for the answer to a refused form (a 4xx that the test itself looks at)."""
    refused = ("the server responded with a status of 4", "Response Status Error Code 4")  # Chromium's words, htmx's
    if message.type != "error" or any(words in message.text for words in refused):
        return []
    return [f"console of {message.page.url if message.page else 'a page'}: {message.text}"]


@pytest.fixture
def log_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Return ``log_in(page, user)``: give the page's browser a session of this user."""

    def log_in(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return log_in


@pytest.fixture(scope="session")
def shot() -> Callable[..., list[Path]]:
    """Return ``shot(page, name)``: photograph the whole page, wide and phone-sized, neither may scroll sideways.

    The pictures are ``var/shots/<name>-wide.png`` and ``…-phone.png``.
    """

    def shot(page: Page, name: str) -> list[Path]:
        SHOTS.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size or WIDE
        taken = []
        for label, size in (("wide", WIDE), ("phone", PHONE)):
            page.set_viewport_size(size)
            page.evaluate("document.fonts.ready.then(() => true)")
            taken.append(SHOTS / f"{name}-{label}.png")
            # hiding the caret would leave empty style attributes behind, which our policy refuses when htmx moves them
            page.screenshot(path=taken[-1], full_page=True, animations="disabled", caret="initial")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{name} is {width} px wide on a screen of {size['width']}"
        page.set_viewport_size(before)
        return taken

    return shot
