"""Devices of the bench: known to Linli by the names and secrets `mqload` uses."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

_THINGS = """
INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, spot, registered_at)
SELECT uuidv7(), 'dev-' || lpad(n::text, 6, '0'), 'bench-sensor', 'dev-' || n, 'working', 1, place, %s, '', now()
FROM (SELECT n, '310199001' || lpad((n %% 40)::text, 3, '0') || '001001' || lpad((n / 40 %% 999)::text, 3, '0') AS place
  FROM generate_series(%s::int, %s::int - 1) n) t
WHERE n %% 40 = %s
"""


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
            connection.execute(_THINGS, [shard_of(f"310199001{hood:03d}"), 0, count, hood])
        rows = connection.execute("SELECT id, key FROM things_thing WHERE model = 'bench-sensor'").fetchall()
        with connection.cursor().copy(
            "COPY things_credential (id, thing_id, digest, issued_at) FROM STDIN"
        ) as copy:
            for thing, key in rows:
                digest = sha256(f"s3cret-{key[4:]}".encode()).hexdigest()
                copy.write_row((thing, thing, f"\\x{digest}", "now"))
    connection.execute("ANALYZE things_thing, things_credential")
