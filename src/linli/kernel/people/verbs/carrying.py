"""A place has another code: posts, units, keys, persons and households go along, a batch in a transaction.

A post keeps its time: the old one ends now and one that continues it begins, in each part of a place that was split.
A unit is one institution and keeps its id, what it leads and who works in it. Persons and households live where they
lived; that many do is one record a batch. Done again, each finds nothing left to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.kernel import audit
from linli.kernel.access import Actor, Moves, require, under
from linli.kernel.places.models import Place

from ..models import ApiKey, Appointment, Household, Person, Post, Unit
from .common import NAME_LENGTH, act, stream_of

Row = TypeVar("Row", bound=Model)

# What of a time no post of the same account, role and unit covers at a place already.
_UNCOVERED = """
SELECT unnest(tstzmultirange(tstzrange(greatest(%(at)s, lower(o.valid)), upper(o.valid)))
  - coalesce((SELECT range_agg(s.valid) FROM people_post s
              WHERE s.account_id = o.account_id AND s.role = o.role AND s.place_code = %(code)s
                AND s.unit_id IS NOT DISTINCT FROM o.unit_id AND s.id <> o.id), '{}'))
FROM people_post o WHERE o.id = %(post)s
"""
_PERSONS = """
WITH due AS MATERIALIZED (
  SELECT id, place_code FROM {table} WHERE place_code >= %(root)s AND place_code < %(root)s || ':'
  ORDER BY place_code, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE {table} t SET place_code = linli_recoded(due.place_code, %(olds)s, %(news)s, %(wholes)s)
  FROM due WHERE t.id = due.id RETURNING t.id, due.place_code AS was, t.place_code
)
SELECT count(*), min(place_code), max(place_code),
       coalesce(jsonb_object_agg(id, was) FILTER (WHERE length(was) > length(place_code)), '{{}}')
FROM moved
"""


def carry_posts(*, by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    """Posts held or to come, posts asked for, and keys. Returns how many were carried over."""
    return (
        _each(_posts, by, at, moves, limit)
        + _each(_asked, by, at, moves, limit)
        + _each(_keys, by, at, moves, limit)
    )


def carry_units(*, by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    """Units that are not closed; one whose name is taken at the new place says where it came from."""
    require(by, "*")
    with act():
        rows = Unit.objects.select_for_update(of=("self",)).filter(under(moves.roots), valid__isempty=False)
        units = list(rows.filter(Q(valid__endswith=None) | Q(valid__endswith__gt=at)).order_by("id")[:limit])
        for unit in units:
            _carry_unit(unit, by, at, moves)
    return len(units)


def carry_persons(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of persons, then of households. Returns how many rows; 0 when none is left."""
    require(by, "*")
    for table in (Person, Household):
        for root in moves.roots:
            with act():
                if count := _carry_living(table._meta.db_table, root, by, at, moves, recoding, limit):
                    return count
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a person or a household lies under an old code still: one that somebody held locked."""
    with act():
        return any(table.objects.filter(under(moves.roots)).exists() for table in (Person, Household))


def _carry_living(table: str, root: str, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS.format(table=table), {**moves.arrays(), "root": root, "limit": limit})
        count, first, last, closed = cursor.fetchone()
    if count:
        audit.append(
            by=by,
            at=at,
            verb="people.recode",
            stream=f"recoding:{recoding}",
            place_code=_shared(first, last),
            after={
                "table": table.removeprefix("people_"),
                "rows": count,
                "from": root,
                # who lived at a place that had been closed lives at what is left of it, and the old code is kept here
                "closed": json.loads(closed),
            },
        )
    return int(count)


def _each(
    verb: Callable[[Actor, datetime, Moves, int], int], by: Actor, at: datetime, moves: Moves, limit: int
) -> int:
    require(by, "*")
    with act():
        return verb(by, at, moves, limit)


def _posts(by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    rows = _scopes(Post.objects.select_for_update(of=("self",)), moves)
    held = rows.filter(Q(valid__endswith=None) | Q(valid__endswith__gt=at), valid__isempty=False)
    posts = list(held.order_by("account_id", "id")[:limit])
    for post in posts:
        fresh: list[Post] = []
        for code in moves.scopes(post.place_code):
            with connection.cursor() as cursor:
                cursor.execute(_UNCOVERED, {"at": at, "code": code, "post": post.id})
                spans = [row[0] for row in cursor.fetchall()]
            fresh += [
                Post(
                    account_id=post.account_id,
                    role=post.role,
                    unit_id=post.unit_id,
                    place_code=code,
                    title=post.title,
                    valid=span,
                    approved_by_id=post.approved_by_id,
                    continues=post,
                )
                for span in spans
            ]
        post.valid = (min(post.valid.lower, at) if post.valid.lower else None, at)
        post.save(update_fields=["valid"])
        Post.objects.bulk_create(fresh)
        audit.append(
            by=by,
            at=at,
            verb="people.recode_post",
            stream=stream_of(post.account_id),
            place_code=fresh[0].place_code if fresh else moves.scopes(post.place_code)[0],
            before={"post": str(post.id), "role": post.role, "place_code": post.place_code},
            after={"posts": {str(new.id): new.place_code for new in fresh}},
        )
    return len(posts)


def _asked(by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    """Posts proposed and not decided. What was decided is history."""
    rows = _scopes(Appointment.objects.select_for_update(of=("self",)), moves).filter(decided_at=None)
    asked = list(rows.order_by("id")[:limit])
    for appointment in asked:
        before, appointment.place_code = appointment.place_code, moves.scopes(appointment.place_code)[0]
        appointment.save(update_fields=["place_code"])
        _moved(by, at, "recode_appointment", stream_of(appointment.account_id), before, appointment)
    return len(asked)


def _keys(by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    """A key has one scope: of a place that was split, the part that took what lay at it. It is never widened."""
    rows = _scopes(ApiKey.objects.select_for_update(of=("self",)), moves).filter(revoked_at=None)
    keys = list(rows.filter(Q(expires_at=None) | Q(expires_at__gt=at)).order_by("id")[:limit])
    for key in keys:
        before, key.place_code = key.place_code, moves.now(key.place_code)
        key.save(update_fields=["place_code"])
        _moved(by, at, "recode_key", stream_of(key.account_id), before, key)
    return len(keys)


def _carry_unit(unit: Unit, by: Actor, at: datetime, moves: Moves) -> None:
    before = {"place_code": unit.place_code, "name": unit.name}
    code = moves.now(unit.place_code)
    unit.name = _free_name(unit, code)
    unit.place_code = code
    unit.save(update_fields=["place_code", "name"])
    after = {"place_code": unit.place_code, "name": unit.name}
    audit.append(
        by=by,
        at=at,
        verb="people.recode_unit",
        stream=f"unit:{unit.id}",
        place_code=unit.place_code,
        unit_ids=[unit.id],
        before={key: value for key, value in before.items() if value != after[key]},
        after={key: value for key, value in after.items() if value != before[key]},
    )


def _free_name(unit: Unit, code: str) -> str:
    """Its own name, unless a unit of that name stands at the place: then with where it came from."""
    taken = set(
        Unit.objects.filter(place_code=code, valid__overlap=unit.valid)
        .exclude(pk=unit.pk)
        .values_list("name", flat=True)
    )
    was = Place.objects.filter(code=unit.place_code).order_by("-valid_from").values_list("name", flat=True).first()
    with override("zh-hans"):
        origin = _("（原%(place)s）") % {"place": was or unit.place_code}
    names = [unit.name, *(f"{unit.name[: NAME_LENGTH - len(origin) - 2]}{origin}{n}" for n in ("", *range(2, 99)))]
    return next(name for name in names if name not in taken)


def _moved(by: Actor, at: datetime, verb: str, stream: str, before: str, row: Appointment | ApiKey) -> None:
    what = "appointment" if isinstance(row, Appointment) else "key"
    audit.append(
        by=by,
        at=at,
        verb=f"people.{verb}",
        stream=stream,
        place_code=row.place_code,
        before={what: str(row.id), "place_code": before},
        after={what: str(row.id), "place_code": row.place_code},
    )


def _scopes(rows: QuerySet[Row], moves: Moves) -> QuerySet[Row]:
    """Rows whose scope is concerned (`Moves.scopes`): below a tree, or just the place that is no more."""
    return rows.filter(Q(place_code__in=list(moves.rests)) | under(moves.trees))


def _shared(first: str, last: str) -> str:
    """What two codes begin with alike: the place all between them lie in."""
    length = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:length]
