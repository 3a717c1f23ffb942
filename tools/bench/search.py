"""One search over the whole desk: 100,000 members, applications, invoices and accounts against 10,000.

Two databases, the same but for their size. A call asks for what a secretariat asks: a member by a part of the name,
by two characters that few names have, by two that nearly all have, by number, and for what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from association import queries
from association.models import Case, User
from association.searching import Asked
from association.states import State
from members.models import Membership, Party
from portal.demo import loader
from portal.demo.plans import ACG
from portal.search.registry import DESK, found
from tools.bench.history import another_database
from tools.bench.registry import Sides, benchmark

DAY = date(2026, 9, 15)
MANY, FEW = 100_000, 10_000
RARE = 20
"""Names with the rare word, in both."""
ASKED = ("星野工作室", "星野", "公司", "BACCA-004321", "北京（第7321号）文化", "没有这样的名称", "13900000000")


@benchmark("search", at_most=2.0)
def search() -> Iterator[Sides]:
    large = connections["default"]
    small = another_database("few_members")
    with_many, with_few = _filled(large, MANY), _filled(small, FEW)
    yield Sides(ours=with_many, bare=with_few, calls=5)
    connections["default"] = large
    small.close()


def _name(n: int, every: int) -> str:
    return f"北京星野工作室{n}有限公司" if n % every == 0 else f"北京（第{n}号）文化传播有限公司"


def _filled(database: BaseDatabaseWrapper, number: int) -> Callable[[], None]:
    connections["default"] = database
    queries.forget()
    loader.found(ACG)
    keeper = User.objects.create_user("keeper@bench.example", is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "unused"})
    version_id = queries.governing(DAY).version_id
    every = number // RARE
    parties = Party.objects.bulk_create(
        (Party(kind="unit", name=_name(n, every), number=f"BACCA-{n:06}", number_seq=n + 1) for n in range(number)),
        batch_size=5000,
    )
    Membership.objects.bulk_create(
        (Membership(party=party, class_id="unit", starts_on=DAY - timedelta(400)) for party in parties),
        batch_size=5000,
    )
    Case.objects.bulk_create(
        (
            Case(
                kind="admission", member_class="unit", version_id=version_id, state=State.APPROVED,
                subject=party.name, opened_on=DAY, submitted_on=DAY,
            )
            for party in parties
        ),
        batch_size=5000,
    )  # fmt: skip
    User.objects.bulk_create(
        (User(email=f"u{n}@bench.example", name=f"联系人{n}") for n in range(number)), batch_size=5000
    )
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    def run() -> None:
        connections["default"] = database
        for text in ASKED:
            found(Asked(text, DAY, keeper), DESK)

    return run
