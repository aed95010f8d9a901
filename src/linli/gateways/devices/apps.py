from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "linli.gateways.devices"
    label = "devices"
    verbose_name = "设备接入"
