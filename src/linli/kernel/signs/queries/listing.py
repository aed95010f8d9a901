"""The list of suggestions: by sign, area and state, the weightiest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue

from ..models import State, Suggestion
from .eyes import close_enough

PAGE = 50
MOST = 999


@dataclass(frozen=True, slots=True)
class Page:
    suggestions: list[Suggestion]
    counts: Mapping[str, int]
    """How many there are of each state, with the same sign and area."""
    more: int | None
    """The number of the next page, None on the last."""


def listing(by: Actor, *, sign: str = "", area: str = "", state: str = State.OPEN, page: int = 1) -> Page:
    """Suggestions the actor sees; `area` is a place code within their scope. Two queries, however many there are."""
    require(by, "signs.read")
    if not close_enough(by):
        return Page([], {}, None)
    found = Suggestion.objects.all()
    # Row level security holds the scope; said here as well, it is what the index is asked for.
    scope = area if area.startswith(by.scope) else by.scope
    if scope != "*":
        column = "p9" if len(scope) == 9 else "p12" if len(scope) == 12 else ""
        found = found.filter(**{column: scope}) if column else found.filter(place_code__startswith=scope)
    if sign in catalogue().signs:
        found = found.filter(sign=sign)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("*")))
    shown = found.filter(state=state if state in State.values else State.OPEN)
    begin = (max(page, 1) - 1) * PAGE
    rows = list(shown.select_related("matter").order_by("-weight", "id")[begin : begin + PAGE + 1])
    return Page(rows[:PAGE], counts, page + 1 if len(rows) > PAGE else None)


def waiting(by: Actor) -> int:
    """How many wait for somebody to decide, up to MOST."""
    if not close_enough(by):
        return 0
    found = Suggestion.objects.filter(state=State.OPEN, place_code__startswith="" if by.scope == "*" else by.scope)
    return int(found[:MOST].count())
