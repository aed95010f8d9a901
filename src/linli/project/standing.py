"""Does what an open stream stands on still stand: the session, the account, the post; of a screen, its enrolment?

Asked when a stream opens and every few seconds for all that are open, in one query. It waits for no audit record, so
neither a long transaction nor a post that simply comes to its end keeps a stream open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from linli.kernel.clock.now import now

from .stream import Footing

_FALLEN = """
SELECT t.n FROM unnest(%(accounts)s::text[], %(posts)s::text[], %(persons)s::text[], %(sessions)s::text[],
  %(displays)s::text[]) WITH ORDINALITY t(account, post, person, session, display, n)
WHERE (t.display <> '' AND NOT EXISTS (
  SELECT FROM displays_display d WHERE d.id = nullif(split_part(t.display, ':', 1), '')::uuid AND d.state = 'enrolled'
    AND d.version::text = split_part(t.display, ':', 2) AND d.place_code = split_part(t.display, ':', 3)))
OR (t.display = '' AND (NOT EXISTS (
  SELECT FROM people_account a JOIN people_session s ON s.account_id = a.id
  WHERE a.id = nullif(t.account, '')::uuid AND a.is_active AND s.expire_date > clock_timestamp()
    AND encode(sha256(convert_to(s.session_key, 'UTF8')), 'hex') = t.session)
OR (t.post <> '' AND NOT EXISTS (
  SELECT FROM people_post p WHERE p.id = t.post::uuid AND p.account_id = nullif(t.account, '')::uuid AND p.valid @> %(at)s::timestamptz))
OR (t.person <> '' AND NOT EXISTS (
  SELECT FROM people_person own WHERE own.account_id = nullif(t.account, '')::uuid AND (own.id = t.person::uuid OR EXISTS (
    SELECT FROM people_proxy x WHERE x.agent_id = own.id AND x.person_id = t.person::uuid
      AND x.valid @> %(at)s::timestamptz))))))
"""


async def fallen(connection: psycopg.AsyncConnection[Any], footings: Iterable[Footing]) -> set[Footing]:
    """Those of the footings that stand no more. One query; the connection sees everything."""
    asked = list(dict.fromkeys(footings))
    if not asked:
        return set()
    values = {
        "accounts": [footing.account for footing in asked],
        "posts": [footing.post for footing in asked],
        "persons": [footing.person for footing in asked],
        "sessions": [footing.session for footing in asked],
        "displays": [footing.display for footing in asked],
        "at": now(),
    }
    rows = await (await connection.execute(_FALLEN, values)).fetchall()
    return {asked[n - 1] for (n,) in rows}
