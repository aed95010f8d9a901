from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "linli.kernel.figures"
    label = "figures"
    verbose_name = "评价"
