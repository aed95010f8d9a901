from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "linli.kernel.triage"
    label = "triage"
    verbose_name = "研判"
