from django.apps import AppConfig


class SelfGovernanceConfig(AppConfig):
    name = "linli.scenes.self_governance"
    label = "self_governance"
    verbose_name = "自治共治"
