"""What a reader asks of a queue: read from a query string, written back, and turned into SQL conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import FINAL, OPEN, Stage, State
from linli.kernel.matters.models.matter import Urgency

Params = Mapping[str, Sequence[str]]
LONGEST_TEXT = 60
_ORDERED = "EXISTS (SELECT FROM matters_order o WHERE o.matter_id = m.id AND o.settled_at IS NULL)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """An immutable question; `state` empty means every open state. Dates are days of the display time zone."""

    state: tuple[str, ...] = ()
    stage: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    unit: UUID | None = None
    place: str = ""
    opened_from: date | None = None
    opened_until: date | None = None
    text: str = ""
    mine: bool = False
    supervised: bool = False
    helping: bool = False
    paused: bool = False
    reopened: bool = False
    newest: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        return self.state or tuple(s.value for s in OPEN)

    @property
    def backwards(self) -> bool:
        """Latest first: asked for, or natural because only ended matters are asked for."""
        return self.newest or all(s in FINAL for s in self.states)

    @property
    def words(self) -> list[str]:
        return self.text.split()

    def but(self, **changes: Any) -> Filter:
        return replace(self, **changes)

    def write(self) -> dict[str, list[str]]:
        """As a query string's parameters; `read` gives the same filter back."""
        written: dict[str, list[str]] = {}
        for name in NAMES:
            value = getattr(self, name)
            if isinstance(value, tuple):
                values = [str(v) for v in value]
            elif isinstance(value, bool):
                values = ["1"] if value else []
            else:
                values = [value.isoformat() if isinstance(value, date) else str(value)] if value else []
            if values:
                written[name] = values
        return written


NAMES = tuple(f.name for f in fields(Filter))


def read(params: Params) -> tuple[Filter, dict[str, str]]:
    """The filter a query string asks for, and a sentence for each part that made no sense.

    What made sense is kept; what did not is left out, so that a wrong date does not lose the words beside it.
    """
    if not params:
        return Filter(), {}
    faults: dict[str, str] = {}
    found: dict[str, Any] = {}
    choices: dict[str, set[str]] = {
        "state": {s.value for s in State},
        "stage": {str(s.value) for s in Stage},
        "kind": set(catalogue().kinds),
        "department": set(catalogue().departments),
        "urgency": {u.value for u in Urgency},
    }
    for name, allowed in choices.items():
        given = [v for v in params.get(name, ()) if v]
        if wrong := [v for v in given if v not in allowed]:
            faults[name] = _("没有“%(value)s”这个选项。") % {"value": wrong[0][:40]}
        known = [v for v in given if v in allowed]
        found[name] = tuple(int(v) for v in known) if name == "stage" else tuple(known)
    for name in ("mine", "supervised", "helping", "paused", "reopened", "newest"):
        found[name] = _one(params, name) in ("1", "true", "on")
    found["text"] = _one(params, "text").replace("\0", "")[:LONGEST_TEXT]
    place = _one(params, "place")
    if place.isdecimal() and place.isascii() and len(place) <= 30:
        found["place"] = place
    elif place:
        faults["place"] = _("地点代码只由数字组成。")
    if unit := _one(params, "unit"):
        try:
            found["unit"] = UUID(unit)
        except ValueError:
            faults["unit"] = _("没有这个单位。")
    for name in ("opened_from", "opened_until"):
        if day := _one(params, name):
            try:
                found[name] = date.fromisoformat(day)
            except ValueError:
                faults[name] = _("“%(value)s”不是日期，请写成 2026-03-01 这样。") % {"value": day[:40]}
    first, last = found.get("opened_from"), found.get("opened_until")
    if first and last and first > last:
        faults["opened_until"] = _("结束日期早于开始日期。")
        del found["opened_until"]
    return Filter(**found), faults


def _one(params: Params, name: str) -> str:
    values = params.get(name) or [""]
    return values[-1].strip()


def conditions(asked: Filter) -> tuple[list[str], list[Any]]:
    """SQL conditions on `m` (a row of matters_matter) beside scope, state and words; and their values."""
    sql: list[str] = []
    values: list[Any] = []

    def add(condition: str, *given: Any) -> None:
        sql.append(condition)
        values.extend(given)

    for column, chosen in (
        ("stage", asked.stage),
        ("kind", asked.kind),
        ("department", asked.department),
        ("urgency", asked.urgency),
    ):
        if chosen:
            add(f"m.{column} = ANY(%s)", list(chosen))
    if asked.place:
        add("starts_with(m.place_code, %s)", asked.place)
    if asked.unit:
        add("m.lead_unit_id = %s", asked.unit)
    if asked.opened_from:
        add("m.opened_at >= %s", _midnight(asked.opened_from))
    if asked.opened_until:
        add("m.opened_at < %s", _midnight(asked.opened_until + timedelta(days=1)))
    if asked.paused:
        add("m.paused_at IS NOT NULL")
    if asked.supervised:
        add(f"(m.stage = {Stage.SUPERVISED.value} OR {_ORDERED})")
    if asked.reopened:
        add("m.reopened > 0")
    return sql, values


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
