"""``python -m tools.services run -- python -m tools.bench [name …]``"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  only after setup
from django.db import connection  # noqa: E402

from tools.bench.loading import modules  # noqa: E402
from tools.bench.registry import REGISTRY  # noqa: E402


@contextmanager
def own_database(template: str, name: str) -> Iterator[None]:
    """Give this process a fresh copy of the migrated database."""
    connection.close()
    connection.settings_dict["NAME"] = template
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE {connection.ops.quote_name(template)}"
        )
    connection.settings_dict["NAME"] = name
    yield
    connection.close()


def main(names: list[str]) -> int:
    if connection.vendor != "postgresql":
        sys.exit("The benchmarks run on PostgreSQL: make bench")
    modules()
    if unknown := set(names) - set(REGISTRY):
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(REGISTRY)}.")
    call_command("migrate", verbosity=0)
    call_command("build_fonts", verbosity=0)
    template = connection.settings_dict["NAME"]
    missed = False
    for name in names or REGISTRY:
        with own_database(template, f"bench_{name}"):
            line = REGISTRY[name].measure()
        missed = missed or line.endswith("missed")
        print(line, flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
