"""Whoever takes back their agreement leaves nothing of what the device measured in any table, whatever was on the road."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread, Timer

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.gateways.devices.down import Message, post
from linli.kernel.access import as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.story import story
from linli.kernel.people.models import Unit
from linli.kernel.readings import rolling
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import DeadLetter, Intake, Latest, Minute, Reading, RuleNumber, Warning
from linli.kernel.readings.queries.sentences import sentence
from linli.kernel.readings.wire import Dead, Entry, Flag, pack
from linli.kernel.things import erasing, texts, verbs
from linli.kernel.things.models import Erasure, Order, Signature, Stranger, Thing
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import ALWAYS, AT, HOOD, make_cast
from linli.kernel.things.tests.homes import HOME, Home, make_home
from linli.project.alarms import warn

MARK = 77.125
"""A battery level nothing else in the database has."""
OWN = int(Flag.OWN_CLOCK)


@pytest.fixture
def home(db: None) -> Home:
    ensure_slots()
    return make_home(make_cast())


@pytest.fixture
def evaluator(db: None) -> Iterator[Evaluator]:
    made = Evaluator(InPostgres(), warn)
    yield made
    made.leases.leave()


def button(home: Home, at=AT) -> tuple[Thing, str]:
    made = home.cast.register("jj-1", model="emergency-button", place_code=HOME, at=at)
    home.signed(made.thing, at=at)
    return made.thing, made.secret


def said(thing: Thing, seconds: float, pressed: float = 0.0, *, mark: float = MARK) -> Entry:
    at = round((AT.timestamp() + seconds) * 1000)
    return Entry(thing.no, at, at + 20, OWN, 0, [pressed, mark, -60.0])


def put(thing: Thing, *entries: Entry, dead: tuple[Dead, ...] = ()) -> None:
    Intake.objects.create(shard=thing.shard, received_at=AT, entries=pack(entries, dead))


def letter(thing: Thing, seconds: float) -> Dead:
    at = round((AT.timestamp() + seconds) * 1000)
    text = f"battery {MARK}"
    return Dead(at, thing.key, thing.no, "mqtt", f"d/{thing.key}", "plain", "unreadable", text, text.encode(), 20)


def go(evaluator: Evaluator, seconds: float) -> int:
    evaluator._looked = 0 if seconds < 0 else evaluator._looked
    return evaluator.round(AT + timedelta(seconds=seconds))


def roll(evaluator: Evaluator, seconds: float) -> None:
    go(evaluator, seconds)
    rolling.roll()


def withdraw(home: Home, thing: Thing, seconds: float) -> None:
    with as_system():
        signature = Signature.objects.get(agreement__thing=thing, agreement__ended_at=None)
    verbs.withdraw(by=home.granny, at=AT + timedelta(seconds=seconds), signature_id=signature.id)


def tables_that_say(what: str) -> list[str]:
    """Every table of the database in which a text stands, bytes included."""
    found = []
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{name}" t WHERE t::text LIKE %s OR t::text LIKE %s',
                [f"%{what}%", f"%{what.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(name)
    return sorted(found)


def test_renewed_it_goes_on_and_what_was_on_its_road_is_not_lost(home: Home, evaluator: Evaluator):
    thing = home.cast.register("jj-2", model="emergency-button", place_code=HOME, at=AT).thing
    home.signed(thing, at=AT, until=AT + timedelta(days=30))
    put(thing, said(thing, 0), said(thing, 60))
    go(evaluator, 61)
    put(thing, said(thing, 120))  # said before she renews, and written after
    with as_system():
        mine = Signature.objects.get(agreement__thing=thing)
    at = AT + timedelta(seconds=125)
    assert verbs.renew(by=home.granny, at=at, signature_id=mine.id, digest=texts.digest_of(thing.model))
    put(thing, said(thing, 130))
    evaluator._looked = 0  # it looks at what has changed
    go(evaluator, 131)
    with as_system():
        assert Reading.objects.filter(thing=thing.no).count() == 4


def test_nothing_of_what_it_measured_stays_in_any_table(home: Home, evaluator: Evaluator):
    thing, _secret = button(home)
    put(thing, said(thing, 0), said(thing, 60), said(thing, 120, 1.0), dead=(letter(thing, 60),))
    go(evaluator, 121)
    put(thing, said(thing, 30, mark=MARK))  # late
    go(evaluator, 122)
    roll(evaluator, 2 * 3600)
    with as_system():
        warning = Warning.objects.get(thing=thing)
        verbs_note = "battery 77.125"
        Warning.objects.filter(pk=warning.pk).update(cause_note=verbs_note, trouble=verbs_note)
        RuleNumber.objects.create(rule=warning.rule, thing=thing, name="lasts", value=MARK, set_at=AT)
        post([Message(thing.no, f"d/{thing.key}/own/x", b"77.125", 1, retain=True, waits=True)], at=AT)
        matter = Matter.objects.get(pk=warning.matter_id)
        Order.objects.create(
            thing=thing, command="beep", parameters={"volume": MARK}, sent_at=AT, until=AT + timedelta(days=1)
        )
    before = tables_that_say(str(MARK))
    assert {
        "readings_reading",
        "readings_latest",
        "readings_minute",
        "readings_hour",
        "readings_deadletter",
    } <= set(before)
    assert {"things_order", "devices_kept", "devices_command", "readings_rulenumber", "readings_warning"} <= set(
        before
    )

    put(thing, said(thing, 180), dead=(letter(thing, 180),))  # acknowledged, on its road
    withdraw(home, thing, 200)
    go(evaluator, 201)
    assert tables_that_say(str(MARK)) == []
    assert not Intake.objects.exists()
    with as_system():
        warning.refresh_from_db()
        assert (warning.state, warning.says) == ("closed", {"ended": "agreement"})
        assert sentence(warning)
        matter.refresh_from_db()
        assert matter.ended_at is None, "whoever is on the way still comes"
        tomb = Erasure.objects.get(thing=thing)
        assert tomb.counts["readings"] == 4 and tomb.counts["warnings"] == 1
        assert Record.objects.filter(stream=warning.stream, verb="readings.close").count() == 1
        raised = Record.objects.get(stream=warning.stream, verb="readings.raise")
        assert raised.after is None and raised.erased_at is not None


def test_whoever_is_on_the_way_goes_on_and_the_matter_is_finished_without_the_device(
    home: Home, evaluator: Evaluator
):
    thing, _secret = button(home)
    put(thing, said(thing, 0, 1.0))
    go(evaluator, 1)
    with as_system():
        matter_id = Warning.objects.get(thing=thing).matter_id
        unit = Unit.objects.create(
            kind="department", department="civil-affairs", name="柳湾一居", place_code=HOOD, valid=ALWAYS
        )
    worker, duty = replace(home.cast.handler, unit_id=unit.id, scope=HOOD), home.cast.duty
    at = AT + timedelta(minutes=1)
    matters.assign(matter_id=matter_id, by=duty, at=at, unit_id=unit.id)
    matters.go(matter_id=matter_id, by=worker, at=at)
    withdraw(home, thing, 90)
    at = AT + timedelta(minutes=3)
    matters.arrive(matter_id=matter_id, by=worker, at=at)
    matters.found(matter_id=matter_id, by=worker, at=at, cause="real", text="老人摔倒，已扶起。")
    with as_system():
        kind = catalogue().kind(Matter.objects.get(pk=matter_id).kind)
    look_as(duty)
    assert any("同意已结束" in str(step) for step in story(matter_id, duty))
    matters.report_done(matter_id=matter_id, by=worker, at=at, outcome=kind.reasons[0], result="已送医。")
    with as_system():
        assert Matter.objects.get(pk=matter_id).state == "done"


def test_what_is_on_the_road_or_in_a_round_is_not_written_after_it(home: Home, evaluator: Evaluator):
    """An evaluator remembers what it has not written yet (`Course.pending`), and reads its book once a second."""
    thing, _secret = button(home)
    put(thing, said(thing, 0))
    go(evaluator, 1)
    evaluator.course.pending.add(thing.no)
    withdraw(home, thing, 2)
    put(thing, said(thing, 1), said(thing, 3, 1.0))
    go(evaluator, 4)
    assert (
        not Reading.objects.filter(thing=thing.no).exists()
        and not Latest.objects.filter(thing=thing.no).exists()
        and not DeadLetter.objects.exists()
    )
    with as_system():
        assert not Warning.objects.exists()


def test_the_minute_that_runs_is_not_rolled_up_after_it(home: Home, evaluator: Evaluator):
    """An evaluator reckons it in memory, and writes it when it is over."""
    thing, _secret = button(home)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE readings_rolled SET upto = %s", [AT])
    put(thing, said(thing, 0))
    go(evaluator, 1)
    withdraw(home, thing, 2)
    for seconds in (3, 70, 140):
        roll(evaluator, seconds)
    assert not Minute.objects.filter(thing=thing.no).exists()


def test_agreed_to_anew_it_begins_from_there(home: Home, evaluator: Evaluator):
    thing, _secret = button(home)
    put(thing, said(thing, 0))
    go(evaluator, 1)
    withdraw(home, thing, 2)
    put(thing, said(thing, 1.5))
    with as_system():
        thing.refresh_from_db()
    home.signed(thing, at=AT + timedelta(seconds=10))
    put(thing, said(thing, 5), said(thing, 9.9), said(thing, 11), said(thing, 12, 1.0))
    go(evaluator, 13)
    times = [(r.at - AT).total_seconds() for r in Reading.objects.order_by("at")]
    assert times == [11, 12]
    with as_system():
        assert Warning.objects.get().thing_id == thing.id
    assert erasing.erase_again(at=AT + timedelta(minutes=5)) == 1
    assert Reading.objects.count() == 2, "what was said under the new agreement stays"


def test_past_its_day_nothing_is_taken_even_before_the_worker_has_looked(home: Home, evaluator: Evaluator):
    made = home.cast.register("jj-2", model="emergency-button", place_code=HOME)
    home.signed(made.thing, until=AT + timedelta(seconds=60))
    put(made.thing, said(made.thing, 59), said(made.thing, 60), said(made.thing, 61))
    go(evaluator, 62)
    assert Reading.objects.count() == 1


STEPS = st.lists(st.sampled_from(["say", "press", "round", "withdraw", "agree", "restart", "roll"]), max_size=14)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order_only_what_was_said_under_the_standing_agreement_is_there(home: Home, steps: list[str]):
    evaluator = Evaluator(InPostgres(), warn)
    with transaction.atomic():
        try:
            _play(home, evaluator, steps)
        finally:
            evaluator.leases.leave()
            transaction.set_rollback(True)


def _play(home: Home, evaluator: Evaluator, steps: list[str]) -> None:
    made = home.cast.register("jj-h", model="emergency-button", place_code=HOME)
    thing, since = made.thing, None
    for n, step in enumerate([*steps, "round"], start=1):
        if step in ("say", "press"):
            put(thing, said(thing, n, float(step == "press")))
        elif step == "round":
            evaluator.round(AT + timedelta(seconds=n))
        elif step == "roll":
            roll(evaluator, 300 + n)
        elif step == "restart":
            evaluator.forget()
        elif step == "withdraw" and since is not None:
            withdraw(home, thing, n)
            since = None
        elif step == "agree" and since is None:
            home.signed(thing, at=AT + timedelta(seconds=n))
            since = n
        times = [(r.at - AT).total_seconds() for r in Reading.objects.filter(thing=thing.no).order_by("at")]
        assert all(since is not None and since <= time for time in times)
    with as_system():
        open_now = Warning.objects.filter(thing=thing, closed_at=None).exists()
    assert since is not None or not open_now


def test_over_http_it_is_told_why_and_the_desk_sees_it(home: Home):
    at = now() - timedelta(minutes=1)
    made = home.cast.register("jj-3", model="emergency-button", place_code=HOME, at=at)
    head = {"headers": {"Authorization": f"Bearer jj-3:{made.secret}"}, "content_type": "application/json"}
    body = json.dumps({"pressed": 1, "battery": MARK})
    path = "/api/v1/devices/readings"

    def send() -> tuple[int, str]:
        answer = Client().post(path, body, **head)
        return answer.status_code, answer.json().get("code", "")

    assert send() == (403, "agreement")
    look_as(home.worker)
    home.signed(made.thing, at=at)
    assert send()[0] == 200
    Intake.objects.all().delete()
    with as_system():
        signature = Signature.objects.get()
    verbs.withdraw(by=home.granny, at=now(), signature_id=signature.id)
    assert send()[0] in (401, 403)
    assert not Intake.objects.exists() and not DeadLetter.objects.exists()
    with as_system():
        assert {(s.key, s.why, s.sample) for s in Stranger.objects.all()} >= {("jj-3", "agreement", "")}


# -- at the same moment, on connections of their own


def beside(work: Callable[[], object]) -> Thread:
    """In a thread with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_round_under_way_is_waited_for_and_what_it_wrote_goes_as_well(home: Home):
    thing, _secret = button(home)
    writing, go_on = Event(), Event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT readings_ensure(%s::date)", [AT.date()])

    def a_round() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            rolling.hold()
            cursor.execute(
                'INSERT INTO readings_reading (thing, at, received_at, flags, "values") VALUES (%s, %s, %s, 0, %s)',
                [thing.no, AT, AT, [1.0, MARK, None]],
            )
            writing.set()
            assert go_on.wait(20)

    evaluating = beside(a_round)
    assert writing.wait(20)
    taking_back = beside(lambda: withdraw(home, thing, 10))
    taking_back.join(0.5)
    assert taking_back.is_alive(), "it waits for the round"
    go_on.set()
    evaluating.join(20)
    taking_back.join(20)
    assert not Reading.objects.filter(thing=thing.no).exists()
    with as_system():
        assert Erasure.objects.get().counts == {"readings": 1}


@pytest.mark.django_db(transaction=True)
def test_a_round_that_begins_meanwhile_waits_and_writes_nothing(home: Home):
    thing, _secret = button(home)
    evaluator = Evaluator(InPostgres(), warn)
    put(thing, said(thing, 0))
    evaluator.round(AT + timedelta(seconds=1))
    put(thing, said(thing, 2, 1.0))
    held, go_on = Event(), Event()

    def take_back() -> None:
        with transaction.atomic():
            withdraw(home, thing, 3)
            held.set()
            assert go_on.wait(20)

    taking_back = beside(take_back)
    assert held.wait(20)
    Timer(0.5, go_on.set).start()
    evaluator.round(AT + timedelta(seconds=4))
    taking_back.join(20)
    evaluator.leases.leave()
    assert (
        not Reading.objects.filter(thing=thing.no).exists() and not Latest.objects.filter(thing=thing.no).exists()
    )
    with as_system():
        assert not Warning.objects.filter(closed_at=None).exists()
