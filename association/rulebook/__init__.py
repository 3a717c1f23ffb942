"""The rulebook (会员管理办法) as data: its language, its loader, its problems.

Pure: no Django. ``load(text)`` turns a TOML file into a typed, frozen :class:`Rulebook`.
"""

from association.rulebook.loader import load
from association.rulebook.schema import Rulebook

__all__ = ["Rulebook", "load"]
