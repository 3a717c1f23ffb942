from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssociationConfig(AppConfig):
    name = "association"
    verbose_name = _("Association")

    def ready(self) -> None:
        from association import document_words, newsletter_words, phrases, ports
        from association.impacts import CaseImpacts

        ports.impacts.register("cases", CaseImpacts())
        phrases.register(newsletter_words.SENTENCES)
        phrases.register(document_words.SENTENCES)
