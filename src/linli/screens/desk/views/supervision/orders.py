"""督办单: orders given and received, late ones first; one of them with its chain; the table to take away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.matters import flow
from linli.kernel.matters.facts import facts_of
from linli.kernel.matters.models import Phase
from linli.kernel.matters.queries import orders
from linli.kernel.matters.queries.row import seen
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ... import exporting, supervising
from ...pictures import of_files
from ...rail import shown
from ...rows import with_places, with_times
from ...shell import draw, paint
from ...words import level_word, order_text

_PAGE = 50
TOGETHER = ("reply_order", "settle_order")
"""What can be done to several orders at once, and in which phase: `_FITS`."""
_FITS = {Phase.WAITING: "reply_order", Phase.ANSWERED: "settle_order"}
_VERBS = ("reply_order", "settle_order", "return_order", "pass_order", "urge_order", "withdraw_order")


@require_GET
@for_staff
def orders_page(request: HttpRequest) -> HttpResponse:
    """One side and phase of the orders, narrowed by the query string; only its list when htmx asks for it."""
    actor: Actor = request.actor
    at = now()
    sides = supervising.sides_of(actor)
    asked = orders.read(request.GET.dict())
    if asked.side not in sides or "side" not in request.GET:
        asked = asked.but(side=sides[0] if actor.unit_id else sides[-1])
    page = orders.orders(actor, asked, at=at, after=request.GET.get("after"), limit=_PAGE)
    numbers = orders.tallies(actor, _tallied(sides, asked), at=at)
    verb = _FITS.get(Phase(asked.phase), "")
    context = {
        **supervising.WORDS,
        "rows": with_places(with_times(page.rows), actor.scope),
        "asked": asked,
        "at": at,
        "sides": [
            (
                _address(asked.but(side=side, late=False)),
                supervising.SIDES[side],
                side == asked.side,
                shown(numbers[side]),
            )
            for side in sides
        ],
        "phases": _phases(asked, numbers),
        "first": _address(asked) if request.GET.get("after") else "",
        "next": _address(asked, page.next_cursor) if page.next_cursor else "",
        "address": _address(asked),
        "bulk": verb if verb and holds(actor, f"matters.{verb}") and _judges(asked.side, verb) else "",
        "export": reverse("desk:orders_export") + "?" + urlencode(asked.write()),
        "may_export": holds(actor, "matters.export"),
        "narrowed": bool(asked.place or asked.unit or asked.kind or asked.by or asked.returned),
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/supervision/orders_list.html", context)
    choices = {
        "place": supervising.places_below(actor),
        "unit": supervising.units(actor),
        "kind": supervising.kinds(),
    }
    page_context = {**context, "choices": choices, "tabs": supervising.tabs("orders", actor)}
    return draw(request, "desk/supervision/orders.html", page_context, here="desk:orders")


@require_GET
@for_staff
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: what it asks, the answers, what was sent back, where it came from and to whom it was passed."""
    actor: Actor = request.actor
    found = orders.whole(actor, order_id)
    order = with_times(found.order)
    row = seen(UUID(order["matter_id"]))
    possible = {p.verb: p for p in flow.possible(row, facts_of(row), actor)} if row else {}
    offered = [possible[verb] for verb in _VERBS if verb in possible and _concerns(verb, order, actor)]
    context = {
        **supervising.WORDS,
        "order": order,
        "at": now(),
        "files": list(of_files(found.files).values()),
        "sent_back": with_times(list(found.sent_back)),
        "chain": with_times(list(found.chain)),
        "together": with_times(orders.beside(actor, found.order)),
        "course": orders.course(actor, found.order),
        "place": places.label(order["place_code"]),
        "verbs": [p for p in offered if p.allowed],
        "barred": [p for p in offered if not p.allowed],
        "tabs": supervising.tabs("orders", actor),
    }
    return draw(request, "desk/supervision/order.html", context, here="desk:orders")


@require_GET
@for_staff
def orders_export(request: HttpRequest) -> HttpResponse:
    """The question on the screen as a workbook or as CSV."""
    actor: Actor = request.actor
    at = now()
    rows = orders.exported(actor, orders.read(request.GET.dict()), at=at)
    form = exporting.form_of(request)
    return exporting.table_file(
        form,
        f"orders-{exporting.wall(at):%Y%m%d-%H%M}.{form}",
        _("督办单"),
        _heads(),
        (_line(row, at) for row in with_times(rows)),
    )


def _heads() -> list[str]:
    return [
        _("编号"), _("事项"), _("发出层级"), _("发出单位"), _("督办要求"), _("发出时间"), _("由谁回复"), _("回复期限"),
        _("状态"), _("是否按时"), _("回复时间"), _("书面回复"), _("退回次数"), _("催办次数"), _("销号时间"),
    ]  # fmt: skip


def _line(row: dict[str, Any], at: datetime) -> list[Any]:
    return [
        row["number"],
        row["title"],
        level_word(row["level"]),
        _("到期自动发出") if row["automatic"] else row["by_unit"] or "",
        order_text(row),
        exporting.wall(row["ordered_at"]),
        row["unit"] or "",
        exporting.wall(row["reply_due"]),
        supervising.phase_word(row["phase"]),
        supervising.timely_word(row, at),
        exporting.wall(row["replied_at"]) if row["replied_at"] else "",
        row["reply"],
        row["returned"],
        row["urged"],
        exporting.wall(row["settled_at"]) if row["settled_at"] else "",
    ]


def _concerns(verb: str, order: dict[str, Any], actor: Actor) -> bool:
    """Whether a verb is about this very order: the table speaks of the matter, which may have others."""
    if verb in ("reply_order", "pass_order"):
        mine = order["unit_id"] == str(actor.unit_id) or not order["unit_id"]
        return order["phase"] == Phase.WAITING and mine
    if int(actor.level) < order["level"]:
        return False
    if verb == "urge_order":
        return order["phase"] == Phase.WAITING
    return order["phase"] == Phase.ANSWERED if verb != "withdraw_order" else order["phase"] < Phase.SETTLED


def _judges(side: str, verb: str) -> bool:
    return side == "owed" if verb == "reply_order" else side in ("given", "below", "all")


def _tallied(sides: list[str], asked: orders.Asked) -> dict[str, orders.Asked]:
    """What is counted beside the list: what waits on each side, and each phase of this one."""
    plain = orders.Asked(side=asked.side, place=asked.place, unit=asked.unit, kind=asked.kind, by=asked.by)
    return {
        **{side: orders.Asked(side=side) for side in sides},
        "late": plain.but(late=True),
        **{f"phase{phase.value}": plain.but(phase=phase.value) for phase in (Phase.WAITING, Phase.ANSWERED)},
    }


def _phases(asked: orders.Asked, numbers: dict[str, int]) -> list[tuple[str, str, bool, str | None]]:
    late = asked.but(phase=Phase.WAITING.value, late=True)
    found = [(_address(late), _("逾期未回复"), asked.late and not asked.phase, shown(numbers["late"]))]
    for phase in Phase:
        count = shown(numbers[f"phase{phase.value}"]) if f"phase{phase.value}" in numbers else None
        is_here = asked.phase == phase and not (asked.late and phase == Phase.WAITING)
        found.append(
            (_address(asked.but(phase=phase.value, late=False)), supervising.phase_word(phase), is_here, count)
        )
    return found


_address = supervising.orders_address
