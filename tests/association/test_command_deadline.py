"""manage.py deadline."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def deadline(*arguments: str) -> str:
    out = StringIO()
    call_command("deadline", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.mark.rule("ACG-20")
@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("2026-09-18", "10", "workday"), "2026-10-09"),
        (("2026-09-24", "10", "workday"), "2026-10-15"),
        (("2026-12-24", "10", "workday"), "2027-01-08 provisional"),
        (("2025-10-04", "1", "year"), "2026-10-04"),
        (("2025-10-04", "1", "year", "--roll"), "2026-10-08"),
        (("2026-01-31", "13", "month"), "2027-02-28"),
        (("2028-05-31", "-3", "month"), "2028-02-29"),
        (("2026-09-18", "30", "day"), "2026-10-18"),
        (("2026-10-03", "0", "same_day"), "2026-10-08"),
    ],
)
def test_last_day(arguments, answer):
    assert deadline(*arguments) == answer


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2026-13-01", "10", "workday"), "is no day"),
        (("20260918", "10", "workday"), "is no day"),
        (("2026-09-18", "ten", "workday"), "is no number"),
        (("2026-09-18", "1234567", "day"), "is no number"),
        (("2026-09-18", "10", "fortnight"), "is no unit"),
        (("2026-09-18", "99999", "year"), "out of the calendar"),
    ],
)
def test_error_says_what_to_do(arguments, words):
    with pytest.raises(CommandError, match=words):
        deadline(*arguments)
