from django.apps import AppConfig
from django.core import checks


class CatalogueConfig(AppConfig):
    name = "linli.kernel.catalogue"
    label = "catalogue"
    verbose_name = "目录"

    def ready(self) -> None:
        checks.register(scenes_are_sound)


def scenes_are_sound(**_kwargs: object) -> list[checks.CheckMessage]:
    from .registry import faults

    return [checks.Error(fault, id="linli.E001") for fault in faults()]
