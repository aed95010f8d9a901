from django.apps import AppConfig


class PartsConfig(AppConfig):
    name = "linli.parts"
    label = "parts"
    verbose_name = "外观"
