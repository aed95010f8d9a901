from uuid import UUID

import pytest
from django.db import DataError, connection, transaction
from django.db.utils import ProgrammingError

from linli.kernel.access import prepared
from linli.kernel.access.prepared import ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_values_arrive_as_what_they_are():
    unit = UUID("01a14692-8c80-787b-9941-d0e3133c3612")
    rows = ask(
        "SELECT %s::uuid = %s, 'a,\"b\\' = ANY (%s), %s::text IS NULL, 7 %% 4",
        [unit, unit, ["x", 'a,"b\\'], None],
    )
    assert rows == [(b"t", b"t", b"t", b"3")]


def test_a_list_may_have_nothing_in_a_place_and_that_is_not_a_word():
    assert ask("SELECT x IS NULL, x = 'NULL' FROM unnest(%s::text[]) x", [[None, "NULL", ""]]) == [
        (b"t", None),
        (b"f", b"t"),
        (b"f", b"f"),
    ]


def test_a_value_with_a_nul_is_refused_and_not_cut_short():
    with pytest.raises(DataError):
        ask("SELECT %s::text", ["whole\0rest"])


def test_a_statement_is_planned_once_and_the_longest_unused_is_let_go(monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 3)
    connection.close()
    for number in range(5):
        for _again in range(2):
            assert ask(f"SELECT {number}, %s", ["x"]) == [(b"%d" % number, b"x")]
    assert [
        query.decode() for (query,) in ask("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")
    ] == [
        "SELECT 3, $1",
        "SELECT 4, $1",
        "SELECT statement FROM pg_prepared_statements ORDER BY prepare_time",
    ]


def test_it_belongs_to_the_transaction_it_is_asked_in():
    with transaction.atomic():
        ask("SELECT set_config('linli.sees', 'place', false)")
        transaction.set_rollback(True)
    assert ask("SELECT current_setting('linli.sees', true)") != [(b"place",)]


def test_a_fault_is_what_django_raises_and_the_statement_is_counted(django_assert_num_queries):
    with pytest.raises(ProgrammingError):
        ask("SELECT nothing_of_that_name")
    with django_assert_num_queries(1):
        ask("SELECT 1")


def test_what_is_prepared_keeps_one_plan_for_all_values():
    assert ask("SHOW plan_cache_mode") == [(b"force_generic_plan",)]
