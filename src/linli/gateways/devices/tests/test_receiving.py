"""What the receiver promises: acknowledged after the commit, stored once, and nothing dropped when it cannot store."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from django.db import connection

from linli.gateways.devices.clocks import Clocks
from linli.gateways.devices.paces import Paces
from linli.gateways.devices.receiving import Message, Receiver
from linli.kernel.readings import limits
from linli.kernel.readings.models import Intake
from linli.kernel.readings.streams import Away, Packed
from linli.kernel.readings.streams.postgresql import PostgreSQL
from linli.kernel.readings.wire import Flag
from linli.kernel.things.models import Stranger

from .fleet import DEVICES, LOAD, NOW, SMOKE, Known, Offered, One, until, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied")]

ONE = One(1, "dev-000001", SMOKE.name, 3)
TWO = One(2, "dev-000002", LOAD.name, 5)
THREE = One(3, "dev-000003", LOAD.name, 6)


class Halting(PostgreSQL):
    """The real one, which can be held, and whose connection can be cut before or after a commit."""

    def __init__(self) -> None:
        super().__init__(connection_info())
        self.open = asyncio.Event()
        self.open.set()
        self.cut: list[str] = []
        self.appended = 0

    async def append(self, batches: Sequence[Packed]) -> None:
        await self.open.wait()
        cut = self.cut.pop(0) if self.cut else ""
        if cut == "before":
            raise Away("cut before")
        await super().append(batches)
        self.appended += 1
        if cut == "after":
            # As when the answer to the commit is lost: it counts as not appended, and comes again.
            self._seq -= 1
            await self._lose()
            raise Away("cut after")


def connection_info() -> str:
    given = connection.settings_dict
    return f"host={given['HOST']} port={given['PORT']} dbname={given['NAME']} user={given['USER']}"


async def receiving(stream: PostgreSQL | None = None, **given: object) -> tuple[Offered, asyncio.Task[None]]:
    receiver = Receiver(Known(), stream or PostgreSQL(connection_info()), devices=DEVICES, **given)
    return Offered(receiver), asyncio.create_task(receiver.run())


def test_what_is_acknowledged_is_committed_and_what_is_not_committed_is_not_acknowledged() -> None:
    async def story() -> None:
        stream = Halting()
        offered, _run = await receiving(stream)
        stream.open.clear()
        offered.say(ONE, b'{"smoke": 0.2, "battery": 90}')
        await asyncio.sleep(0.05)
        assert offered.done == []
        stream.open.set()
        await until(lambda: offered.done)
        offered.say(TWO, b'{"d":1,"s":5,"t":1764150000000,"v":25.3,"temp":18,"bat":88,"q":"ok"}')
        await offered.receiver.drain()
        assert [m.known for m in offered.done] == [ONE, TWO]
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    assert dead == []
    assert [(e.thing, e.at, e.flags, e.values) for e in entries] == [
        (1, NOW, 0, [0.2, None, 90.0, None, None]),
        (2, NOW, Flag.OWN_CLOCK, [25.3, 18.0, 88.0]),
    ]
    assert entries[0].mid and not entries[1].mid
    assert list(Intake.objects.order_by("id").values_list("shard", flat=True)) == [3, 5]


def test_while_one_commit_runs_the_next_batch_grows() -> None:
    async def story() -> int:
        stream = Halting()
        offered, _run = await receiving(stream)
        stream.open.clear()
        offered.say(ONE, b'{"smoke": 0.1}')
        await asyncio.sleep(0.02)
        for n in range(500):
            offered.say(ONE, b'{"smoke": 0.1}', NOW + n)
        stream.open.set()
        await offered.receiver.drain()
        await stream.close()
        assert len(offered.done) == 501
        return stream.appended

    assert asyncio.run(story()) == 2
    assert len(waiting()[0]) == 501


@pytest.mark.parametrize("cut", [["before"], ["after"], ["after", "before", "after", "after"]])
def test_an_append_in_doubt_is_stored_once(cut: list[str]) -> None:
    async def story() -> None:
        stream = Halting()
        stream.cut = cut
        offered, _run = await receiving(stream)
        for n in range(20):
            offered.say(ONE, b'{"smoke": 0.1}' if n % 2 else b"broken", NOW + n)
        await offered.receiver.drain()
        offered.done.sort(key=lambda m: m.received)
        assert len(offered.done) == 20
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    assert (len(entries), len(dead)) == (10, 10)


def test_a_stream_whose_sender_was_forgotten_stores_all_the_same() -> None:
    async def story() -> None:
        stream = Halting()
        offered, _run = await receiving(stream)
        offered.say(ONE, b'{"smoke": 0.1}')
        await until(lambda: offered.done)
        await stream._connection.execute("DELETE FROM readings_sender")  # as after a restored backup
        offered.say(ONE, b'{"smoke": 0.2}', NOW + 1)
        await offered.receiver.drain()
        await stream.close()

    asyncio.run(story())
    assert [e.values[0] for e in waiting()[0]] == [0.1, 0.2]


def test_with_the_database_away_it_keeps_what_it_has_and_says_when_to_stop_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "HELD", 100)
    told: list[str] = []

    async def story() -> None:
        stream = Halting()
        stream.cut = ["before"] * 3
        offered, _run = await receiving(stream, linger=0.001)
        offered.receiver.on_full = lambda: told.append("full")
        offered.receiver.on_drained = lambda: told.append("drained")
        for n in range(150):
            offered.say(ONE, b'{"smoke": 0.1}', NOW + n)
        assert offered.receiver.full and told == ["full"]
        await until(lambda: len(offered.done) == 150)
        assert not offered.receiver.full and told == ["full", "drained"]
        await offered.receiver.drain()
        await stream.close()

    asyncio.run(story())
    assert len(waiting()[0]) == 150


def test_the_server_may_end_the_connection_at_any_time() -> None:
    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream)
        for n in range(60):
            offered.say(ONE, b'{"smoke": 0.1}', NOW + n)
            if n % 10 == 5:
                async with await psycopg.AsyncConnection.connect(connection_info(), autocommit=True) as other:
                    await other.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'linli intake'"
                    )
            await asyncio.sleep(0.005)
        await offered.receiver.drain()
        await stream.close()
        assert len(offered.done) == 60

    asyncio.run(story())
    assert len(waiting()[0]) == 60


def test_what_is_sent_again_can_be_known_again_and_what_only_looks_alike_cannot() -> None:
    """By digest where our clock dates it; the evaluator compares what is marked as sent again."""

    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream)
        offered.say(ONE, b'{"smoke": 0.1}', NOW, packet=7)
        offered.say(ONE, b'{"smoke": 0.1}', NOW + 900, packet=7, again=True)
        offered.say(ONE, b'{"smoke": 0.1}', NOW, packet=8)
        offered.say(ONE, b'{"smoke": 0.1}', NOW, packet=0)
        offered.say(ONE, b'{"smoke": 0.1}', NOW, packet=0)
        offered.say(ONE, b'[{"smoke": 0.1}, {"smoke": 0.1}]', NOW, packet=9)
        for received in (NOW, NOW + 900):  # a clock that runs ahead
            offered.say(ONE, b'{"smoke": 0.1, "t": %d}' % (NOW + 60_000), received, packet=0)
        await offered.receiver.drain()
        await stream.close()

    asyncio.run(story())
    mids = [e.mid for e in waiting()[0]]
    flags = [e.flags for e in waiting()[0]]
    assert mids[0] == mids[1] and mids[7] == mids[8] and len(set(mids)) == 7 and all(mids)
    assert flags[:2] == [0, Flag.AGAIN] and flags[7:] == [Flag.SKEWED | Flag.AGAIN] * 2


def test_a_flood_of_one_is_slowed_and_noted_once_a_minute_and_nobody_else_is() -> None:
    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream, paces=Paces(rate=10, burst=100))
        pauses = [offered.say(TWO, b'{"v": 1}', NOW + n // 10) for n in range(300)]
        assert pauses[99] == 0.0 and 19 < pauses[-1] <= 20.1
        assert offered.say(ONE, b'{"smoke": 0.1}') == 0.0
        await offered.receiver.drain()
        await stream.close()
        assert len(offered.done) == 301

    asyncio.run(story())
    entries, dead = waiting()
    assert len(entries) == 301 and [(d.why, d.says) for d in dead] == [("flood", "> 10/s")]


def test_where_one_cannot_be_slowed_what_is_far_too_much_is_set_aside_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "FLOOD_BEHIND", 30.0)

    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream, paces=Paces(rate=10, burst=100))

        def comes(one: One, at: int) -> bool:
            message = Message(one, "bridge", "things/x", b'{"v": 1}', at, False, 1, offered.done.append)
            aside = offered.receiver.sets_aside(message)
            if not aside:
                offered.receiver.take(message)
            return aside

        asides = [comes(TWO, NOW) for _ in range(1000)]
        assert asides.index(True) == 401 and sum(asides) == 599, "a burst, and what is half a minute of its pace"
        assert not comes(THREE, NOW), "nobody else is"
        later = NOW + limits.FLOOD_NOTED
        assert not comes(TWO, later), "it has caught up, and is heard again"
        assert not comes(TWO, later + limits.FLOOD_NOTED)
        await offered.receiver.drain()
        await stream.close()
        assert len(offered.done) == 1003, "acknowledged, or it would come for ever"

    asyncio.run(story())
    entries, dead = waiting()
    assert len(entries) == 404
    assert [d.says for d in dead if "aside" in d.says] == ["> 10/s; 1 set aside", "> 10/s; 598 set aside"]


def test_a_clock_that_fell_back_does_not_make_a_detector_blind() -> None:
    """Late readings are stored, and no rule goes back for them: a fire must not be one of those."""

    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream, clocks=Clocks({ONE.no: NOW - 1000}))
        day = 86_400_000
        for n, smoke in enumerate((0.1, 0.1, 9.0)):
            offered.say(ONE, b'{"smoke": %g, "t": %d}' % (smoke, NOW + n * 60_000 - day), NOW + n * 60_000)
        kept = b"[" + b",".join(b'{"smoke": 1, "t": %d}' % (NOW - n * 1000 - day) for n in (2, 1)) + b"]"
        offered.say(ONE, kept, NOW + 180_000)
        await offered.receiver.drain()
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    assert [(e.at - NOW, e.flags) for e in entries[:3]] == [
        (-86_400_000, Flag.OWN_CLOCK), (60_000, Flag.SKEWED | Flag.AGAIN), (120_000, Flag.SKEWED | Flag.AGAIN),
    ]  # fmt: skip
    assert {e.flags for e in entries[3:]} == {Flag.OWN_CLOCK} and dead == []


def test_a_flood_is_what_comes_of_it_and_not_how_it_is_packed() -> None:
    """A thousand readings in a message are no way round it, nor are dead letters, nor what is refused unread."""

    async def story() -> None:
        stream = PostgreSQL(connection_info())
        offered, _run = await receiving(stream, paces=Paces(rate=10, burst=100))
        many = b"[" + b",".join(b'{"v": 1, "t": %d}' % (NOW - n * 1000) for n in range(1000)) + b"]"
        assert [offered.say(TWO, many) for _ in range(2)] == [0.0, 10.0]
        broken = b"[" + b",".join([b"1"] * 200) + b"]"
        assert offered.say(ONE, broken) == 10.0
        big = Message(THREE, "mqtt", "things/x", b"x" * 65536, NOW, False, 1, offered.done.append)
        assert [offered.receiver.refuse(big, "too_large", "") for _ in range(3)] == [0.0, 2.8, 9.2]
        assert offered.receiver.owes(THREE, NOW) == pytest.approx(9.2)
        assert offered.receiver.owes(THREE, NOW + 10_000) == 0.0
        assert offered.receiver.owes(One(4, "dev-000004", LOAD.name), NOW) == 0.0
        await offered.receiver.drain()
        await stream.close()
        assert len(offered.done) == 6

    asyncio.run(story())
    entries, dead = waiting()
    assert len(entries) == 2000
    assert Counter(d.why for d in dead) == {"unreadable": 200, "too_large": 3, "flood": 3}


def test_strangers_are_noted_beside_the_work_and_a_scan_of_keys_fills_no_table() -> None:
    async def story() -> None:
        stream = PostgreSQL(connection_info())
        receiver = Receiver(Known(), stream, devices=DEVICES)
        run = asyncio.create_task(receiver.run())
        for _n in range(5):
            receiver.stranger("dev-x", "secret", "10.0.0.9", b"")
        for n in range(1000):
            receiver.stranger(f"scan-{n}\x00", "unknown", "10.0.0.9", b'{"smoke": 1}\x00\xff')
        await receiver.drain()
        await run
        await stream.close()

    asyncio.run(story())
    assert Stranger.objects.get(key="dev-x").times == 5
    assert Stranger.objects.count() == limits.STRANGERS + 1
    assert sum(Stranger.objects.values_list("times", flat=True)) == 1005
    asyncio.run(story())
    assert Stranger.objects.get(key="dev-x").times == 10


# 6.66 as it lies in a batch, the lowest byte first.
_REFUSES = """
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF position('\\xa4703d0ad7a31a40'::bytea in NEW.entries) > 0 AND position('refused_by_database'::bytea in NEW.entries) = 0 THEN
    RAISE check_violation USING MESSAGE = 'this number is not taken';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuses BEFORE INSERT ON readings_intake FOR EACH ROW EXECUTE FUNCTION refuses();
"""


@pytest.fixture
def refusing(emptied: None) -> Iterator[None]:
    """A database that is there, and never takes a batch with one certain number in it."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSES)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuses ON readings_intake; DROP FUNCTION refuses()")


@pytest.mark.usefixtures("refusing")
def test_what_the_database_never_takes_is_set_aside_alone_and_everybody_is_acknowledged() -> None:
    async def story() -> None:
        stream = Halting()
        offered, _run = await receiving(stream)
        stream.open.clear()
        for n in range(30):
            value = 6.66 if n in (4, 21) else n / 100
            offered.say(ONE, b'{"smoke": %f, "t": %d}' % (value, NOW - 60_000 + n))
            offered.say(TWO, b'{"d":1,"s":5,"t":1764150000000,"v":25.3,"temp":18,"bat":88,"q":"ok"}')
        stream.open.set()
        await until(lambda: len(offered.done) == 60)
        offered.say(ONE, b'{"smoke": 0.5}')
        await offered.receiver.drain()
        assert len(offered.done) == 61 and not offered.receiver.stuck
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    smoke = sorted(entry.values[0] for entry in entries if entry.thing == 1)
    assert len(smoke) == 29 and 6.66 not in smoke
    assert sum(entry.thing == 2 for entry in entries) == 30
    assert [(one.why, one.thing) for one in dead] == [("refused_by_database", 1)] * 2
    assert all("this number is not taken" in one.says for one in dead)


@pytest.mark.usefixtures("refusing")
def test_while_the_database_is_away_what_it_would_refuse_is_waited_for_as_all_the_rest() -> None:
    async def story() -> None:
        stream = Halting()
        offered, _run = await receiving(stream)
        stream.cut = ["before", "", "before", "after"]
        offered.say(ONE, b'{"smoke": 6.66}')
        offered.say(TWO, b'{"d":1,"s":5,"t":1764150000000,"v":25.3,"temp":18,"bat":88,"q":"ok"}')
        await until(lambda: len(offered.done) == 2)
        await offered.receiver.drain()
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    assert [entry.thing for entry in entries] == [2] and [one.why for one in dead] == ["refused_by_database"]


def test_half_a_character_is_no_end_of_the_receiver() -> None:
    async def story() -> None:
        stream = Halting()
        offered, _run = await receiving(stream)
        offered.say(ONE, b'{"smoke": "\\ud800", "\\udfff": 1}')
        offered.say(ONE, b'"\\ud800"')
        offered.say(ONE, b'{"smoke": 0.2}')
        await offered.receiver.drain()
        assert len(offered.done) == 3
        await stream.close()

    asyncio.run(story())
    entries, dead = waiting()
    assert len(entries) == 1 and len(dead) == 2
