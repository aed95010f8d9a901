from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "linli.kernel.datasets"
    label = "datasets"
    verbose_name = "数据集"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
