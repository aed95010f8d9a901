"""Many things at once, by set: what is right is kept, what is not says why, what is known already stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, covers, require
from linli.kernel.audit.bulk import append_selected
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.lines import lines
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from ..models import Claim, Thing
from ..proofs import new_code, new_secret
from ..texts import is_personal
from . import common

BATCH = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewThing:
    """One thing to register; as the arguments of `register`."""

    key: str
    model: str
    place_code: str
    name: str = ""
    spot: str = ""
    lon: float | None = None
    lat: float | None = None
    owner_id: UUID | None = None
    every: int | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class New:
    """What became a thing: its key, and what is told once (nothing of it in a dry run). `asks`: it is of a personal model
    and works when it is agreed to."""

    key: str
    secret: str = ""
    code: str = ""
    asks: bool = False


@dataclass(slots=True)
class Taken:
    """What became of each, by position: new, known already, or (field, sentence) why not. Together they are all."""

    new: dict[int, New] = field(default_factory=dict)
    already: set[int] = field(default_factory=set)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Making:
    """A thing on its way into the table."""

    position: int
    row: NewThing
    id: UUID
    secret: str
    digest: bytes
    code: str = ""
    print: bytes = b""


def register_many(rows: Sequence[NewThing], *, by: Actor, at: datetime, dry_run: bool = False) -> Taken:
    """Register what is sound and new, each with a record in its own history. Needs `things.change` at each place.

    A faulty row is refused with its sentence and holds up no other; a key that is a thing's already is left alone, so
    that the same rows again change nothing. Batches of five thousand are one transaction each; `dry_run` writes nothing.
    """
    require(by, "things.change")
    taken = Taken()
    seen: set[str] = set()
    for first in range(0, len(rows), BATCH):
        with common.act():
            sound = list(_sound(rows[first : first + BATCH], first, taken, seen, by, at))
            if dry_run:
                taken.new |= {position: New(row.key, asks=is_personal(row.model)) for position, row in sound}
            elif sound:
                _write(sound, taken, by, at)
    return taken


def _sound(
    rows: Sequence[NewThing], first: int, taken: Taken, seen: set[str], by: Actor, at: datetime
) -> Iterator[tuple[int, NewThing]]:
    """Those that can be written, as they will be written; the others are told in `taken`."""
    standing = _standing({row.place_code for row in rows})
    known = dict(Thing.objects.filter(key__in=[row.key for row in rows]).values_list("key", "place_code"))
    units = set(
        Unit.objects.filter(pk__in={row.owner_id for row in rows if row.owner_id}, valid__contains=at).values_list(
            "pk", flat=True
        )
    )
    for position, row in enumerate(rows, start=first):
        try:
            clean = _clean(row, standing, units, by)
        except Invalid as refused:
            taken.refused[position] = next(iter(refused.fields.items()), ("", refused.sentence))
            continue
        if clean.key in seen:
            taken.refused[position] = ("key", _("这个编号在表里出现了不止一次。"))
        elif clean.key in known and covers(by, known[clean.key]):
            taken.already.add(position)
        elif clean.key in known:
            taken.refused[position] = ("key", _("已经有这个编号的设备。"))
        else:
            yield position, clean
        seen.add(clean.key)


def _clean(row: NewThing, standing: dict[str, str], units: set[UUID], by: Actor) -> NewThing:
    model = common.clean_model(row.model)
    place_code = standing.get(row.place_code, "")
    if not place_code:
        raise Invalid(_("没有这个地点。"), fields={"place_code": _("没有这个地点。")})
    if len(place_code) < 6:
        sentence = _("地点太大：至少要说明是哪个区。")
        raise Invalid(sentence, fields={"place_code": sentence})
    if not covers(by, place_code):
        sentence = _("这个地方不在您的管辖范围内。")
        raise Invalid(sentence, fields={"place_code": sentence})
    if row.owner_id is not None and row.owner_id not in units:
        sentence = _("没有这个单位，或者它已经撤销。")
        raise Invalid(sentence, fields={"owner": sentence})
    lon, lat = common.clean_position(row.lon, row.lat)
    return replace(
        row,
        key=common.clean_key(row.key),
        place_code=place_code,
        name=common.one_line(row.name, common.NAME_LENGTH, "name") or catalogue().word("device", model, "zh"),
        spot=common.one_line(row.spot, common.SPOT_LENGTH, "spot"),
        lon=lon,
        lat=lat,
        every=common.clean_every(row.every),
    )


def _standing(codes: set[str]) -> dict[str, str]:
    """What each code is called today; those that lead nowhere are left out."""
    known = places.names(code for code in codes if code)
    found = {code: code for code in known}
    for code in codes - known.keys():
        if code and (now := places.now_called(code)):
            found[code] = now
    return found


def _write(sound: list[tuple[int, NewThing]], taken: Taken, by: Actor, at: datetime) -> None:
    making = []
    for position, row in sound:
        secret, digest = new_secret()
        one = _Making(position, row, uuid7(), secret, digest)
        if row.waits:
            one.code, one.print = new_code()
        making.append(one)
    written = _insert(making, at)
    kept = [one for one in making if one.id in written]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT id, thing_id, digest, issued_at"
            " FROM things_credential WITH NO DATA"
        )
        with cursor.copy("COPY incoming (id, thing_id, digest, issued_at) FROM STDIN") as copy:
            copy.write(lines((uuid7(), one.id, one.digest, at) for one in kept))
        cursor.execute(
            "INSERT INTO things_credential (id, thing_id, digest, issued_at) SELECT * FROM incoming;"
            "DROP TABLE incoming"
        )
    Claim.objects.bulk_create(
        [Claim(thing_id=one.id, digest=one.print, issued_at=at) for one in kept if one.code], batch_size=2000
    )
    common.let_in([one.row.key for one in kept], at, "unknown")
    append_selected(_TOLD, [at, *_who(by), [one.id for one in kept]])
    for one in making:
        if one.id in written:
            taken.new[one.position] = New(one.row.key, one.secret, one.code, is_personal(one.row.model))
        else:
            taken.already.add(one.position)


_COLUMNS = (
    "id, key, model, name, state, version, place_code, shard, lon, lat, spot, owner_id, every, registered_at,"
    " installed_at"
)
# PostgreSQL copies into no table under row level security: COPY into a passing table, then INSERT.
_INSERT = f"""
INSERT INTO things_thing ({_COLUMNS}) SELECT {_COLUMNS} FROM incoming_thing ON CONFLICT (key) DO NOTHING RETURNING id
"""  # noqa: S608 - made of our own column names
_TOLD = """
SELECT uuidv7() AS id, %s::timestamptz AS happened_at, 'thing:' || t.id AS stream, 'things.register' AS verb,
       %s::uuid AS actor_account, %s::uuid AS actor_post, %s::uuid AS actor_person, %s AS actor_role, %s AS actor_scope,
       %s AS actor_name, %s AS via, %s AS address, t.place_code,
       CASE WHEN t.owner_id IS NULL THEN '{}'::uuid[] ELSE ARRAY[t.owner_id] END AS unit_ids, '{}'::uuid[] AS person_ids,
       NULL::jsonb AS before,
       jsonb_build_object('key', key, 'model', model, 'name', name, 'place_code', place_code, 'spot', spot,
         'state', state) AS after, NULL::text AS note
FROM things_thing t WHERE id = ANY(%s) ORDER BY no
"""


def _insert(making: list[_Making], at: datetime) -> set[UUID]:
    """The ids that were written: a key that another import took this very moment is left to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE incoming_thing ON COMMIT DROP AS SELECT {_COLUMNS} FROM things_thing WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY incoming_thing ({_COLUMNS}) FROM STDIN") as copy:
            copy.write(lines(_line(one, at) for one in making))
        cursor.execute(_INSERT)
        written = {row[0] for row in cursor.fetchall()}
        cursor.execute("DROP TABLE incoming_thing")
    return written


def _line(one: _Making, at: datetime) -> tuple[object, ...]:
    row = one.row
    return (
        one.id, row.key, row.model, row.name, str(common.state_of(row.model, waits=row.waits)), 1,
        row.place_code, common.shard_of(row.place_code), row.lon, row.lat, row.spot, row.owner_id, row.every, at,
        None if row.waits else at,
    )  # fmt: skip


def _who(by: Actor) -> tuple[object, ...]:
    """The columns of a record from `actor_account` to `address`."""
    return (
        by.account_id, by.post_id, by.person_id, by.role.value, by.scope, by.name or None, by.via.value,
        by.address or None,
    )  # fmt: skip
