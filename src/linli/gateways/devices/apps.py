from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "linli.gateways.devices"
    label = "devices"
    verbose_name = "设备接入"

    def ready(self) -> None:
        from linli.kernel.things import downward
        from linli.kernel.things.erasing import erasers

        from .down import OrdersGoDown
        from .erasing import erase

        downward.lay(OrdersGoDown())
        erasers.add("devices", erase)
