"""Why an upload is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class Unacceptable(Exception):
    """``code`` says why, ``facts`` what a sentence about it needs. Neither holds anything of the file's content."""

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        self.code, self.facts = code, MappingProxyType(dict(facts or {}))
        super().__init__(code, dict(self.facts))

    def __str__(self) -> str:
        return f"{self.code} {dict(self.facts)}" if self.facts else self.code
