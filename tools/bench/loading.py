"""Find the benchmarks: every other module of this package."""

import importlib
import pkgutil
from types import ModuleType

import tools.bench

PARTS = {"registry", "web", "wsgi", "urls", "loading", "__main__"}


def modules() -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(tools.bench.__path__))
    return [importlib.import_module(f"tools.bench.{name}") for name in names if name not in PARTS]
