"""A kind's numbers at a place: what the scene declares, changed by what the places around it have set."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Span, Urgency

from .models import KindNumbers


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
    prefixes = [place_code[:n] for n in range(2, len(place_code) + 1)]
    rows = KindNumbers.objects.filter(kind=kind, place_code__in=prefixes).order_by("place_code")
    for row in rows:  # a longer code is nearer and sorts later, so it overwrites
        faster = declared.spans(Urgency(urgency)) != declared.spans(Urgency.NORMAL)
        for name in ("climb",) if faster else ("answer", "finish", "climb"):
            if text := getattr(row, name):
                values[name] = Span.parse(text)
        for name in ("warn", "remind"):
            if (share := getattr(row, name)) is not None:
                values[name] = share
        values["off"] = row.off
    return Numbers(**values)  # type: ignore[arg-type]
