"""A thing is told what its model declares, in the ranges it declares, and the order says how far it came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from linli.gateways.devices.models import Command as Down
from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Command, Device, Parameter, Quantity, minutes
from linli.kernel.things import verbs
from linli.kernel.things.models import Order
from linli.kernel.things.queries import orders
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import AT, Cast, make_cast

HOUR = timedelta(hours=1)


@pytest.fixture
def cast(db: None, settings: Any) -> Iterator[Cast]:
    settings.SCENES = ["linli.kernel.things.tests.toy"]
    catalogue.cache_clear()
    ensure_slots()
    yield make_cast()
    catalogue.cache_clear()


def send(cast: Cast, of: verbs.Registered, command: str = "silence", by: str = "duty", **given: Any) -> Order:
    values = given or ({"minutes": 10} if command == "silence" else {})
    return verbs.order(by=cast.actors[by], at=AT, thing_id=of.thing.id, command=command, given=values)


def test_an_order_goes_down_as_its_model_declares_it_and_is_recorded(cast: Cast) -> None:
    made = cast.register()
    sent = send(cast, made, minutes=10.0)
    with as_system():
        down = Down.objects.get()
        record = Record.objects.get(verb="things.order")
    assert bytes(down.payload).decode() == f'{{"command": "silence", "id": "{sent.id}", "minutes": 10}}'
    assert (down.topic, down.order, down.until) == ("d/sd-0001/down/command", sent.id, AT + HOUR)
    assert record.after is not None and (record.after["command"], record.after["minutes"]) == ("silence", 10)
    assert record.actor_name == "吴值班" and record.stream == made.thing.stream
    assert (sent.stands(AT), sent.stands(AT + HOUR)) == ("waiting", "expired")
    with looking_as(cast.grid):
        assert [one.id for one in orders.of_thing(cast.grid, made.thing.id)] == [sent.id]
    with looking_as(cast.far_grid):
        assert orders.of_thing(cast.far_grid, made.thing.id) == []


@pytest.mark.parametrize(
    ("command", "given", "field"),
    [
        ("format-disk", {}, "command"),
        ("silence", {}, "minutes"),
        ("silence", {"minutes": 0}, "minutes"),
        ("silence", {"minutes": 31}, "minutes"),
        ("silence", {"minutes": 1.5}, "minutes"),
        ("silence", {"minutes": float("nan")}, "minutes"),
        ("silence", {"minutes": "ten"}, "minutes"),
        ("silence", {"minutes": True}, "minutes"),
        ("silence", {"minutes": 5, "shell": "rm"}, "shell"),
        ("tone", {"loudness": "deafening", "gain": 0.5}, "loudness"),
        ("tone", {"loudness": "soft", "gain": 0.555}, "gain"),
        ("self-test", {"minutes": 5}, "minutes"),
    ],
)
def test_what_is_not_declared_is_not_sent(cast: Cast, command: str, given: dict[str, Any], field: str) -> None:
    made = cast.register()
    with pytest.raises(Invalid) as refused:
        verbs.order(by=cast.duty, at=AT, thing_id=made.thing.id, command=command, given=given)
    assert field in refused.value.fields
    with as_system():
        assert not Order.objects.exists() and not Down.objects.exists()


def test_who_may(cast: Cast) -> None:
    made = cast.register()
    for who in ("grid", "dispatcher", "handler", "leader"):
        with pytest.raises(NotAllowed):
            send(cast, made, by=who)
    with pytest.raises(NotFound):
        send(cast, made, by="far_keeper")
    sent = send(cast, made, by="keeper")
    with pytest.raises(NotFound):
        verbs.withdraw_order(by=cast.far_keeper, at=AT, order_id=sent.id)


def test_an_order_of_an_interval_says_which(cast: Cast) -> None:
    made = cast.register()
    assert send(cast, made, "set-interval", seconds=600).every == 600
    assert send(cast, made, "self-test").every is None


def test_who_is_not_in_use_is_told_nothing(cast: Cast) -> None:
    with pytest.raises(Conflict):
        send(cast, cast.register(key="w-1", waits=True))
    made = cast.register()
    verbs.retire(by=cast.keeper, at=AT, thing_id=made.thing.id)
    with pytest.raises(Conflict):
        send(cast, made)


def test_withdrawn_it_is_told_no_more_and_only_once(cast: Cast) -> None:
    made = cast.register()
    sent, kept = send(cast, made), send(cast, made, "self-test")
    assert verbs.withdraw_order(by=cast.duty, at=AT, order_id=sent.id).stands(AT) == "withdrawn"
    with as_system():
        assert [down.order for down in Down.objects.all()] == [kept.id]
    for at in (AT, AT + 2 * HOUR):
        with pytest.raises(Conflict):
            verbs.withdraw_order(by=cast.duty, at=at, order_id=sent.id)


def test_too_many_that_wait_are_refused_and_nothing_of_them_stays(cast: Cast) -> None:
    made = cast.register()
    for _ in range(20):
        send(cast, made)
    with pytest.raises(Conflict):
        send(cast, made)
    with as_system():
        assert Order.objects.count() == Down.objects.count() == 20
    assert verbs.order(by=cast.duty, at=AT + HOUR, thing_id=made.thing.id, command="self-test")


def test_faults_of_commands_are_said() -> None:
    bad = Device(
        "x", (Quantity("q"),), every=minutes(1),
        commands=(
            Command("Bad name"), Command("a", (Parameter("id", "", 0, 1),)), Command("b", (Parameter("p", "", 2, 1),)),
            Command("c", lasts=minutes(0)), Command("c"),
        ),
    )  # fmt: skip
    found = " ".join(bad.faults())
    for word in ("'Bad name'", "'id'", "no range between 2 and 1", "no time a device is waited for", "2 times"):
        assert word in found
