from django.apps import AppConfig


class SignsConfig(AppConfig):
    name = "linli.kernel.signs"
    label = "signs"
    verbose_name = "苗头"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
