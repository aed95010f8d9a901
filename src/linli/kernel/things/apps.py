from django.apps import AppConfig


class ThingsConfig(AppConfig):
    name = "linli.kernel.things"
    label = "things"
    verbose_name = "物"
