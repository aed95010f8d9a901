from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "linli.screens.phone"
    label = "phone"
    verbose_name = "居民手机"
