from django.apps import AppConfig


class PartyBuildingConfig(AppConfig):
    name = "linli.scenes.party_building"
    label = "party"
    verbose_name = "党建"

    def ready(self) -> None:
        from linli.kernel.messages.kinds import kinds
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER
        from .told import KINDS

        keepers.add(KEEPER)
        kinds.add(*KINDS)
