"""A thing is told to do something: a command its model declares, with parameters of the kind it declares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, covers, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Command, Parameter, seconds

from ..downward import road
from ..models import Order, State
from . import common

PERMISSION = "things.change"
MOST_WAITING = 20
"""Orders that may wait for one thing: who sends a twenty-first has not looked at the first."""


def order(
    *, by: Actor, at: datetime, thing_id: UUID, command: str, given: Mapping[str, float | str] | None = None
) -> Order:
    """Send a declared command down. The device is told at once if it listens, else when it comes back within the time
    the command lasts. Needs `things.change`.

    Raises NotFound, Invalid (command, or a parameter by its name), Conflict (it is not in use; too much waits already).
    """
    with common.act():
        thing = common.locked(thing_id, by, PERMISSION)
        common.must_be_in_use(thing)
        if thing.state == State.WAITING:
            raise Conflict(_("设备还没有安装，不能下发指令。"), code="waiting")
        if thing.state == State.ASKING:
            raise Conflict(_("设备还没有征得同意，或者同意已经收回，不能下发指令。"), code="agreement")
        declared = _declared(thing.model, command)
        values = _checked(declared, given or {})
        way = road()
        waiting = Order.objects.filter(thing=thing, answered_at=None, withdrawn_at=None, until__gt=at).count()
        until = at + timedelta(seconds=seconds(declared.lasts))
        made = Order(
            thing=thing, command=command, parameters=values, sent_at=at, until=until, by_name=by.name[:64],
            by_account=by.account_id, every=values[declared.interval] if declared.interval else None,
        )  # fmt: skip
        payload = json.dumps({"command": command, "id": str(made.id), **values}, ensure_ascii=False).encode()
        if way is None:
            raise Conflict(_("这个系统没有接入设备的通道，不能下发指令。"), code="no_road")
        made.save(force_insert=True)
        if waiting >= MOST_WAITING or not way.send(
            thing=thing.no, key=thing.key, order=made.id, payload=payload, at=at, until=until
        ):
            raise Conflict(_("等待下发的指令太多，设备可能已经离线。先撤回没有送达的。"), code="full")
        after = {"order": str(made.id), "command": command, **values, "until": until.isoformat()}
        common.record(by, at, "order", thing, after=after)
    return made


def withdraw_order(*, by: Actor, at: datetime, order_id: UUID) -> Order:
    """It is not to be told any more. Needs `things.change`. Raises NotFound, Conflict (the device has it, or it is over)."""
    require(by, PERMISSION)
    with common.act():
        found = Order.objects.select_for_update(of=("self",)).select_related("thing").filter(pk=order_id).first()
        if found is None or not covers(by, found.thing.place_code):
            raise NotFound(_("没有这条指令，或者设备不在您的管辖范围内。"))
        stands = found.stands(at)
        if stands not in (Order.Stands.WAITING, Order.Stands.TOLD):
            raise Conflict(_("这条指令已经送达、撤回或过期，不能再撤回。"), code="over")
        if (way := road()) is not None:
            way.withdraw(thing=found.thing.no, order=found.id)
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
        after = {"order": str(found.id), "command": found.command}
        common.record(by, at, "withdraw_order", found.thing, after=after)
    return found


def _declared(model: str, command: str) -> Command:
    device = catalogue().devices.get(model)
    found = device.command(command) if device else None
    if found is None:
        sentence = _("这种设备没有这个指令。")
        raise Invalid(sentence, fields={"command": sentence})
    return found


def _checked(command: Command, given: Mapping[str, float | str]) -> dict[str, float | str]:
    """Each parameter once, of its kind and in its range; whole numbers as such."""
    faults = {name: _("这个指令没有这一项。") for name in given if command.parameter(name) is None}
    values: dict[str, float | str] = {}
    for parameter in command.parameters:
        value = given.get(parameter.name)
        if isinstance(value, float) and parameter.digits == 0 and value.is_integer():
            value = int(value)
        if value is None or not parameter.takes(value):
            faults[parameter.name] = _wanted(parameter)
        else:
            values[parameter.name] = value
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)
    return values


def _wanted(parameter: Parameter) -> str:
    if parameter.choices:
        return _("请从列表中选择。")
    low, high = (f"{edge:.{parameter.digits}f}" for edge in (parameter.low, parameter.high))
    if parameter.digits:
        return _("请填写 %(low)s 到 %(high)s 之间的数。") % {"low": low, "high": high}
    return _("请填写 %(low)s 到 %(high)s 之间的整数。") % {"low": low, "high": high}
