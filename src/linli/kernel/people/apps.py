from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linli.kernel.people"
    label = "people"
    verbose_name = "人"

    def ready(self) -> None:
        from linli.kernel.access.roles import grant
        from linli.kernel.catalogue.registry import catalogue

        from .keepers import keepers
        from .keeping import KEEPER

        keepers.add(KEEPER)
        for scene in catalogue().scenes:
            grant(scene.grants)
