from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linli.kernel.people"
    label = "people"
    verbose_name = "人"

    def ready(self) -> None:
        from .keepers import keepers
        from .keeping import KEEPER

        keepers.add(KEEPER)
