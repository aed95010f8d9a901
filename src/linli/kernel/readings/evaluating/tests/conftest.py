from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from linli.kernel.access import as_system
from linli.kernel.catalogue import registry
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import BATTERY, Device, Quantity, Reading, Rule, Scene, Severity, Silent, minutes
from linli.kernel.things.models import Slot, Thing
from linli.kernel.things.shards import shard_of

HOOD = "310199001001"
AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
METER = Device("meter", (Quantity("heat", "°C", -40, 200), BATTERY), every=minutes(1))
SCENE = Scene(
    "toy",
    devices=(METER,),
    rules=(
        Rule(
            "too-hot",
            of=("meter",),
            when=Reading("heat").above(60, clears=55),
            severity=Severity.ORANGE,
            lasts=30,
            calms=0,
        ),
        Rule("rises", of=("meter",), when=Reading("heat").rises(15, within=60), gathers=0, calms=0),
        Rule("gone-quiet", of=("meter",), when=Silent(), gathers=0, calms=0),
    ),
)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """A catalogue of one model of device and two rules."""
    made = Catalogue([SCENE], {})
    for module in (
        "linli.kernel.readings.evaluating.book",
        "linli.kernel.readings.queries.series",
        "linli.kernel.readings.spoken",
    ):
        monkeypatch.setattr(f"{module}.catalogue", lambda: made)
    monkeypatch.setattr(registry, "catalogue", lambda: made)
    yield made


@pytest.fixture
def meter(db: None) -> Callable[..., Thing]:
    """Makes meters; the first call also gives their quantities slots."""

    def make(key: str = "meter-1", place_code: str = HOOD + "001001001", **more: object) -> Thing:
        with as_system():
            for slot, quantity in enumerate(("heat", "battery")):
                Slot.objects.get_or_create(model="meter", quantity=quantity, defaults={"slot": slot})
            return Thing.objects.create(
                key=key, model="meter", name=key, place_code=place_code, shard=shard_of(place_code),
                state="working", registered_at=AT, **more,
            )  # fmt: skip

    return make
