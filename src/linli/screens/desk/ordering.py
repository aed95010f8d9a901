"""The columns of a table that is taken away, in the reader's own order: said once, remembered for the next time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.clock.now import now

from .verbs import keep_order, order_of


@dataclass(frozen=True, slots=True)
class Place:
    """A column: its number in the table, what it is called, and its place in the reader's order; "" where it is left out."""

    number: int
    label: str
    place: int | str


def places(actor: Actor, table: str, labels: Sequence[str]) -> list[Place]:
    """Every column with its place; as they stand in the table where nothing was said yet."""
    kept = order_of(actor, _key(table, labels))
    return [
        Place(n, label, n if not kept else kept.index(str(n)) + 1 if str(n) in kept else "")
        for n, label in enumerate(labels, 1)
    ]


def taken(request: HttpRequest, table: str, labels: Sequence[str]) -> list[int]:
    """Numbers of the columns to take, in order: as is said now (POST, `order_<number>`), which is remembered; else as it was
    last. Raises Invalid where no column is left."""
    key = _key(table, labels)
    if request.method != "POST":
        kept = [
            int(one) for one in order_of(request.actor, key) if one.isdecimal() and 1 <= int(one) <= len(labels)
        ]
        return kept or list(range(1, len(labels) + 1))
    said = [(request.POST.get(f"order_{n}", "").strip(), n) for n in range(1, len(labels) + 1)]
    chosen = [n for _place, n in sorted((int(text), n) for text, n in said if text.isdecimal() and len(text) < 4)]
    if not chosen:
        raise Invalid(_("请至少给一列写上次序。"), fields={"elements": _("请至少给一列写上次序。")})
    keep_order(by=request.actor, at=now(), table=key, columns=[str(n) for n in chosen])
    return chosen


def _key(table: str, labels: Sequence[str]) -> str:
    """A table that is asked again with the same columns is the same table."""
    return f"{table}:{hashlib.sha256(chr(10).join(labels).encode()).hexdigest()[:16]}"
