"""What a device has acknowledged it will do is what is expected of it, and what was expected before is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.declare import Command, Parameter
from linli.kernel.things import verbs
from linli.kernel.things.models import Interval, Order, Thing

from .cast import AT, Cast

HOUR = timedelta(hours=1)


def ordered(thing: Thing, seconds: int, *, answered: bool = True, after: int = 0) -> Order:
    """An order, as it stands when the device has acknowledged it."""
    at = AT + timedelta(minutes=after)
    with as_system():
        return Order.objects.create(
            thing=thing, command="set-interval", parameters={"seconds": seconds}, sent_at=at, until=at + HOUR,
            every=seconds, told_at=at, answered_at=at if answered else None,
        )  # fmt: skip


def every(thing: Thing) -> int | None:
    with as_system():
        return Thing.objects.get(pk=thing.pk).every


def test_the_register_follows_once_the_device_has_acknowledged_and_not_before(cast: Cast) -> None:
    thing = cast.register().thing
    order = ordered(thing, 600, answered=False)
    assert verbs.follow_intervals(at=AT + HOUR) == 0
    assert every(thing) is None
    with as_system():
        Order.objects.update(answered_at=AT)
    assert verbs.follow_intervals(at=AT + HOUR) == 1
    assert verbs.follow_intervals(at=AT + HOUR) == 0, "once"
    with as_system():
        order.refresh_from_db()
        record = Record.objects.get(verb="things.follow_interval")
        kept = Interval.objects.get()
    assert every(thing) == 600
    assert order.followed_at == AT + HOUR
    assert (record.before, record.after) == ({"every": None}, {"every": 600, "order": str(order.id)})
    assert (record.stream, record.happened_at) == (thing.stream, AT)
    assert (kept.thing_id, kept.every, kept.until) == (thing.id, None, AT)


def test_of_several_the_one_that_was_acknowledged_last_holds(cast: Cast) -> None:
    thing = cast.register().thing
    for seconds, after in ((60, 2), (600, 9), (300, 5)):
        ordered(thing, seconds, after=after)
    assert verbs.follow_intervals(at=AT + HOUR) == 3
    assert every(thing) == 600
    with as_system():
        assert [row.every for row in Interval.objects.order_by("until")] == [None, 60, 300]


def test_what_it_does_already_is_followed_and_nothing_is_recorded(cast: Cast) -> None:
    thing = cast.register().thing
    verbs.set_interval(by=cast.duty, at=AT, thing_id=thing.id, every=600)
    ordered(thing, 600)
    assert verbs.follow_intervals(at=AT + HOUR) == 1
    with as_system():
        assert not Record.objects.filter(verb="things.follow_interval").exists()
        assert Interval.objects.count() == 1, "the one before it was set by hand"


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter("seconds", "min", 60, 600),
        Parameter("seconds", "s", 0, 600),
        Parameter("seconds", "s", 60, 31 * 86400),
        Parameter("seconds", "s", 60, 600, digits=1),
        Parameter("seconds", choices=("60", "600")),
        Parameter("others", "s", 60, 600),
    ],
)
def test_what_is_no_interval_is_a_fault_of_the_declaration(parameter: Parameter) -> None:
    (fault,) = Command("set-interval", (parameter,), interval="seconds").faults()
    assert "no parameter of whole seconds" in fault
