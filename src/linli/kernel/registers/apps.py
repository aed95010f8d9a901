from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "linli.kernel.registers"
    label = "registers"
    verbose_name = "台账"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
