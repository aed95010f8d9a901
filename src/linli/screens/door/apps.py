from django.apps import AppConfig


class DoorConfig(AppConfig):
    name = "linli.screens.door"
    label = "door"
    verbose_name = "登录"
