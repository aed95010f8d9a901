from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "linli.kernel.matters"
    label = "matters"
    verbose_name = "事"

    def ready(self) -> None:
        from linli.kernel.people.keepers import keepers

        from .keeping import KEEPER

        keepers.add(KEEPER)

        from linli.kernel.things.erasing import erasers

        from .verbs.alarming import agreement_ended

        erasers.add("matters", agreement_ended)

        from linli.kernel.people.following import Pointing, pointings

        pointings.add(Pointing("matters_matter", "person_ids", array=True))
