"""What every test gets. The parts are in tests/harness/."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from tests.harness.browser import (  # noqa: F401  fixtures
    browser_context_args,
    browser_type_launch_args,
    context,
    log_in,
    open_browser,
    shot,
)
from tests.harness.login import logged_in_with_all_factors  # noqa: F401  fixture
from tests.harness.network import no_network  # noqa: F401  fixture
from tests.harness.templates import undefined_variables_fail  # noqa: F401  fixture

SHANGHAI = ZoneInfo("Asia/Shanghai")

# A busy machine is no counterexample, and the same examples are tried on every run
hypothesis_settings.register_profile("huiji", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("huiji")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs the servers fails without them; nothing is skipped for want of a part."""
    for mark in ("browser", "services"):
        if item.get_closest_marker(mark) and (connection.vendor != "postgresql" or not settings.REDIS_URL):
            pytest.fail(f"marked {mark}: run it with «python tools/services.py run -- pytest …»", pytrace=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end, end the connections that a thread of the live server may still hold: they keep the database."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Rate limits and cached answers end with the test."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language that a page was asked for in ends with the test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, settings: Settings) -> Path:
    """Uploaded and rendered files of this test alone."""
    folder = tmp_path / "files"
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    storages["default"]["OPTIONS"] = {"location": str(folder)}
    settings.STORAGES = storages
    settings.FILES_DIR = folder
    settings.MAIL_DIR = tmp_path / "mail"
    return folder


@pytest.fixture
def clock() -> Iterator[Callable[[str | date | datetime], None]]:
    """Return ``clock("2026-09-15")``: from now on it is that day, 10:00 in Shanghai, or that very moment.

    Time stands still until it is set again: ``clock("2026-09-15 23:30")``, ``clock(date(2026, 9, 16))``.
    """
    travellers: list[time_machine.Traveller] = []

    def stop() -> None:
        while travellers:
            travellers.pop().stop()

    def set_clock(moment: str | date | datetime) -> None:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment) if len(moment) > len("2026-09-15") else date.fromisoformat(moment)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(10))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=SHANGHAI)
        stop()
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield set_clock
    stop()
