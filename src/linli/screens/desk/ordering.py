"""The columns of a table that is taken away, in the reader's own order: said once, remembered by what columns are called, so
that the next report with the same columns, or some of them, comes in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.clock.now import now

from .verbs import keep_order, order_of

_OUT = "-"
"""Before the name of a column that was left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column: its number in the table, what it is called, and its place in the reader's order; "" where it is left out."""

    number: int
    label: str
    place: int | str


def places(actor: Actor, table: str, labels: Sequence[str]) -> list[Place]:
    """Every column with its place; as they stand in the table where nothing was said yet."""
    order = _remembered(order_of(actor, table), _names(labels))
    return [Place(n, label, order.index(n) + 1 if n in order else "") for n, label in enumerate(labels, 1)]


def taken(request: HttpRequest, table: str, labels: Sequence[str]) -> list[int]:
    """Numbers of the columns to take, in order: as is said now (POST, `order_<number>`), which is remembered; else as it was
    last. Raises Invalid where no column is left."""
    names = _names(labels)
    kept = order_of(request.actor, table)
    if request.method != "POST":
        return _remembered(kept, names) or list(range(1, len(labels) + 1))
    said = [(request.POST.get(f"order_{n}", "").strip(), n) for n in range(1, len(labels) + 1)]
    chosen = [n for _place, n in sorted((int(text), n) for text, n in said if text.isdecimal() and len(text) < 4)]
    if not chosen:
        raise Invalid(_("请至少给一列写上次序。"), fields={"elements": _("请至少给一列写上次序。")})
    mine = [names[n - 1] for n in chosen]
    mine += [_OUT + name for name in names if name not in set(mine)]
    others = [one for one in kept if one.removeprefix(_OUT) not in set(names)]
    keep_order(by=request.actor, at=now(), table=table, columns=[*mine, *others])
    return chosen


def _remembered(kept: Sequence[str], names: Sequence[str]) -> list[int]:
    """Numbers of the columns in the order that was said of them, in whatever table; those nobody has said anything of follow."""
    where = {name: n for n, name in enumerate(names, 1)}
    first = [where[name] for name in kept if name in where]
    told = {one.removeprefix(_OUT) for one in kept}
    return first + [n for name, n in where.items() if name not in told]


def _names(labels: Sequence[str]) -> list[str]:
    """What columns are remembered by: what they are called, and the how manieth of that name."""
    seen: Counter[str] = Counter()
    names = []
    for label in labels:
        seen[label] += 1
        # Beside the name, never before it: a name that begins like one left out is none.
        names.append(f"{seen[label]}:{label}")
    return names
