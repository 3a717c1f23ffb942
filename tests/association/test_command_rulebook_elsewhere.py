"""An adoption in another process: the next transaction here sees it, with one read by key and without parsing."""

import os
import subprocess
import sys
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction

from association import queries
from association.models import Adoption
from association.rulebook import preset_text
from tests import adopted as under_way
from tests.adopted import FIRST, NEXT

BEFORE = date(2026, 8, 1)


def elsewhere(*arguments: str) -> subprocess.CompletedProcess:
    """``manage.py rulebook`` in a process of its own, on this test's database."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return subprocess.run(
        [sys.executable, "manage.py", "rulebook", "--language", "en", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_next_transaction_sees_what_another_process_adopted(tmp_path):
    under_way.founded()
    path = tmp_path / "acg2.toml"
    path.write_text(under_way.named(preset_text("acg"), "acg/2"))
    number = under_way.resolved(on=BEFORE).number
    with transaction.atomic():
        assert queries.rulebook_on(NEXT).version == "acg/1"
        done = elsewhere("adopt", str(path), "--effective-from", NEXT.isoformat(), "--resolution", number)
        assert (done.returncode, done.stderr) == (0, "")
        assert "(acg/2-1) is adopted; it governs from 1 January 2027." in done.stdout

    with transaction.atomic():
        assert queries.rulebook_on(NEXT).version == "acg/2"
        assert queries.rulebook_on(NEXT - timedelta(1)).version == "acg/1"
    assert Adoption.objects.count() == 2


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_refusal_elsewhere_ends_with_1_and_without_a_traceback():
    under_way.founded()
    refused = elsewhere("adopt", "gen3", "--effective-from", NEXT.isoformat())
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "已废止（2007-05-01）" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.django_db
def test_a_warm_process_reads_one_row_by_its_key_and_parses_nothing(django_assert_num_queries, monkeypatch):
    under_way.founded()
    queries.rulebook_on(FIRST)
    monkeypatch.setattr(queries, "load", lambda text: pytest.fail("parsed again"))
    with django_assert_num_queries(1) as asked:
        assert queries.rulebook_on(FIRST + timedelta(1)).id == "acg"
    (query,) = asked.captured_queries
    assert 'WHERE "association_association"."id" = 1' in query["sql"]


@pytest.mark.django_db
def test_no_rulebook_before_the_first_day_costs_no_more(django_assert_num_queries):
    under_way.founded()
    queries.rulebook_on(FIRST)
    with django_assert_num_queries(1), pytest.raises(queries.NoRulebook):
        queries.rulebook_on(FIRST - timedelta(1))
