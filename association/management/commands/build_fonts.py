"""Build the certificates' typeface from the system's font."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from association.printing import fonts


class Command(BaseCommand):
    help = "Build the certificates' typeface from the system's Noto Serif CJK; does nothing when it is there."
    requires_system_checks: list[str] = []  # it mends what the checks would complain about

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build it even when it is there")

    def handle(self, *args: Any, force: bool, verbosity: int, **options: Any) -> None:
        try:
            done = fonts.build(force=force)
        except fonts.FontsMissing as missing:
            raise CommandError(str(missing)) from missing
        if verbosity:
            self.stdout.write(_("The typeface is built.") if done else _("The typeface is already there."))
