from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "linli.kernel.readings"
    label = "readings"
    verbose_name = "感知"
