from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssociationConfig(AppConfig):
    name = "association"
    verbose_name = _("Association")

    def ready(self) -> None:
        from association import announcement_phrases, letters, phrases, ports
        from association.impacts import CaseImpacts
        from association.letters.own import KINDS
        from association.newsletter_words import SENTENCES

        ports.impacts.register("cases", CaseImpacts())
        phrases.register(announcement_phrases.SENTENCES)
        phrases.register(SENTENCES)
        letters.register(KINDS)
