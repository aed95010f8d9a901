from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "linli.kernel.registers"
    label = "registers"
    verbose_name = "台账"

    def ready(self) -> None:
        from linli.kernel.messages.kinds import kinds
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER
        from .told import KINDS

        keepers.add(KEEPER)
        kinds.add(*KINDS)
