"""Devices of the bench: known to Linli by the names and secrets `mqload` uses."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

_THINGS = """
INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, spot, registered_at)
SELECT uuidv7(), 'dev-' || lpad(n::text, 6, '0'), 'bench-sensor', 'dev-' || n, 'working', 1, place, %s, '', now()
FROM (SELECT n, '990199001' || lpad((n %% 40 + 1)::text, 3, '0') || '001001' || lpad((n / 40 %% 30 + 1)::text, 3, '0') AS place
  FROM generate_series(%s::int, %s::int - 1) n) t
WHERE n %% 40 = %s
"""

# As if each (of the first: hardly any rule asks it of fifty thousand) had said about 25 for eight weeks, at every hour: what is hot is far from usual.
_USUAL = """
INSERT INTO readings_usual (thing, slot, how, n, mean, sd)
SELECT no, 0, how, 8, 25, 10 FROM things_thing, generate_series(0, 167) how WHERE model = 'bench-sensor' AND no <= 6000
ON CONFLICT DO NOTHING
"""


def places() -> None:
    """A district of forty neighbourhoods with thirty buildings each, and the unit that goes there."""
    from datetime import date

    from linli.kernel.access import SYSTEM
    from linli.kernel.clock.now import now
    from linli.kernel.people.models import Unit
    from linli.kernel.places.rows import PlaceRow
    from linli.kernel.places.verbs import bulk_add

    codes = ["99", "9901", "990199", "990199001"]
    for hood in range(1, 41):
        top = f"990199001{hood:03d}"
        codes += [top, f"{top}001", f"{top}001001", *(f"{top}001001{n:03d}" for n in range(1, 31))]
    bulk_add(
        (PlaceRow(code=code, name=f"台架{code}", valid_from=date(2020, 1, 1)) for code in codes),
        by=SYSTEM,
        at=now(),
    )
    Unit.objects.create(
        kind="department", department="bench-service", name="台架", place_code="990199", valid=(now(), None)
    )


def prepare(connection: Any, count: int) -> None:
    """`count` things in forty neighbourhoods, each with the credential mqload shows for it."""
    from linli.kernel.things.shards import shard_of

    connection.execute("SELECT set_config('linli.sees', '*', false)")
    with connection.transaction():
        for slot, quantity in enumerate(("v", "temperature", "battery")):
            connection.execute(
                "INSERT INTO things_slot (id, model, quantity, slot) VALUES (uuidv7(), 'bench-sensor', %s, %s)"
                " ON CONFLICT DO NOTHING",
                [quantity, slot],
            )
        for hood in range(40):
            connection.execute(_THINGS, [shard_of(f"990199001{hood + 1:03d}"), 0, count, hood])
        rows = connection.execute("SELECT id, key FROM things_thing WHERE model = 'bench-sensor'").fetchall()
        digests = [sha256(f"s3cret-{key[4:]}".encode()).digest() for _thing, key in rows]
        connection.execute(
            "INSERT INTO things_credential (id, thing_id, digest, issued_at)"
            " SELECT uuidv7(), thing, digest, now() FROM unnest(%s::uuid[], %s::bytea[]) u(thing, digest)",
            [[thing for thing, _key in rows], digests],
        )
        connection.execute(_USUAL)
        connection.execute(
            "INSERT INTO readings_learned (at) VALUES (now()) ON CONFLICT (id) DO UPDATE SET at = now()"
        )
    connection.execute("ANALYZE things_thing, things_credential, readings_usual")
