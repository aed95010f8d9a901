from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "linli.kernel.places"
    label = "places"
    verbose_name = "地点"
