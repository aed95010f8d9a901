from django.apps import AppConfig


class EmergenciesConfig(AppConfig):
    name = "linli.kernel.emergencies"
    label = "emergencies"
    verbose_name = "应急"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
