from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "linli.screens.desk"
    label = "desk"
    verbose_name = "工作台"
