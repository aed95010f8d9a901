"""Dead letters from the wire to the desk: seen by who answers for the place, put aside, read again and stored once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import connection

from linli.gateways.devices import replaying
from linli.gateways.devices.payloads import Arrival, Model
from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.catalogue import registry
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Device, Field, Scene
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import DeadLetter, Intake, Reading
from linli.kernel.readings.queries import letters
from linli.kernel.readings.streams.isolating import of_letter
from linli.kernel.readings.streams.postgresql import append_now
from linli.kernel.readings.verbs import letters as verbs
from linli.kernel.readings.wire import Dead, pack
from linli.kernel.things.models import Thing

from .fleet import AT, DEVICES, HOOD, NOW, SLOTS, SMOKE, One, install

pytestmark = pytest.mark.django_db
KEEPER = Actor(role=Role.DATA_KEEPER, scope=HOOD[:9], name="钱数据", account_id=uuid4())
STRANGER = replace(KEEPER, scope="990101002")
GRID = replace(KEEPER, role=Role.GRID_WORKER)


class House:
    """One smoke detector, its payloads, and an evaluator; `mend` changes how its model is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch
        self.one = One(0, "dev-1", SMOKE.name, 7)
        self.thing: Thing = install(self.one)
        self.mend(SMOKE)
        self.evaluator = Evaluator(InPostgres(), lambda changes, at: None)

    def mend(self, device: Device) -> None:
        self.device = device
        made = Catalogue([Scene("fleet", devices=tuple({**DEVICES, device.name: device}.values()))], {})
        for module in (replaying, registry, letters):
            self.patch.setattr(module, "catalogue", lambda: made)
        for module in ("book", "writing", "evaluator"):
            self.patch.setattr(f"linli.kernel.readings.evaluating.{module}.catalogue", lambda: made, raising=False)

    def say(self, payload: bytes, received: int = NOW) -> None:
        outcomes = Model(self.device, SLOTS[SMOKE.name]).read(
            self.one, Arrival("mqtt", "things/dev-1", received), payload
        )
        entries = [o.entry for o in outcomes if o.entry]
        append_now([(7, pack(entries, [one for o in outcomes for one in o.dead]))])
        self.evaluate()

    def evaluate(self) -> None:
        self.evaluator.round(AT)
        look_as(SYSTEM)

    def readings(self) -> list[tuple[int, list[float | None]]]:
        rows = Reading.objects.order_by("at").values_list("at", "values")
        return [(round((at - AT).total_seconds() * 1000), values) for at, values in rows]


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with as_system():
        made = House(monkeypatch)
        yield made
        look_as(SYSTEM)
        made.evaluator.leases.leave()


def only() -> DeadLetter:
    with as_system():
        return DeadLetter.objects.get()


def test_who_answers_for_the_place_sees_them_page_by_page_and_counted(house: House) -> None:
    for n in range(5):
        house.say(b'{"smoke": %d}' % (50 + n), NOW - n * 86_400_000)
    house.say(b"broken")
    look_as(KEEPER)
    first = letters.page(KEEPER, letters.Asked(), limit=4)
    second = letters.page(KEEPER, letters.Asked(), limit=4, after=first.next_cursor)
    rows = [*first.rows, *second.rows]
    assert len(rows) == 6 and second.next_cursor is None and len({row.id for row in rows}) == 6
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert {row.name for row in rows} == {"dev-1"} and rows[-1].says == "smoke=54 (0…20 dB/m)"
    assert [row.why for row in letters.page(KEEPER, letters.Asked(why="unreadable")).rows] == ["unreadable"]
    assert len(letters.page(KEEPER, letters.Asked(begin=AT - timedelta(days=1))).rows) == 3
    assert [(c.why, c.n) for c in letters.counts(KEEPER, letters.Asked())][:2] == [
        ("out_of_range", 1),
        ("unreadable", 1),
    ]
    assert letters.waiting(KEEPER) == 6
    look_as(STRANGER)
    assert letters.page(STRANGER, letters.Asked()).rows == [] and letters.waiting(STRANGER) == 0
    assert letters.page(replace(STRANGER, scope=HOOD[:9]), letters.Asked()).rows == [], "the second lock"
    with pytest.raises(NotFound):
        letters.letter(STRANGER, rows[0].id)
    with pytest.raises(NotAllowed):
        letters.page(GRID, letters.Asked())
    with pytest.raises(Invalid):
        letters.page(KEEPER, letters.Asked(), after="xx")


def test_a_payload_is_shown_as_text_or_in_hex_and_a_personal_one_to_nobody(house: House) -> None:
    house.say('{"smoke": "烟"}'.encode())
    letter = letters.letter(KEEPER, only().id)
    assert letter.text == '{"smoke": "烟"}' and letter.hex == "" and letter.replayable
    assert letters.shown(bytes(range(20))) == ("", "0000  " + bytes(range(16)).hex(" ") + "\n0010  10 11 12 13")
    assert letters.shown("烟".encode() * 6000)[0] == "烟" * (letters.SHOWN // 3)
    house.mend(replace(SMOKE, personal=True))
    letter = letters.letter(KEEPER, only().id)
    assert (letter.text, letter.hex, letter.row.says, letter.personal) == ("", "", "", True)


def test_put_aside_with_a_reason_it_is_settled_and_recorded_once(house: House) -> None:
    house.say(b"broken")
    letter_id = only().id
    for by, note, refusal in (
        (KEEPER, " ", Invalid),
        (STRANGER, "旧固件", NotFound),
        (GRID, "旧固件", NotAllowed),
    ):
        with pytest.raises(refusal):
            verbs.settle(by=by, at=AT, letter_id=letter_id, note=note)
    verbs.settle(by=KEEPER, at=AT, letter_id=letter_id, note="旧固件，已通知厂家")
    with pytest.raises(Conflict, match="旧固件"):
        verbs.settle(by=KEEPER, at=AT, letter_id=letter_id, note="再来一次")
    with pytest.raises(Conflict):
        verbs.replay(by=KEEPER, at=AT, letter_id=letter_id)
    assert only().outcome == "旧固件，已通知厂家"
    with as_system():
        assert Record.objects.filter(verb="letters.settle", stream=house.thing.stream).count() == 1


def test_after_the_codec_is_mended_a_letter_is_stored_once_at_its_own_time(house: House) -> None:
    house.say(b'{"smoke": 0.1, "t": %d}' % NOW)
    house.say(b'{"data": {"smk": 31}, "t": %d}' % (NOW - 60_000), NOW - 50_000)
    assert verbs.replay(by=KEEPER, at=AT, letter_id=only().id) == verbs.Replayed(0, 0, 1)
    assert only().settled_at is None and "仍不能用" in only().outcome
    look_as(SYSTEM)
    house.mend(replace(SMOKE, codec="tuya", fields=(Field("smk", "smoke", 0.01),)))
    assert verbs.replay(by=KEEPER, at=AT, letter_id=only().id) == verbs.Replayed(1, 1, 0)
    with pytest.raises(Conflict):
        verbs.replay(by=KEEPER, at=AT, letter_id=only().id)
    look_as(SYSTEM)
    house.evaluate()
    assert house.readings() == [(-60_000, [0.31, None, None, None, None]), (0, [0.1, None, None, None, None])]
    with as_system():
        assert Record.objects.filter(verb="letters.replay").count() == 2


@pytest.mark.parametrize("clock", [b', "t": %d' % (NOW - 5000), b""])
def test_of_a_reading_stored_in_part_only_the_rest_is_stored(house: House, clock: bytes) -> None:
    house.say(b'{"smoke": 0.2, "temperature": 253%s}' % clock)
    house.mend(
        replace(SMOKE, measures=(SMOKE.measures[0], replace(SMOKE.measures[1], high=300), *SMOKE.measures[2:]))
    )
    assert verbs.replay(by=KEEPER, at=AT, letter_id=only().id) == verbs.Replayed(1, 1, 0)
    look_as(SYSTEM)
    house.evaluate()
    assert [values[:2] for _at, values in house.readings()] == [[0.2, None], [None, 253]]


def test_a_whole_payload_read_at_last_leaves_letters_for_what_is_still_dead_of_it(house: House) -> None:
    house.say(
        b'{"status": [{"code": "smoke", "value": 1, "t": %d}, {"code": "smoke", "value": "x", "t": 5}, 7]}' % NOW
    )
    assert only().why == "no_value"
    house.mend(replace(SMOKE, codec="tuya"))
    assert verbs.replay_all(by=KEEPER, at=AT, codec="plain") == verbs.Replayed(1, 1, 0)
    look_as(SYSTEM)
    house.evaluate()
    assert len(house.readings()) == 1
    assert sorted(DeadLetter.objects.filter(settled_at=None).values_list("why", flat=True)) == [
        "clock", "unreadable",
    ]  # fmt: skip


def test_all_of_one_reason_are_replayed_in_one_act_with_one_record(house: House) -> None:
    for n in range(4):
        house.say(b'{"smoke": 25.5, "t": %d}' % (NOW - n))
    house.say(b"broken")
    house.mend(replace(SMOKE, measures=(replace(SMOKE.measures[0], high=30), *SMOKE.measures[1:])))
    assert verbs.replay_all(by=KEEPER, at=AT, why="out_of_range", place_code=HOOD) == verbs.Replayed(4, 4, 0)
    with pytest.raises(Conflict):
        verbs.replay_all(by=KEEPER, at=AT, why="out_of_range")
    with pytest.raises(Conflict):
        verbs.replay_all(by=STRANGER, at=AT)
    look_as(SYSTEM)
    house.evaluate()
    assert len(house.readings()) == 4
    assert Record.objects.filter(verb="letters.replay_all").count() == 1


def test_letters_of_a_list_do_not_take_their_neighbours_for_themselves(house: House) -> None:
    house.say(b'[{"smoke": 0.1}, {"smoke": 25}, {"smoke": 0.1, "battery": 101}, {"smoke": 26}]')
    house.mend(
        replace(
            SMOKE,
            measures=(
                replace(SMOKE.measures[0], high=30), SMOKE.measures[1], replace(SMOKE.measures[2], high=200),
                *SMOKE.measures[3:],
            ),
        )
    )  # fmt: skip
    assert verbs.replay_all(by=KEEPER, at=AT) == verbs.Replayed(3, 3, 0)
    look_as(SYSTEM)
    house.evaluate()
    said = sorted((values[0] or 0, values[2] or 0) for _at, values in house.readings())
    assert said == [(0, 101), (0.1, 0), (0.1, 0), (25, 0), (26, 0)]


@pytest.mark.parametrize("clock", [b', "t": %d' % (NOW - 5000), b""])
def test_what_we_failed_with_is_stored_once_when_we_are_mended(house: House, clock: bytes) -> None:
    """It was acknowledged: that it cannot be evaluated is our fault, and no reason to lose it."""
    house.say(b'{"smoke": 1}')
    with connection.cursor() as cursor:
        cursor.execute(_POISON)
    for _ in range(2):  # sent twice, it is set aside twice
        house.say(b'{"smoke": 6.66%s}' % clock, NOW - 3000)
    while Intake.objects.exists():
        house.evaluator._looked = 0
        house.evaluate()
    assert list(DeadLetter.objects.values_list("why", "via")) == [("not_evaluated", "stream")] * 2
    look_as(KEEPER)
    assert letters.letter(KEEPER, DeadLetter.objects.order_by("id")[0].id).replayable
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poisoned ON readings_reading; DROP FUNCTION poisoned")
    assert verbs.replay_all(by=KEEPER, at=AT, why="not_evaluated") == verbs.Replayed(1, 2, 0)
    look_as(SYSTEM)
    house.evaluate()
    assert [values[0] for _at, values in house.readings()] == [6.66, 1]
    with pytest.raises(Conflict):
        verbs.replay_all(by=KEEPER, at=AT, why="not_evaluated")


def test_a_letter_that_was_one_before_we_failed_with_it_is_not_replayed(house: House) -> None:
    topic = Dead(NOW, "dev-1", house.thing.no, "mqtt", "d/dev-2/up", "", "topic", "publish", b'{"smoke": 1}', 12)
    append_now([(7, pack((), [of_letter(topic, "it fails", "not_evaluated")]))])
    house.evaluate()
    with pytest.raises(Conflict):
        verbs.replay(by=KEEPER, at=AT, letter_id=only().id)
    with pytest.raises(Conflict):
        verbs.replay_all(by=KEEPER, at=AT)


_POISON = """
CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.values[1] = 6.66 THEN RAISE check_violation USING MESSAGE = 'it cannot be'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER poisoned BEFORE INSERT ON readings_reading FOR EACH ROW EXECUTE FUNCTION poisoned();
"""


def test_what_was_no_devices_own_word_or_is_cut_off_is_not_replayed(house: House) -> None:
    house.say(b"x" * 70_000)
    with pytest.raises(Conflict):
        verbs.replay(by=KEEPER, at=AT, letter_id=only().id)
    with pytest.raises(Conflict):
        verbs.replay_all(by=KEEPER, at=AT)


def test_what_is_offered_in_any_mixture_is_stored_once_or_dead_once(house: House) -> None:
    dice = Random(3)
    kinds = (
        lambda n: {"smoke": n % 20, "t": NOW - n * 1000},
        lambda n: {"smoke": n % 20, "battery": 101, "t": NOW - n * 1000},
        lambda n: {"smoke": "x", "t": NOW - n * 1000},
        lambda n: {"smoke": 99, "t": NOW - n * 1000},
        lambda n: {"smoke": 1, "t": n},
        lambda n: {"smoke": 1, "t": NOW + 86_400_000},
        lambda n: {"other": n},
        lambda n: n,
        lambda n: {"smoke": {"value": 1, "unit": "kg"}},
    )
    sound = offered = n = 0
    for _payload in range(40):
        chosen = [dice.randrange(len(kinds)) for _item in range(dice.randint(1, 6))]
        items = []
        for kind in chosen:
            n += 1
            items.append(kinds[kind](n))
        house.say(json.dumps(items).encode())
        sound += sum(kind < 2 for kind in chosen)
        offered += len(chosen)
    dead = DeadLetter.objects.exclude(says__startswith="battery")
    assert len(house.readings()) == sound and dead.count() == offered - sound > 50
    assert len({at for at, _values in house.readings()}) == sound


def test_letters_go_when_their_time_is_over(house: House) -> None:
    house.say(b"broken")
    house.say(b"broken")
    with as_system():
        first, second = DeadLetter.objects.order_by("id")
        DeadLetter.objects.filter(pk=first.pk).update(settled_at=AT)
    assert verbs.tidy(at=AT + timedelta(days=29)) == 0
    assert verbs.tidy(at=AT + timedelta(days=31)) == 1
    assert only().pk == second.pk
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_sender VALUES (gen_random_uuid(), 1, %s)", [AT])
    assert verbs.tidy(at=AT + timedelta(days=181)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM readings_sender WHERE moved_at = %s", [AT])
        assert cursor.fetchone() == (0,)
