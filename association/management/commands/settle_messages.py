"""Settle messages that are in doubt by the mail server's log on standard input: those it names did go out."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from association.actions import failures


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--send-others", action="store_true", help="send what the log does not name")

    def handle(self, *args: Any, **options: Any) -> None:
        arrived, again = failures.settle(sys.stdin, again=options["send_others"])
        self.stdout.write(f"{arrived} arrived, {again} sent again")
