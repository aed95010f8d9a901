from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "linli.kernel.clock"
    label = "clock"
    verbose_name = "时限"

    def ready(self) -> None:
        """Hand the clock down to the floor below, which may not ask upward."""
        from linli.kernel.clock.now import now
        from linli.kernel.files import present

        present.use(now)
