from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linli.kernel.people"
    label = "people"
    verbose_name = "人"
