from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "linli.kernel.readings"
    label = "readings"
    verbose_name = "感知"

    def ready(self) -> None:
        from linli.kernel.things.erasing import erasers

        from .erasing import erase

        erasers.add("readings", erase)
