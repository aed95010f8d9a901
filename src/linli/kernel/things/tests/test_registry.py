"""The registry: read at once, kept fresh by what changed, asked without a query."""

import hashlib
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare.devices import BATTERY, Device, Quantity
from linli.kernel.declare.spans import Span, Unit
from linli.kernel.things.models import Credential, Slot, Thing
from linli.kernel.things.queries.registry import Registry, TooWide, ensure_slots

from .cast import AT, HOOD, Cast

NOW = AT.timestamp()


def loaded() -> Registry:
    registry = Registry()
    registry.load()
    return registry


def test_a_registered_thing_is_found_by_key_and_number_and_proves_itself(cast: Cast):
    made = cast.register(place_code=HOOD)
    registry = loaded()
    known = registry.find("sd-0001")
    assert known is not None and registry.by_no(made.thing.no) is known
    assert (known.id, known.model, known.state, known.place_code) == (
        made.thing.id,
        "smoke-detector",
        "working",
        HOOD,
    )
    assert 0 <= known.shard < 64
    assert registry.proves(known, made.secret.encode(), NOW)
    assert not registry.proves(known, b"wrong", NOW)
    assert not registry.proves(known, b"", NOW)
    assert registry.find("sd-0002") is None


def test_lookups_ask_no_database(cast: Cast):
    made = cast.register()
    registry = loaded()
    with CaptureQueriesContext(connection) as asked:
        known = registry.find("sd-0001")
        assert known and registry.proves(known, made.secret.encode(), NOW) and registry.slots(known.model)
    assert len(asked) == 0


def test_nobody_can_find_a_secret_in_the_database(cast: Cast):
    made = cast.register()
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM things_thing t UNION ALL SELECT c::text FROM things_credential c")
        assert not any(made.secret in row for (row,) in cursor.fetchall())
        cursor.execute("SELECT r::text FROM audit_record r")
        assert not any(made.secret in row for (row,) in cursor.fetchall())
    assert len(made.secret) >= 22  # 128 bits in base 64


def test_a_rotated_secret_is_good_until_its_overlap_ends(cast: Cast):
    thing = cast.register().thing
    with as_system():
        Credential.objects.filter(thing=thing).update(ends_at=AT + timedelta(hours=1))
        Credential.objects.create(thing=thing, digest=hashlib.sha256(b"new").digest(), issued_at=AT)
        Credential.objects.filter(ends_at__isnull=False).update(digest=hashlib.sha256(b"old").digest())
    registry = loaded()
    known = registry.find("sd-0001")
    assert known is not None
    # Whether it is still read depends on PostgreSQL's clock; how long it is good on what the caller says.
    digests = dict(known.digests) or {}
    assert registry.proves(known, b"new", NOW)
    if hashlib.sha256(b"old").digest() in digests:
        assert registry.proves(known, b"old", NOW + 3599)
    assert not registry.proves(known, b"old", NOW + 3601)


def test_a_refresh_finds_new_moved_and_retired_things_and_changed_secrets(cast: Cast):
    registry = loaded()
    made = cast.register()
    assert registry.refresh() == 1
    assert registry.find("sd-0001")
    with as_system():
        Thing.objects.filter(pk=made.thing.pk).update(place_code="990101001002", shard=5)
    registry.refresh()
    assert registry.find("sd-0001").shard == 5  # type: ignore[union-attr]
    with as_system():
        Credential.objects.filter(thing=made.thing).update(revoked_at=AT)
    registry.refresh()
    assert registry.find("sd-0001").digests == ()  # type: ignore[union-attr]
    with as_system():
        Thing.objects.filter(pk=made.thing.pk).update(state="retired", retired_at=AT)
    registry.refresh()
    assert registry.find("sd-0001").state == "retired"  # type: ignore[union-attr]


def test_that_a_secret_was_used_is_no_change(cast: Cast):
    made = cast.register()
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT changed_tx FROM things_credential")
        before = cursor.fetchall()
        cursor.execute(
            "UPDATE things_credential SET changed_tx = 7, used_at = now() WHERE thing_id = %s", [made.thing.id]
        )
        cursor.execute("SELECT changed_tx FROM things_credential")
        assert before != cursor.fetchall() == [(7,)]


def test_a_secret_in_use_is_noted_once_an_hour_and_is_no_change(cast: Cast):
    made = cast.register()
    registry = loaded()
    known = registry.find("sd-0001")
    assert known is not None

    def used() -> object:
        registry.refresh()
        with as_system():
            return Credential.objects.get().used_at

    registry.proves(known, b"wrong", NOW)
    assert used() is None
    for later, noted in ((0, 0), (3599, 0), (3600, 3600)):
        assert registry.proves(known, made.secret.encode(), NOW + later)
        assert used() == AT + timedelta(seconds=noted)


def settle(registry: Registry) -> None:
    """Until what was read is not read again: a transaction open in another database of the cluster, such as that of
    another worker's test where LINLI_DATABASE_URL is given, keeps the registry looking twice."""
    until = time.monotonic() + 30
    while registry.refresh() and time.monotonic() < until:
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_not_skipped(settings):
    """A transaction that began before a refresh and ends after it: its things are found by the next."""
    with as_system():
        first = _thing("a-first")
    registry = loaded()
    settle(registry)
    wrote, go, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic(), as_system():
            _thing("b-slow")
            wrote.set()
            go.wait(20)
        connection.close()
        done.set()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(20)
    with as_system():
        _thing("c-quick")  # a later transaction that commits earlier
    assert registry.refresh() == 1 and registry.find("c-quick") and not registry.find("b-slow")
    go.set()
    assert done.wait(20)
    thread.join()
    registry.refresh()
    assert registry.find("b-slow") and registry.find(first.key)
    settle(registry)
    assert registry.refresh() == 0, "nothing changed since"


def test_a_refresh_without_changes_is_a_handful_of_statements(cast: Cast):
    cast.register()
    registry = loaded()
    with CaptureQueriesContext(connection) as asked:
        registry.refresh()
    assert len([q for q in asked.captured_queries if "things_thing" in q["sql"]]) == 1
    assert len(asked) <= 6


def test_stamps_of_another_cluster_are_left_alone(cast: Cast):
    """After a restore rows carry transactions that this cluster has not had yet: read once, not every second."""
    cast.register()
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("things_thing", "things_credential"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {table} SET changed_tx = 9000000000000")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    registry = loaded()
    assert registry.find("sd-0001") and registry.refresh() == 0


def test_slots_are_given_once_and_never_again(cast: Cast, monkeypatch):
    before = {(s.model, s.quantity): s.slot for s in Slot.objects.all()}
    assert before[("smoke-detector", "smoke")] == 0 and before[("smoke-detector", "battery")] == 1
    assert ensure_slots() == 0
    # The next version measures heat first, and smoke no more.
    changed = Device("smoke-detector", (Quantity("heat", "°C"), BATTERY), every=Span(1, Unit.HOUR))
    monkeypatch.setitem(catalogue().devices, "smoke-detector", changed)
    assert ensure_slots() == 1
    after = {(s.model, s.quantity): s.slot for s in Slot.objects.all()}
    assert {key: after[key] for key in before} == before
    assert after[("smoke-detector", "heat")] == 3
    assert loaded().slots("smoke-detector")["heat"] == 3
    assert loaded().slots("unheard-of") == {}


def _thing(key: str) -> Thing:
    return Thing.objects.create(
        id=uuid4(),
        key=key,
        model="smoke-detector",
        name=key,
        state="working",
        place_code=HOOD,
        shard=1,
        registered_at=AT,
    )


def test_the_system_is_who_reads(cast: Cast):
    from linli.kernel.access import ANONYMOUS, look_as

    cast.register()
    look_as(ANONYMOUS)
    assert len(loaded()) == 1
    look_as(SYSTEM)


def test_a_model_that_had_too_many_quantities_over_the_years_is_refused_with_a_sentence(cast: Cast):
    Slot.objects.bulk_create(Slot(model="smoke-detector", quantity=f"old-{n}", slot=n) for n in range(100, 255))
    before = set(Slot.objects.values_list("model", "quantity", "slot"))
    Slot.objects.filter(quantity="smoke").delete()
    with pytest.raises(TooWide, match="smoke-detector"), transaction.atomic():
        ensure_slots()
    assert before - set(Slot.objects.values_list("model", "quantity", "slot")) == {("smoke-detector", "smoke", 0)}
