"""The bare sides: every benchmark's own pages."""

from tools.bench.loading import modules

urlpatterns = [pattern for module in modules() for pattern in getattr(module, "urlpatterns", [])]
