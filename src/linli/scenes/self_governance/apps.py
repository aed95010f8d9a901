from django.apps import AppConfig


class SelfGovernanceConfig(AppConfig):
    name = "linli.scenes.self_governance"
    label = "self_governance"
    verbose_name = "自治共治"

    def ready(self) -> None:
        from linli.kernel.messages.kinds import kinds
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER
        from .told import KINDS

        keepers.add(KEEPER)
        kinds.add(*KINDS)
