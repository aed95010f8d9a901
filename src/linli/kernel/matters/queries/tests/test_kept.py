"""What is kept of a queue's rows is unknown or true, and nobody's beyond what their own eyes see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from linli.kernel.access import as_system, looking_as
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries import kept
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.tests.cast import Cast

from .many import make_many


@pytest.fixture(autouse=True)
def anew() -> None:
    kept._kept.forget()


def rows_of(cast: Cast) -> dict[str, dict[str, Any]]:
    with looking_as(cast.city_duty):
        return {row["id"]: row for row in queue(cast.city_duty, Filter(), limit=50).rows}


def test_a_change_is_seen_at_once_also_within_its_own_transaction(cast: Cast) -> None:
    make_many(cast)
    one = next(iter(rows_of(cast)))
    with transaction.atomic():
        for title in ("第一次", "第二次"):
            with as_system():
                Matter.objects.filter(id=one).update(title=title)
            assert rows_of(cast)[one]["title"] == title
    assert rows_of(cast)[one]["title"] == "第二次"


def test_what_was_taken_back_is_not_shown(cast: Cast) -> None:
    make_many(cast)
    one, row = next(iter(rows_of(cast).items()))
    with transaction.atomic():
        with as_system():
            Matter.objects.filter(id=one).update(title="没有这回事")
        rows_of(cast)
        transaction.set_rollback(True)
    assert rows_of(cast)[one] == row


def test_another_name_of_a_unit_is_seen_at_once(cast: Cast) -> None:
    make_many(cast)
    one = next(row for row in rows_of(cast).values() if row["unit_id"])
    with as_system(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_unit SET name = '改了名的单位' WHERE id = %s", [one["unit_id"]])
    assert rows_of(cast)[one["id"]]["unit"] == "改了名的单位"


def test_what_one_may_see_is_no_reason_to_show_it_to_another(cast: Cast) -> None:
    make_many(cast)
    hidden = {id_ for id_, row in rows_of(cast).items() if not row["place_code"].startswith(cast.stranger.scope)}
    keys = [key for key in kept._kept.young if key[:36].decode() in hidden]
    assert len(keys) == len(hidden) > 0
    with looking_as(cast.stranger):
        assert hidden.isdisjoint(row["id"] for row in queue(cast.stranger, Filter(), limit=50).rows)
        kept._kept.forget()
        assert kept.rows(keys, "'{}'") == []


def test_only_so_many_are_kept_and_what_is_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    rows = kept.Kept()
    rows.put(b"asked for", b"1")
    for number in range(20):
        rows.put(b"%d" % number, b"")
        assert rows.get(b"asked for") == b"1"
    assert len(rows.young) + len(rows.old) <= 6
    assert rows.get(b"0") is None


def test_a_new_connection_begins_with_nothing() -> None:
    kept._kept.put(b"of another server", b"1")
    connection_created.send(sender=type(connection), connection=connection)
    assert kept._kept.get(b"of another server") is None
