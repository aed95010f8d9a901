from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "linli.kernel.points"
    label = "points"
    verbose_name = "积分"
