from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssociationConfig(AppConfig):
    name = "association"
    verbose_name = _("Association")

    def ready(self) -> None:
        from association import letters, ports
        from association.impacts import CaseImpacts
        from association.letters.own import KINDS

        ports.impacts.register("cases", CaseImpacts())
        letters.register(KINDS)
