from django.apps import AppConfig
from django.core import checks


class CatalogueConfig(AppConfig):
    name = "linli.kernel.catalogue"
    label = "catalogue"
    verbose_name = "目录"

    def ready(self) -> None:
        from linli.kernel.access.roles import grant

        from .registry import catalogue

        checks.register(scenes_are_sound)
        for scene in catalogue().scenes:
            grant(scene.grants)


def scenes_are_sound(**_kwargs: object) -> list[checks.CheckMessage]:
    from .registry import faults

    return [checks.Error(fault, id="linli.E001") for fault in faults()]
