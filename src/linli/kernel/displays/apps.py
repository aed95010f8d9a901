from django.apps import AppConfig


class DisplaysConfig(AppConfig):
    name = "linli.kernel.displays"
    label = "displays"
    verbose_name = "屏"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
