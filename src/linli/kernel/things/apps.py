from django.apps import AppConfig


class ThingsConfig(AppConfig):
    name = "linli.kernel.things"
    label = "things"
    verbose_name = "物"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)

        from .erasing import erase_orders, erasers

        erasers.add("things", erase_orders)
