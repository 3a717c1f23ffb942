"""The rulebook (会员管理办法) as data: its language, its loader, its problems.

Pure: no Django. :func:`load` turns a TOML file into a typed, frozen :class:`Rulebook`.
"""

from .loader import digest, load, preset, preset_text, presets
from .problems import Problem, RulebookInvalid, describe
from .schema import Rulebook, Silent

__all__ = [
    "Problem",
    "Rulebook",
    "RulebookInvalid",
    "Silent",
    "describe",
    "digest",
    "load",
    "preset",
    "preset_text",
    "presets",
]
