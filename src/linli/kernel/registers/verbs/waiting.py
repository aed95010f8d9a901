"""Those of a table who are not registered are registered once somebody has seen them: a part in a transaction, as often as
it is asked, by whoever took the table in. A part goes with what is registered of it, so nobody comes in twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.sealed import seal, unseal

from ..models import Waiting
from ..spreadsheets import Line
from .common import ENTERS, act
from .importing import MOST_TOLD, Imported, RefusedRow, Taking, columns_of, noting_who, take

KEPT = timedelta(days=1)
"""How long lines wait: who does not come back within a day takes the table in again, which registers nobody twice."""


def register_waiting(*, by: Actor, at: datetime, waiting_id: UUID) -> Waiting:
    """Register the next part of those who wait, and write down what their lines say. Asked again, it goes on where it was; at the
    end nothing more happens. Needs `registers.enter` and `people.change`. Raises NotAllowed, NotFound."""
    require(by, ENTERS)
    require(by, "people.change")
    with act():
        waiting = Waiting.objects.select_for_update().filter(pk=waiting_id, account=by.account_id).first()
        if waiting is None:
            raise NotFound(_("这些行已经不在了，请重新选择文件。"))
        if waiting.ended_at is not None:
            return waiting
        waiting.begun_at = waiting.begun_at or at
        part = waiting.parts.order_by("number").first()
        if part is not None:
            _take(waiting, _lines(bytes(part.sealed)), by, at)
            part.delete()
        if not waiting.parts.exists():
            waiting.ended_at = at
        waiting.save()
    return waiting


def drop_waiting(*, by: Actor, waiting_id: UUID) -> None:
    """They shall not be registered after all. Raises NotAllowed."""
    require(by, ENTERS)
    with act():
        Waiting.objects.filter(pk=waiting_id, account=by.account_id).delete()


def waiting_of(by: Actor, waiting_id: UUID | None = None) -> Waiting | None:
    """One of the actor's own, or the last that has not ended."""
    with act():
        mine = Waiting.objects.filter(account=by.account_id)
        if waiting_id is not None:
            return mine.filter(pk=waiting_id).first()
        return mine.filter(ended_at=None).order_by("-made_at").first()


def refused_of(waiting: Waiting) -> list[RefusedRow]:
    """The lines that were refused, with their sentences."""
    if waiting.refused_sealed is None:
        return []
    rows = json.loads(unseal(waiting.refused_sealed))
    return [RefusedRow(number, sentence, tuple(cells)) for number, sentence, *cells in rows]


def forget_waiting(*, by: Actor, at: datetime) -> int:
    """What has waited for a day is gone. For the worker. Returns how many tables."""
    require(by, "*")
    with act():
        _all, by_table = Waiting.objects.filter(made_at__lt=at - KEPT).delete()
    return by_table.get("registers.Waiting", 0)


def _take(waiting: Waiting, lines: Sequence[Line], by: Actor, at: datetime) -> None:
    columns, done = columns_of(waiting.heads, waiting.about, by)
    done.entry_id = waiting.entry_id
    with noting_who() as seen:
        taking = Taking(by, at, waiting.about, waiting.name, waiting.observed_at, columns, seen, register=True)
        take(lines, taking, done)
    _count(waiting, done)


def _count(waiting: Waiting, done: Imported) -> None:
    waiting.entry_id = done.entry_id
    waiting.done += done.rows
    waiting.registered += done.registered
    waiting.facts += done.facts
    waiting.same += done.same
    waiting.refused += done.refused_rows
    if done.refused:
        told = [*refused_of(waiting), *done.refused][:MOST_TOLD]
        rows = [[one.number, one.sentence, *one.cells] for one in told]
        waiting.refused_sealed = seal(json.dumps(rows, ensure_ascii=False))


def _lines(sealed: bytes) -> list[Line]:
    return [Line(number, tuple(cells)) for number, *cells in json.loads(unseal(sealed))]


__all__ = ["drop_waiting", "forget_waiting", "refused_of", "register_waiting", "waiting_of"]
