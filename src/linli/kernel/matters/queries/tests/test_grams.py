"""What search knows of a text: its pairs of neighbouring characters, as the words of a question are paired."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# As search.sql reckons them: each pair from the plain text and from the same text without its first character.
PAIRS = """
SELECT coalesce(array_agg(((ascii(c) & 65535) << 16) | (ascii(n) & 65535)), '{}')
FROM unnest(string_to_array(linli_plain(%(t)s), NULL), string_to_array(substr(linli_plain(%(t)s), 2), NULL)) pair(c, n)
WHERE ascii(c) > 32 AND ascii(n) > 32
"""
TEXTS = st.text(
    st.one_of(
        st.sampled_from("小区门口有人摆摊，３号楼 １２345ＡＢcé①㎡\u3000\t\n 　\u00a0\u0001\u200b👍𠮷が"),
        st.characters(exclude_categories=("Cs",), exclude_characters="\x00"),
    ),
    max_size=80,
)


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_every_pair_of_neighbours_is_known_and_none_across_a_space(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({PAIRS}), linli_grams(%(t)s), (linli_searched('', %(t)s)).grams", {"t": text})
        slow, asked, kept = cursor.fetchone()
    assert slow == asked == kept


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "99", "9901", "990101001", "990101001001", "990101001001001001001", "9" * 30])
def test_a_place_is_found_under_every_place_around_it(code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT linli_prefixes(%(c)s), (linli_searched(%(c)s, '')).places", {"c": code})
        asked, kept = cursor.fetchone()
    assert asked == kept == [code[:n] for n in (2, 4, 6, 9, 12, 15, 18, 21) if n <= len(code)]


@pytest.mark.django_db
def test_pairs_are_made_where_no_schema_is_looked_in() -> None:
    """pg_restore looks in none, and makes generated columns again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT linli_grams('活动室'), linli_prefixes('990101001001')")
        before = cursor.fetchone()
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute("SELECT public.linli_grams('活动室'), public.linli_prefixes('990101001001')")
        assert cursor.fetchone() == before
        cursor.execute("SET LOCAL search_path = public")
