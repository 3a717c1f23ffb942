from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicepoolConfig(AppConfig):
    name = "servicepool"
    verbose_name = _("Provider registries")
