"""Things in a list: by place, model and state, page by page; and how many of them there are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db.models import Case, Count, Q, QuerySet, When
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require

from ..models import State, Thing
from . import spelling
from .resting import resting
from .within import lying_in

MOST = 500
_WORDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for. "" and none narrow nothing; `state` may be "maintained"; retired things are shown only
    when they are asked for. `words` are found in key, name and spot. `nos` narrows to these numbers, for a room above that
    knows something more about them (who is silent, whose battery is low)."""

    place_code: str = ""
    model: str = ""
    state: str = ""
    owner_id: UUID | None = None
    words: str = ""
    nos: Sequence[int] | None = None
    models: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A thing, and what it is now: `state` is "maintained" while a maintenance lasts."""

    thing: Thing
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    next_cursor: str | None


def page(actor: Actor, asked: Asked, *, at: datetime, after: str | None = None, limit: int = 50) -> Page:
    """One page of what the actor may see and asks for, by model and key: one query. `after` is the `next_cursor` of
    the page before. Raises NotAllowed, Invalid for a cursor we did not write."""
    require(actor, "things.read")
    limit = max(1, min(limit, MOST))
    found = matching(actor, asked, at)
    if after:
        model, key = _read_cursor(after)
        found = found.filter(Q(model__gt=model) | Q(model=model, key__gt=key), model__gte=model)
    rows = list(
        found.annotate(resting=Case(When(resting(at), then=True), default=False))
        .select_related("owner")
        .order_by("model", "key")[: limit + 1]
    )
    more = len(rows) > limit
    del rows[limit:]
    last = rows[-1] if rows else None
    return Page(
        [Row(thing, _shown(thing.state, thing.resting)) for thing in rows],
        _write_cursor(last.model, last.key) if more and last else None,
    )


def matching(actor: Actor, asked: Asked, at: datetime) -> QuerySet[Thing]:
    """The things the actor may see and asks for, in no order."""
    found = Thing.objects.filter(lying_in(actor, asked.place_code))
    if asked.model:
        found = found.filter(model=asked.model)
    if asked.state == State.MAINTAINED:
        found = found.filter(resting(at)).exclude(state=State.RETIRED)
    elif asked.state:
        found = found.filter(state=asked.state)
    else:
        found = found.exclude(state=State.RETIRED)
    if asked.owner_id:
        found = found.filter(owner=asked.owner_id)
    if words := asked.words.strip()[:_WORDS]:
        if (numbers := spelling.said(words)) is not None:
            found = found.filter(no__in=numbers)
        found = found.filter(Q(key__icontains=words) | Q(name__icontains=words) | Q(spot__icontains=words))
    if asked.nos is not None:
        found = found.filter(no__in=list(asked.nos))
    if asked.models is not None:
        found = found.filter(model__in=list(asked.models))
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a model in a state lie in a place."""

    place_code: str
    model: str
    state: str
    n: int


def counts(actor: Actor, *, place_code: str = "", digits: int = 0) -> list[Tally]:
    """How many things of each model and state lie below a place, by the first `digits` digits of where they lie (0: all
    together). One query; retired things are counted as such."""
    require(actor, "things.read")
    found = Thing.objects.filter(lying_in(actor, place_code))
    if digits:
        rows = found.values_list(Left("place_code", digits), "model", "state").annotate(n=Count("no")).order_by()
        return sorted((Tally(*row) for row in rows), key=lambda row: (row.place_code, row.model, row.state))
    totals = found.values_list("model", "state").annotate(n=Count("no")).order_by("model", "state")
    return [Tally(place_code, *row) for row in totals]


def shown_states(things: Iterable[Thing], at: datetime) -> dict[int, str]:
    """Number → what a thing is now, for things somebody may see. One query."""
    every = list(things)
    found = Thing.objects.filter(resting(at), pk__in=[thing.pk for thing in every])
    at_rest = set(found.values_list("pk", flat=True))
    return {thing.no: _shown(thing.state, thing.id in at_rest) for thing in every}


def _shown(state: str, resting: bool) -> str:
    return State.MAINTAINED.value if resting and state != State.RETIRED else str(state)


def _write_cursor(model: str, key: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([model, key])).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    try:
        model, key = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        if isinstance(model, str) and isinstance(key, str) and "\0" not in model + key:
            return model, key
    except (ValueError, TypeError, UnicodeError, binascii.Error):
        pass
    raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")})
