from django.apps import AppConfig


class TvConfig(AppConfig):
    name = "linli.screens.tv"
    label = "tv"
    verbose_name = "家庭电视屏"
