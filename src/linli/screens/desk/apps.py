from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "linli.screens.desk"
    label = "desk"
    verbose_name = "工作台"

    def ready(self) -> None:
        from linli.parts import frames

        from .shell import draw

        frames.put_up("desk", draw)
