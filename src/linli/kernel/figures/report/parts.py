"""What a report is made of, as both files take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of text; the first column is a name, the others numbers."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything both files are made from."""

    title: str
    place: str
    period: str
    language: str
    figures_at: str
    versions: str
    lead: Sequence[str]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    meanings: Sequence[Mapping[str, str]]
    notes: Sequence[str]
    weights: str
    words: Mapping[str, str] = field(default_factory=dict)
