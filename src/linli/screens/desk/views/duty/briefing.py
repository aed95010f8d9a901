"""晨会: yesterday in figures, what waits, what falls due, the night's warnings, who is on duty: on one sheet of A4.

Every number leads to its matters. Each part is one query of its room; what the reader's post may not know is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, NotFound, holds, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.duty import wall
from linli.kernel.duty.queries import days, deciding
from linli.kernel.duty.queries import gaps as missing
from linli.kernel.figures.measures import Counts
from linli.kernel.figures.queries.counting import count
from linli.kernel.figures.queries.listing import Behind, listed, total
from linli.kernel.figures.queries.periods import Period
from linli.kernel.figures.queries.scope import scope_of
from linli.kernel.figures.queries.standing import Standing, standing
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries import briefing
from linli.kernel.operations.queries import looking
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import latest, night
from linli.kernel.things.models import State, Thing
from linli.parts.doors import for_staff
from linli.parts.jinja import address
from linli.parts.words import word

from ...shell import draw
from ..operations.listing import WORDS as OPERATION_WORDS
from .common import WORDS

_YESTERDAY: tuple[tuple[str, str | Promise], ...] = (
    ("reported", _("新上报")),
    ("closed", _("办结")),
    ("finish_late", _("到期没办完")),
    ("answer_late", _("到期没答复")),
    ("reopened", _("重新打开")),
    ("returned", _("退回")),
)
_STANDING: tuple[tuple[str, str | Promise], ...] = (("open", _("在办")), ("overdue", _("已逾期")))
_DUSK = time(18)
_WEATHER = ("temperature", "humidity", "wind", "rain-1h", "rain-12h")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, its words, and where its matters stand; `before` the same of the day before, None where it has none."""

    words: str | Promise
    value: int
    href: str
    before: int | None = None


@require_GET
@for_staff
def briefing_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    today = wall.day_of(at)
    tomorrow = wall.midnight(today + wall.DAY)
    plans = holds(actor, "duty.change")
    shifts = days.shifts_on(actor, today) if holds(actor, "duty.read") else []
    dusk = wall.moment(today - wall.DAY, _DUSK)
    warnings = night.raised_between(actor, dusk, at) if holds(actor, "warnings.read") else []
    operations = looking.today(actor, wall.midnight(today), tomorrow) if holds(actor, "operations.read") else []
    requests = briefing.requests_waiting(actor)
    codes = (
        {s.place_code for s in shifts}
        | {w.place_code for w in warnings}
        | {r.operation.place_code for r in operations}
    )
    context: dict[str, Any] = {
        **WORDS,
        **OPERATION_WORDS,
        "at": at,
        "today": today,
        "dusk": dusk,
        "place": places.label(actor.scope) if actor.scope.isdecimal() else "",
        "yesterday": _yesterday(actor, today - wall.DAY, at),
        "standing": _standing(actor, at),
        "due": briefing.due_between(actor, at, tomorrow),
        "requests": requests,
        "swaps": deciding.swaps(actor, at) if plans else [],
        "leaves": deciding.leaves(actor, at) if plans else [],
        "warnings": warnings,
        "grades": _grades(warnings),
        "rule_word": lambda rule: word("rule", rule),
        "units": _by_unit(shifts),
        "gaps": [s for s in shifts if s.account_id is None],
        "tomorrow": missing.tomorrow(actor, at) if holds(actor, "duty.read") else [],
        "operations": operations,
        "weather": _weather(actor),
        "labels": places.labels(codes, above=Level.NEIGHBOURHOOD),
    }
    return draw(request, "desk/duty/briefing.html", context, here="desk:briefing")


@require_GET
@for_staff
def briefing_list(request: HttpRequest, name: str) -> HttpResponse:
    """The matters behind one of the sheet's numbers, exactly those that were counted."""
    actor: Actor = request.actor
    at = now()
    today = wall.day_of(at)
    words = dict((*_YESTERDAY, *_STANDING)).get(name)
    found: list[Matter]
    hidden = 0
    if name == "due":
        words, found = _("今天到期"), briefing.due_between(actor, at, wall.midnight(today + wall.DAY))
        number = len(found)
    elif words is None:
        raise NotFound(str(_("没有这个数字。")))
    else:
        period = Period(today - wall.DAY, today - wall.DAY) if name in dict(_YESTERDAY) else None
        asked = Behind((name,), period)
        number, behind = total(actor, asked, at=at), listed(actor, asked, at=at, limit=500)
        found = list(
            dict.fromkeys(behind.matters[r.matter_id] for r in behind.rows if r.matter_id in behind.matters)
        )
        hidden = sum(row.matter_id not in behind.matters for row in behind.rows)
    context = {
        "words": words,
        "matters": found,
        "hidden": hidden,
        "number": number,
        "labels": places.labels({matter.place_code for matter in found}),
        "when": today - wall.DAY if name in dict(_YESTERDAY) else today,
        **WORDS,
    }
    return draw(request, "desk/duty/briefing_list.html", context, here="desk:briefing")


def _yesterday(actor: Actor, day: date, at: datetime) -> list[Figure]:
    scope = scope_of(actor)
    counts = count(scope, Period(day, day), at).get("", Counts())
    before = count(scope, Period(day - wall.DAY, day - wall.DAY), at).get("", Counts())
    return [
        Figure(words, getattr(counts, name), address("desk:briefing_list", name), getattr(before, name))
        for name, words in _YESTERDAY
    ]


def _standing(actor: Actor, at: datetime) -> list[Figure]:
    stands = standing(scope_of(actor), at).get("", Standing())
    return [Figure(words, getattr(stands, name), address("desk:briefing_list", name)) for name, words in _STANDING]


def _grades(warnings: list[Any]) -> list[tuple[int, int]]:
    counted: dict[int, int] = {}
    for warning in warnings:
        counted[warning.severity] = counted.get(warning.severity, 0) + 1
    return sorted(counted.items(), reverse=True)


def _by_unit(shifts: list[Any]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for shift in shifts:
        if shift.account_id is not None:
            found.setdefault(shift.roster.unit.name, []).append(shift)
    return list(found.items())


def _weather(actor: Actor) -> dict[str, Any] | None:
    """What a weather station in the reader's places last said, within two hours; None where none speaks."""
    if not holds(actor, "things.read"):
        return None
    models = [name for name, device in catalogue().devices.items() if device.icon == "weather"]
    things = list(Thing.objects.filter(model__in=models, state=State.WORKING).order_by("place_code", "no")[:5])
    said = latest.of(things) if things else {}
    for thing in things:
        stands = said[thing.no]
        if stands.at is not None and now() - stands.at < timedelta(hours=2):
            values = [(word("quantity", q), q, stands.values[q]) for q in _WEATHER if q in stands.values]
            return {"thing": thing, "at": stands.at, "values": values}
    return None
