"""Screens for the demo, whose keys are known. Outside a demo this refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from linli.kernel.access import SYSTEM, NotAllowed
from linli.kernel.people.models import Person

from .. import codes
from ..models import Display, Kind, State
from .common import act, record


def demo_displays(
    boards: Iterable[tuple[str, str, str]], tvs: Iterable[tuple[str, str, UUID]], *, at: datetime
) -> int:
    """Boards as (key, name, place code), televisions as (key, name, person): enrolled. Twice is once.

    Raises NotAllowed outside a demo.
    """
    if not settings.DEMO:
        raise NotAllowed("demo displays exist only in a demo")
    made = 0
    with act():
        for key, name, place_code in boards:
            made += _enrolled(Display(kind=Kind.BOARD, name=name, place_code=place_code), key, at)
        for key, name, person_id in tvs:
            person = Person.objects.get(pk=person_id)
            home = person.residences.filter(valid__contains=at).first()
            tv = Display(kind=Kind.TV, name=name, place_code=person.place_code, person=person)
            tv.household_id = home.household_id if home else None
            made += _enrolled(tv, key, at)
    return made


def _enrolled(display: Display, key: str, at: datetime) -> int:
    if Display.objects.filter(key_print=codes.key_print(key)).exists():
        return 0
    display.key_print = codes.key_print(key)
    display.state, display.made_at, display.enrolled_at = State.ENROLLED, at, at
    display.save()
    verb = "confirm_board" if display.kind == Kind.BOARD else "bind_tv"
    record(SYSTEM, at, verb, display, after={"name": display.name, "demo": True})
    return 1
