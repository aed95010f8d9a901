from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "linli.kernel.messages"
    label = "told"  # Django's own messages have the name already
    verbose_name = "消息"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)
