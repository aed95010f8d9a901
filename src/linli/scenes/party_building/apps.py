from django.apps import AppConfig


class PartyBuildingConfig(AppConfig):
    name = "linli.scenes.party_building"
    label = "party"
    verbose_name = "党建"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
