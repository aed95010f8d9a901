"""Which models of device are personal, written down where the triggers ask (migrations/agreements.sql).

A model that becomes personal with an upgrade finds devices that work without anybody having agreed: they stop, and what
they said is erased, as it should never have been kept.
"""

from __future__ import annotations

from datetime import datetime

from linli.kernel import audit
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now

from . import erasing
from .models import Agreement, PersonalModel, State, Thing, Why


def ensure() -> int:
    """As the scenes declare it today. Within a transaction; returns how many devices were stopped.

    What another installation's scenes declared stays as it was: only a model that is declared and not personal any more
    is let go.
    """
    personal = {name for name, device in catalogue().devices.items() if device.personal}
    with as_system():
        PersonalModel.objects.filter(model__in=catalogue().devices.keys() - personal).delete()
        known = set(PersonalModel.objects.values_list("model", flat=True))
        PersonalModel.objects.bulk_create([PersonalModel(model=model) for model in sorted(personal - known)])
        return sum(_stop(thing, now()) for thing in _unasked(personal))


def _unasked(personal: set[str]) -> list[Thing]:
    agreed = Agreement.objects.filter(begun_at__isnull=False, ended_at=None).values("thing_id")
    held = Thing.objects.select_for_update(of=("self",), no_key=True)
    return list(held.filter(model__in=personal, state=State.WORKING).exclude(pk__in=agreed).order_by("no"))


def _stop(thing: Thing, at: datetime) -> int:
    thing.state, thing.version = State.ASKING, thing.version + 1
    thing.save(update_fields=["state", "version"])
    erasing.erase(thing, at, Why.NEVER_ASKED)
    audit.append(
        by=SYSTEM, at=at, verb="things.end_agreement", stream=thing.stream, place_code=thing.place_code,
        before={"state": "working"}, after={"state": "asking", "why": "never_asked"},
    )  # fmt: skip
    return 1
