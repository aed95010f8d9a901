"""Every index is written at every change of its row, so none may repeat the beginning of another."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# A unique one holds a rule and stays. Where the longer one leaves rows out, these are NULLs, which no question of the
# shorter asks for.
_REPEATED = """
WITH every AS (
  SELECT i.indexrelid AS id, i.indrelid AS of_table, i.indisunique AS rule, i.indexprs IS NOT NULL AS computed,
    i.indkey::int2[] AS columns, i.indclass::oid[] AS orders, i.indnkeyatts AS length, coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS rows
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
  JOIN pg_class t ON t.oid = i.indrelid
  WHERE am.amname = 'btree' AND t.relnamespace = 'public'::regnamespace AND NOT t.relispartition
)
SELECT short.id::regclass::text, long.id::regclass::text
FROM every short JOIN every long ON long.of_table = short.of_table AND long.id <> short.id
WHERE NOT short.rule AND NOT short.computed AND short.rows = '' AND long.length >= short.length
  AND long.columns[0:short.length - 1] = short.columns[0:short.length - 1]
  AND long.orders[0:short.length - 1] = short.orders[0:short.length - 1]
  AND (long.rows = '' OR long.rows ~ '^[(]\\w+ IS NOT NULL[)]$')
ORDER BY 1
"""
_LEFT = "auth_"  # Django's own rooms


def test_no_index_repeats_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED)
        repeated = [(short, long) for short, long in cursor.fetchall() if not short.startswith(_LEFT)]
    assert repeated == []
