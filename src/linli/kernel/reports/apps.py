from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "linli.kernel.reports"
    label = "reports"
    verbose_name = "报表"

    def ready(self) -> None:
        from linli.kernel.people.following import Pointing, pointings
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
        pointings.add(Pointing("reports_line", "subject"))
