from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "linli.kernel.duty"
    label = "duty"
    verbose_name = "值班"
