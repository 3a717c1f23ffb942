"""Which events the steps of a procedure bring about: for whoever runs them, quotes them, or reads a file over."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BRINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "notify": ("notice.sent", "notice.received"),  # what is in the portal has arrived
        "pay": ("fee.received",),
        "receive_originals": ("document.originals_received",),
        "register": ("registration.completed",),
        "publish": ("announcement.published",),
    }
)
"""What has happened once a step of this action is passed."""

DECIDED = frozenset({"application.submitted", "application.completed", "review.passed", "decision.approved"})
"""Events that have happened once an application is approved, whatever its steps."""
