"""A kind's numbers at a place: what the scene declares, changed by what the places around it have set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from linli.kernel.access.prepared import ask
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Span, Urgency

from .models import KindNumbers

_SET_AROUND = "SELECT row_to_json(n) FROM matters_kindnumbers n WHERE n.kind = %s AND n.place_code = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Numbers:
    answer: Span
    finish: Span
    settle: Span
    climb: Span
    warn: float
    remind: float
    off: bool = False


def numbers_for(kind: str, place_code: str, urgency: str = "normal") -> Numbers:
    """The numbers in force; the nearest place wins, number by number. Raises UnknownKind."""
    prefixes = [place_code[:n] for n in range(2, len(place_code) + 1)]
    rows = (KindNumbers(**orjson.loads(row or b"")) for (row,) in ask(_SET_AROUND, [kind, prefixes]))
    return numbers_from(kind, urgency, rows)


def numbers_from(kind: str, urgency: str, rows: Iterable[KindNumbers]) -> Numbers:
    """What a kind declares, changed by the rows of the places around, in any order. Raises UnknownKind."""
    declared = catalogue().kind(kind)
    answer, finish = declared.spans(Urgency(urgency))
    values: dict[str, Span | float | bool] = {
        "answer": answer,
        "finish": finish,
        "settle": declared.settle,
        "climb": declared.climb,
        "warn": declared.warn,
        "remind": declared.remind,
        "off": False,
    }
    faster = (answer, finish) != declared.spans(Urgency.NORMAL)
    for row in sorted(rows, key=lambda row: len(row.place_code)):  # the nearest place has the last word
        for name in ("climb",) if faster else ("answer", "finish", "climb"):
            if text := getattr(row, name):
                values[name] = Span.parse(text)
        for name in ("warn", "remind"):
            if (share := getattr(row, name)) is not None:
                values[name] = share
        values["off"] = row.off
    return Numbers(**values)  # type: ignore[arg-type]
