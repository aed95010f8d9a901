from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "linli.kernel.points"
    label = "points"
    verbose_name = "积分"

    def ready(self) -> None:
        from linli.kernel.messages.kinds import kinds
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER
        from .told import KINDS

        keepers.add(KEEPER)
        kinds.add(*KINDS)
