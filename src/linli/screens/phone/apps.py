from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "linli.screens.phone"
    label = "phone"
    verbose_name = "居民手机"

    def ready(self) -> None:
        from linli.parts import frames

        from .frame import draw

        frames.put_up("phone", draw)
