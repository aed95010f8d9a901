from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "linli.screens.board"
    label = "board"
    verbose_name = "居村电子屏"
