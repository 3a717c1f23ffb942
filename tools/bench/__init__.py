"""Benchmarks: each compares our way of doing a thing with the barest possible one, in the same run.

    make bench          all of them
    … -m tools.bench queue quote      these

A benchmark is a generator in a module of this package, named by the decorator. It prepares its data, yields the two
sides, and cleans up after the yield. The sides are run in turns, the quickest round of each counts, and one line is
printed: ``name ratio target met|missed``. It runs on a PostgreSQL database of its own, migrated and otherwise empty.

    @benchmark("quote", at_most=1.5)
    def quote():
        with site() as ours, site(bare=True) as bare:
            yield Sides(ours=lambda: ours.get("/api/v1/quote?…"), bare=lambda: bare.get("/bench/quote"))

A module's ``urlpatterns`` are the bare side's pages.
"""

from tools.bench.registry import Benchmark, Sides, benchmark
from tools.bench.web import Site, site

__all__ = ["Benchmark", "Sides", "Site", "benchmark", "site"]
