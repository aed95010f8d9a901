"""下发指令: what this device can be told to do, and what became of what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, allows
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.declare import Command, Parameter, seconds
from linli.kernel.places import queries as places
from linli.kernel.readings.queries.sentences import span
from linli.kernel.things import verbs
from linli.kernel.things.models import Order, State
from linli.kernel.things.queries import one, orders
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve
from linli.parts.words import word

from ...shell import draw, paint

_TONES = {"waiting": ("paused", "clock"), "told": ("accent", "next"), "answered": ("done", "done"), "expired": ("", "minus"), "unanswered": ("warned", "warned"), "withdrawn": ("", "undo")}  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def orders_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """The page; only its list when htmx asks for it."""
    actor: Actor = request.actor
    thing = one.find(actor, thing_id)
    device = catalogue().devices.get(thing.model)
    commands = device.commands if device else ()
    response, forms, status = serve(request, [*(_act(command, thing_id) for command in commands), _withdraw()])
    if response:
        return response
    at = now()
    rows = [
        _row(order, device.command(order.command) if device else None, at)
        for order in orders.of_thing(actor, thing_id)
    ]
    may = allows(actor, "things.change", thing.place_code) and thing.state == State.WORKING
    context: dict[str, Any] = {
        "thing": thing,
        "place": places.label(thing.place_code),
        "rows": rows,
        "moves": any(row["open"] for row in rows),
        "commands": [(forms[command.name], word("command", command.name, "about")) for command in commands],
        "forms": forms,
        "may": may,
    }
    if request.htmx and request.headers.get("HX-Target") == "orders":
        return paint(request, "desk/devices/orders_list.html", context)
    return draw(request, "desk/devices/orders.html", context, here="desk:things", status=status)


def _row(order: Order, declared: Command | None, at: Any) -> dict[str, Any]:
    stands = order.stands(at)
    tone, mark = _TONES[stands.value]
    return {
        "order": order,
        "what": word("command", order.command),
        "with": [_said(name, value, declared) for name, value in order.parameters.items()],
        "stands": _t(stands.label),
        "tone": tone,
        "mark": mark,
        "open": stands in (Order.Stands.WAITING, Order.Stands.TOLD),
    }


def _said(name: str, value: object, declared: Command | None) -> str:
    parameter = declared.parameter(name) if declared else None
    shown = word("choice", str(value)) if parameter and parameter.choices else str(value)
    unit = f" {parameter.unit}" if parameter and parameter.unit else ""
    return f"{word('parameter', name)} {shown}{unit}"


def _act(command: Command, thing_id: UUID) -> Act:
    """A form of one command. Its fields carry the command's name: forms beside each other have no field in common."""

    def send(*, by: Any, at: Any, **given: Any) -> Order:
        values = {name.partition(".")[2]: value for name, value in given.items()}
        try:
            return verbs.order(by=by, at=at, thing_id=thing_id, command=command.name, given=values)
        except Invalid as refused:
            raise Invalid(refused.sentence, fields=_renamed(command, refused.fields)) from None

    lasts = span(seconds(command.lasts))
    return Act(
        key=command.name,
        words=word("command", command.name),
        lead=_t("%(about)s %(span)s内没有送达就作废。")
        % {"about": word("command", command.name, "about"), "span": lasts},
        done=_("指令已下发，送达情况看列表。"),
        fields=tuple(_field(command, parameter) for parameter in command.parameters),
        options={
            f"{command.name}.{p.name}": [(choice, word("choice", choice)) for choice in p.choices]
            for p in command.parameters
        },
        verb=send,
    )


def _renamed(command: Command, fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{command.name}.{name}": sentence for name, sentence in fields.items()}


def _field(command: Command, parameter: Parameter) -> Field:
    name = f"{command.name}.{parameter.name}"
    label = word("parameter", parameter.name)
    if parameter.choices:
        return Field(name=name, label=label, kind=Kind.SELECT, options=name)
    low, high = (f"{edge:.{parameter.digits}f}" for edge in (parameter.low, parameter.high))
    hint = _t("%(low)s 到 %(high)s %(unit)s") % {"low": low, "high": high, "unit": parameter.unit}
    return Field(name=name, label=label, kind=Kind.NUMBER, hint=hint.strip())


def _withdraw() -> Act:
    return Act(
        key="withdraw",
        words=_("撤回"),
        tone="small",
        done=_("指令已撤回。"),
        fields=(Field(name="order_id", label="", kind=Kind.HIDDEN_ID),),
        verb=verbs.withdraw_order,
    )
