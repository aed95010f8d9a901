from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "linli.screens.command"
    label = "command"
    verbose_name = "指挥大屏"
