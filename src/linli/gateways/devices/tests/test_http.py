"""Readings over HTTP: the same promise and the same rules, told to the sender item by item."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.gateways.devices import http, http_doors
from linli.gateways.devices.clocks import Clocks
from linli.gateways.devices.codecs.packed import write
from linli.gateways.devices.paces import Paces
from linli.gateways.devices.uses import Uses
from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.clock.now import frozen
from linli.kernel.declare import Scene
from linli.kernel.readings.measures import Measures
from linli.kernel.readings.models import Intake
from linli.kernel.readings.queries import latest
from linli.kernel.readings.streams import Away, isolating
from linli.kernel.readings.wire import Flag
from linli.kernel.things.models import Credential, Stranger, Thing
from linli.kernel.things.queries.registry import known_by

from .fleet import AT, DEVICES, LOAD, NOW, SLOTS, SMOKE, One, install, waiting

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/devices/readings"


@pytest.fixture(autouse=True)
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    devices = {**DEVICES, "packed": replace(SMOKE, name="packed", codec="packed")}
    catalogue = Catalogue([Scene("fleet", devices=tuple(devices.values()))], {})
    monkeypatch.setattr(http, "catalogue", lambda: catalogue)
    monkeypatch.setattr(http, "_paces", Paces())
    monkeypatch.setattr(http, "_models", {})
    another_process(monkeypatch)
    monkeypatch.setattr(http_doors, "_KNOCKS", http_doors.Knocks())
    monkeypatch.setitem(SLOTS, "packed", SLOTS[SMOKE.name])
    with frozen(AT):
        yield


@pytest.fixture
def one(db: None) -> One:
    made = One(0, "dev-1", SMOKE.name, 7)
    install(made)
    return made


def basic(key: str = "dev-1", secret: str = "s3cret") -> str:
    return "Basic " + b64encode(f"{key}:{secret}".encode()).decode()


def post(body: bytes, kind: str = "application/json", auth: str | None = None, **headers: str) -> Any:
    auth = basic() if auth is None else auth
    given = {**({"Authorization": auth} if auth else {}), **headers}
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type=kind, headers=given)


def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has heard nothing yet."""
    monkeypatch.setattr(http, "_clocks", Clocks())
    monkeypatch.setattr(http, "_asked", {})


def evaluated() -> None:
    """Write what waits as the evaluator does: rows, and the present state. Who was told last is older than what is late."""
    entries, _dead = waiting()
    with connection.cursor() as cursor:
        for e in entries:
            at, received = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (e.at, e.received))
            cursor.execute("SELECT readings_ensure(%s)", [at.date()])
            cursor.execute("SELECT at FROM readings_latest WHERE thing = %s", [e.thing])
            last = (cursor.fetchone() or (None,))[0]
            late = last is not None and at < last
            cursor.execute(
                'INSERT INTO readings_reading (thing, at, received_at, flags, "values") VALUES (%s, %s, %s, %s, %s)'
                " ON CONFLICT DO NOTHING",
                [e.thing, at, received, e.flags | (Flag.LATE if late else 0), [0.1]],
            )
            cursor.execute(
                "INSERT INTO readings_latest AS l (thing, at, received_at) VALUES (%s, %s, %s) ON CONFLICT (thing)"
                " DO UPDATE SET at = greatest(l.at, excluded.at), received_at = excluded.received_at",
                [e.thing, at, received],
            )
        cursor.execute("DELETE FROM readings_intake")


def says_at(seconds: float, behind: float = 0.0, **headers: str) -> int:
    """The thing says something, so many seconds after NOW, by a clock that is behind. Its flags, as it was stored."""
    with frozen(AT + timedelta(seconds=seconds)):
        assert (
            post(b'{"smoke": 0.1, "t": %d}' % (NOW + round((seconds - behind) * 1000)), **headers).status_code
            == 200
        )
    flags = waiting()[0][-1].flags
    evaluated()
    return flags


@pytest.mark.parametrize("behind", [3600, 20 * 86400])
def test_a_clock_that_fell_back_is_mended_by_whichever_process_is_asked(
    one: One, behind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended = Flag.SKEWED | Flag.AGAIN
    assert says_at(0) == Flag.OWN_CLOCK
    said = []
    for n in range(1, 5):
        another_process(monkeypatch)
        said.append(says_at(60 * n, behind))
    assert said == [Flag.OWN_CLOCK, mended, mended, mended], "late once, then of now, over processes and restarts"
    another_process(monkeypatch)
    assert says_at(300) == Flag.OWN_CLOCK, "set right again, it is believed again"
    another_process(monkeypatch)
    assert says_at(360, behind) == Flag.OWN_CLOCK, "it has to be seen anew how time passes"


def test_a_request_with_a_key_is_mended_and_sent_again_is_the_same(
    one: One, monkeypatch: pytest.MonkeyPatch
) -> None:
    says_at(0)
    for n in range(1, 3):
        another_process(monkeypatch)
        flags = says_at(60 * n, 3600, **{"Idempotency-Key": f"k-{n}"})
    assert flags == Flag.SKEWED | Flag.AGAIN
    mids = []
    for seconds in (120.5, 123):  # the second request once more, to this process and to another one
        with frozen(AT + timedelta(seconds=seconds)):
            post(b'{"smoke": 0.1, "t": %d}' % (NOW + 120_000 - 3_600_000), **{"Idempotency-Key": "k-2"})
        another_process(monkeypatch)
        entry = waiting()[0][-1]
        mids.append((entry.mid, entry.flags))
    assert len(set(mids)) == 1 and mids[0][1] == Flag.SKEWED | Flag.AGAIN


def test_what_was_kept_stays_late_whichever_process_is_asked(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    """One kept reading with each new one, an hour old: its clock goes on as ours does, and is right."""
    for n in range(1, 5):
        for behind in (0, 3600):
            another_process(monkeypatch)
            assert says_at(60 * n + behind / 3600, behind) == Flag.OWN_CLOCK


def test_an_intake_that_begins_anew_knows_whose_clock_was_set_back(
    one: One, monkeypatch: pytest.MonkeyPatch
) -> None:
    says_at(0)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_tally VALUES (%s, %s, 'skewed', 1)", [one.no, AT.date()])
    assert latest.set_back(AT.date())[one.no] == latest.Clock(NOW, None), "only ahead a little"
    for n in range(1, 3):
        says_at(60 * n, 3600)
    base = NOW + 60_000 - 3_600_000, NOW + 60_000
    assert latest.set_back(AT.date()) == {one.no: latest.Clock(NOW + 120_000, base)}
    assert latest.told_at() == {one.no: NOW + 120_000} and latest.told_at(AT + timedelta(hours=1)) == {}


def test_a_clock_is_not_asked_for_with_each_message(one: One) -> None:
    says_at(0)
    with CaptureQueriesContext(connection) as asked:
        for n in range(1, 8):
            with frozen(AT + timedelta(seconds=7 * n)):
                post(b'{"smoke": 0.1, "t": %d}' % (NOW + 7000 * n - (0 if n < 3 else 3_600_000)))
    assert sum("readings_latest" in query["sql"] for query in asked) == 1, (
        "of one that claims to be old, once a minute"
    )


def test_one_reading_is_committed_before_it_is_answered(one: One) -> None:
    answer = post(b'{"smoke": 0.2, "battery": 90, "t": %d}' % (NOW - 1000))
    assert answer.status_code == 200
    assert answer.json() == {
        "stored": 1, "dead": 0, "results": [{"index": 0, "status": "stored", "reason": "", "sentence": ""}],
    }  # fmt: skip
    [entry], dead = waiting()
    assert (entry.thing, entry.at, entry.flags, entry.values[:3]) == (
        one.no,
        NOW - 1000,
        Flag.OWN_CLOCK,
        [0.2, None, 90],
    )
    assert not dead and Intake.objects.get().shard == 7


def test_a_batch_is_answered_item_by_item_and_one_bad_item_spoils_none(one: One) -> None:
    answer = post(
        b'[{"smoke": 0.1}, {"smoke": "x"}, 5, {"smoke": 0.3, "battery": 300}, {"smoke": 0.4, "t": 0}, {"smoke": NaN}]'
    )
    assert answer.status_code == 200
    told = answer.json()
    assert (told["stored"], told["dead"]) == (2, 4)
    assert [(r["status"], r["reason"]) for r in told["results"]] == [
        ("stored", ""),
        ("dead", "not_a_number"),
        ("dead", "unreadable"),
        ("partly", "out_of_range"),
        ("dead", "clock"),
        ("dead", "not_a_number"),
    ]
    assert "battery=300" in told["results"][3]["sentence"]
    entries, dead = waiting()
    assert [e.values[0] for e in entries] == [0.1, 0.3] and [d.why for d in dead] == [
        "not_a_number", "unreadable", "out_of_range", "clock", "not_a_number",
    ]  # fmt: skip
    assert {d.via for d in dead} == {"http"} and b"300" in dead[2].payload and b"0.1" not in dead[2].payload


def test_what_the_database_never_takes_is_said_and_the_others_are_stored(one: One) -> None:
    from .test_receiving import _REFUSES

    with connection.cursor() as cursor:
        cursor.execute(_REFUSES)
    answer = post(b'[{"smoke":0.1},{"smoke":6.66},{"smoke":0.3}]')
    results = answer.json()["results"]
    assert answer.status_code == 200 and answer.json()["stored"] == 2
    assert [row["status"] for row in results] == ["stored", "dead", "stored"]
    assert results[1]["reason"] == "refused_by_database" and "不用重发" in results[1]["sentence"]
    entries, dead = waiting()
    assert sorted(entry.values[0] for entry in entries) == [0.1, 0.3]
    assert [one.why for one in dead] == ["refused_by_database"]


@pytest.mark.parametrize(
    ("auth", "why"),
    [("", None), (basic("nobody"), "unknown"), (basic(secret="wrong"), "secret"), ("Bearer dev-1:wrong", "secret"),
     ("Bearer x", "unknown"), ("Basic !!", None), (basic("a\x00b"), "unknown")],
)  # fmt: skip
def test_who_cannot_prove_itself_is_refused_and_noted(one: One, auth: str, why: str | None) -> None:
    for _n in range(3):
        answer = post(b'{"smoke": 0.2}', auth=auth)
        assert (
            answer.status_code == 401
            and answer.json()["sentence"]
            and "Basic" in answer.headers["WWW-Authenticate"]
        )
    assert waiting() == ([], [])
    assert list(Stranger.objects.values_list("why", flat=True)) == ([why] if why else [])


def test_bearer_is_the_same_as_basic_and_a_key_may_hold_a_colon(one: One) -> None:
    assert post(b'{"smoke": 0.2}', auth="Bearer dev-1:s3cret").status_code == 200
    install(One(0, "aa:bb:cc", SMOKE.name))
    assert post(b'{"smoke": 0.2}', auth=basic("aa:bb:cc")).status_code == 200


def test_a_retired_device_is_nobody_and_one_not_installed_waits(one: One) -> None:
    with as_system():
        Thing.objects.update(state="waiting")
    assert post(b'{"smoke": 0.2}').status_code == 403
    with as_system():
        Thing.objects.update(state="retired", retired_at=AT)
    assert post(b'{"smoke": 0.2}').status_code == 401
    assert set(Stranger.objects.values_list("why", flat=True)) == {"waiting", "retired"}


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 422, "unreadable"),
        (b'{"smoke": "x"}', "application/json", 422, "not_a_number"),
        (b'{"smoke": {"value": 1, "unit": "kg"}}', "application/json", 422, "unit"),
        (b'{"smoke": 1, "t": 4102444800}', "application/json", 422, "clock"),
        (b'{"smoke": 1, "t": 1}', "application/json", 422, "clock"),
        (b'{"x": "' + b"x" * 70_000 + b'"}', "application/json", 413, "too_large"),
        (b"[" + b"1," * 600_000 + b"1]", "application/json", 413, "too_large"),
        (b"[" + b"1," * 1000 + b"1]", "application/json", 422, "unreadable"),
        (b"smoke=1", "application/x-www-form-urlencoded", 415, "unsupported"),
        (b"\x01", "application/octet-stream", 415, "unsupported"),
        (b'{"smoke": 1}', "text/plain", 415, "unsupported"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    one: One, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = post(body, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["sentence"] and "{" not in answer.json()["sentence"].replace("{'", "")
    entries, dead = waiting()
    assert entries == [] and len(dead) == 1
    if status == 415:  # whoever looks after the device sees why nothing comes of it
        assert (dead[0].why, dead[0].payload) == ("unreadable", body) and dead[0].says == f"Content-Type: {kind}"


def test_a_list_of_a_megabyte_is_taken_where_one_reading_may_not_be_so_large(one: One) -> None:
    items = b",".join(b'{"smoke": 0.2, "t": %d, "pad": "%s"}' % (NOW - n, b"x" * 500) for n in range(1000))
    assert len(items) > 500_000
    answer = post(b"[" + items + b"]")
    assert answer.status_code == 200 and answer.json()["stored"] == 1000
    assert len(waiting()[0]) == 1000


def test_senml_and_our_binary_come_by_their_content_types(one: One) -> None:
    answer = post(b'[{"n": "temperature", "u": "degF", "v": 77}]', "application/senml+json")
    assert answer.status_code == 200 and waiting()[0][0].values[1] == 25
    install(One(0, "nb-1", "packed"))
    payload = write({"smoke": 0.5}, Measures(SMOKE, SLOTS[SMOKE.name]), NOW // 1000)
    assert post(payload, "application/octet-stream", basic("nb-1")).status_code == 200
    assert post(b'{"smoke": 0.5}', "application/json", basic("nb-1")).status_code == 200


def test_the_same_key_and_words_again_are_the_same_reading(one: One) -> None:
    for key in ("7", "7", "8"):
        assert post(b'{"smoke": 0.2}', **{"Idempotency-Key": key}).status_code == 200
    entries, _dead = waiting()
    assert entries[0].mid == entries[1].mid != entries[2].mid
    assert all(e.flags == Flag.AGAIN for e in entries)
    assert post(b'{"smoke": 0.2}', **{"Idempotency-Key": "é" * 3}).status_code == 422
    assert post(b'{"smoke": 0.2}', **{"Idempotency-Key": "x" * 201}).status_code == 422


def test_without_a_key_the_same_words_are_another_reading(one: One) -> None:
    for _n in range(2):
        post(b'{"smoke": 0.2}')
    assert len({e.mid for e in waiting()[0]}) == 2


def test_a_flood_is_refused_noted_once_and_hinders_no_other(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    install(other := One(0, "dev-2", LOAD.name))
    monkeypatch.setattr(http, "_paces", Paces(rate=1, burst=3))
    told = [post(b'{"smoke": 0.2}') for _n in range(6)]
    assert [t.status_code for t in told] == [200] * 3 + [429] * 3
    assert told[-1].headers["Retry-After"] == "1"
    assert post(b'{"v": 2}', auth=basic("dev-2")).status_code == 200
    entries, dead = waiting()
    assert len(entries) == 4 and entries[-1].thing == other.no and [d.why for d in dead] == ["flood"]


def test_a_long_list_counts_as_much_as_it_brings(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_paces", Paces(rate=1, burst=100))
    for bad in (b"1", b'{"smoke": 0.2}'):
        monkeypatch.setattr(http, "_paces", Paces(rate=1, burst=10))
        told = [post(b"[" + b",".join([bad] * 200) + b"]").status_code for _n in range(2)]
        assert told == [422 if bad == b"1" else 200, 429]


def test_a_model_no_scene_declares_sets_its_messages_aside(one: One) -> None:
    with as_system():
        Thing.objects.update(model="forgotten")
    assert post(b'{"smoke": 0.2}').status_code == 422
    assert [d.says for d in waiting()[1]] == ["model forgotten"]


def test_chunks_are_refused_with_a_reason_that_the_desk_sees(one: One) -> None:
    told = post(b"", **{"Content-Length": "", "Transfer-Encoding": "chunked"})
    assert told.status_code == 411 and "Content-Length" in told.json()["sentence"]
    assert [(d.why, d.says) for d in waiting()[1]] == [("unreadable", "Transfer-Encoding: chunked")]


def test_its_openapi_says_how() -> None:
    told = Client().get("/api/v1/devices/openapi.json").json()
    operation = told["paths"]["/api/v1/devices/readings"]["post"]
    assert set(operation["requestBody"]["content"]) == {
        "application/json", "application/senml+json", "application/octet-stream",
    }  # fmt: skip
    assert {"200", "401", "413", "415", "422", "429"} <= set(operation["responses"])
    assert {s["scheme"] for s in told["components"]["securitySchemes"].values()} == {"basic", "bearer"}


def test_when_it_cannot_be_stored_the_device_is_told_to_come_again(
    one: One, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_batches: object) -> None:
        raise Away("no answer")

    monkeypatch.setattr(isolating, "append_now", away)
    answer = post(b'{"smoke": 0.2}')
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "busy", "1")


@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/senml+json", "text/csv", ""]))
@settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_the_answer_is_no_server_error(one: One, body: bytes, kind: str) -> None:
    answer = post(body, kind)
    assert answer.status_code in (200, 413, 415, 422), answer.content
    assert answer.status_code == 200 or answer.json()["sentence"]


@pytest.mark.django_db(transaction=True)
def test_that_a_secret_is_in_use_is_noted_beside_the_requests_and_once_a_minute(
    emptied: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_doors, "_USES", uses := Uses())
    install(One(0, "dev-1", SMOKE.name, 7))
    install(One(0, "dev-2", SMOKE.name, 7))

    def used(key: str) -> Any:
        with as_system():
            return Credential.objects.get(thing__key=key).used_at

    with CaptureQueriesContext(connection) as asked:
        assert post(b'{"smoke": 0.2}').status_code == 200
    assert not any("used_at" in query["sql"] and "UPDATE" in query["sql"] for query in asked)
    patience = time.monotonic() + 20
    while used("dev-1") is None and time.monotonic() < patience:
        time.sleep(0.02)
    first = used("dev-1")
    assert first is not None and used("dev-2") is None
    assert post(b'{"smoke": 0.3}').status_code == 200
    assert uses.flush() == 0, "not again within the minute"
    known = known_by("dev-1")
    assert known is not None
    uses.hear(known, b"s3cret", first.timestamp() + 61)
    patience = time.monotonic() + 20
    while used("dev-1") == first and time.monotonic() < patience:
        time.sleep(0.02)
    assert abs((used("dev-1") - first).total_seconds() - 61) < 0.01
    assert post(b'{"smoke": 0.3}', auth=basic(secret="wrong")).status_code == 401
