"""``manage.py demo``: load the demo association; ``--accounts`` prints its accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from association.models import Adoption
from portal.demo import loader
from portal.demo.accounts import table
from portal.demo.plans import PLANS


class Command(BaseCommand):
    help = "Load the demo association of RULEBOOK, unless it is there already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="Only print the demo accounts.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo does not load in production: its passwords are public.")
        if settings.RULEBOOK not in PLANS:
            known = ", ".join(PLANS)
            raise CommandError(f"There is no demo association of RULEBOOK={settings.RULEBOOK}; there are: {known}.")
        if options["accounts"]:
            self.stdout.write(table())
            return
        if not Adoption.objects.exists():
            with transaction.atomic():
                loader.load_demo(settings.RULEBOOK)
        self.stdout.write("demo association ready")
