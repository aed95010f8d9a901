"""Looking for things: where they lie, what ails them, page by page, as marks; and never beyond one's scope."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import Actor, Invalid, NotAllowed, Role, as_system, look_as
from linli.kernel.readings import spoken
from linli.kernel.readings.models import Warning
from linli.kernel.readings.queries import fleet, health, history, waiting
from linli.kernel.readings.queries.looking import UNWELL, Asked
from linli.kernel.readings.queries.marks import marks
from linli.kernel.things.models import Interval, Thing, Upkeep
from linli.kernel.things.queries import spelling
from linli.kernel.things.queries.registry import ensure_slots

from .cast import BUILDING, HOOD, NOON, OTHER, elsewhere, later, thing

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def officer() -> Actor:
    ensure_slots()
    seen = Actor(role=Role.DUTY_OFFICER, scope=HOOD, name="吴值班")
    look_as(seen)
    return seen


def heard(of: Thing, at: datetime = NOON, smoke: float = 0.1, battery: float = 90.0) -> Thing:
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO readings_latest (thing, at, received_at, changed_at, "values") VALUES (%s, %s, %s, %s, %s)',
            [of.no, at, at, at, [smoke, battery]],
        )
    return of


def tally(of: Thing, what: str, n: int, back: int = 1) -> Thing:
    day = timezone.localdate(NOON) - timedelta(days=back)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_tally VALUES (%s, %s, %s, %s)", [of.no, day, what, n])
    return of


def stored(of: Thing, n: int, back: int = 1) -> Thing:
    """So many readings of a local day, as it was rolled up; everything is rolled up until NOON."""
    begins = timezone.localtime(NOON).replace(hour=0) - timedelta(days=back)
    with connection.cursor() as cursor:
        cursor.execute("SELECT readings_ensure(%s)", [begins.date()])
        cursor.execute("UPDATE readings_rolling SET closing = %s, rolled = %s", [NOON, NOON])
        cursor.execute("INSERT INTO readings_day VALUES (%s, 0, %s, %s, 0, 1, 1, 1)", [of.no, begins, n])
        spoken.note(cursor, "WHERE y.thing = %s", (of.no,))
    return of


def warn(of: Thing, severity: int = 3, at: datetime = NOON, **changes: object) -> Warning:
    given = {"rule": "smoke", "subject": str(of.no), "place_code": of.place_code, "recorded_at": at, **changes}
    with as_system():
        return Warning.objects.create(thing=of, severity=severity, highest=severity, raised_at=at, **given)


def well(n: int, **changes: object) -> Thing:
    """Heard just now, and yesterday as often as it should."""
    made = thing(n, registered_at=later(days=-9), installed_at=later(days=-9), **changes)  # type: ignore[arg-type]
    return stored(heard(made), 288)


def found(actor: Actor, **asked: object) -> list[str]:
    return [row.name for row in fleet.things(actor, Asked(**asked), at=NOON).rows]  # type: ignore[arg-type]


def test_each_ailment_finds_the_thing_that_has_it_and_no_other(officer: Actor) -> None:
    well(1)
    silent = well(2, name="失联的")
    low = well(3, name="没电的")
    few = stored(heard(thing(4, name="话少的", registered_at=later(days=-9))), 200)
    clock = tally(well(5, name="快的"), "skewed", 10, back=0)
    dead = tally(well(6, name="乱说的"), "dead", 12, back=6)
    tally(well(7, name="只错过一次的"), "dead", 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE readings_latest SET received_at = %s WHERE thing = %s", [later(minutes=-16), silent.no]
        )
        cursor.execute('UPDATE readings_latest SET "values"[2] = 19 WHERE thing = %s', [low.no])
    warned = well(8, name="报警的")
    warn(warned)
    for what, one in {
        "silent": silent, "battery": low, "few": few, "clock": clock, "dead": dead, "warned": warned
    }.items():  # fmt: skip
        assert found(officer, health=what) == [one.name], what
    (group,) = health.groups(officer, at=NOON)
    assert (group.things, group.unwell) == (8, 5)
    assert {way: getattr(group, way) for way in UNWELL} == {
        "silent": 1, "battery": 1, "signal": 0, "few": 1, "clock": 1, "dead": 1
    }  # fmt: skip
    ways = {row.name: tuple(row.ways) for row in health.unwell(officer, at=NOON)}
    assert ways == {
        "失联的": ("silent",), "没电的": ("battery",), "话少的": ("few",), "快的": ("clock",), "乱说的": ("dead",)
    }  # fmt: skip


def test_what_warns_now_and_what_warned_and_is_not_closed_are_two_things(officer: Actor) -> None:
    """In the list, on the map, on the device and when asked for; neither is told after it was closed."""
    calm, both, over = well(1, name="恢复了的"), well(2, name="又报又恢复的"), well(3, name="关闭了的")
    warn(calm, state="cleared", cleared_at=NOON, severity=4)
    warn(both, rule="alone", severity=2)
    warn(both, state="cleared", cleared_at=NOON, severity=4)
    warn(over, state="closed", cleared_at=NOON, closed_at=NOON)
    rows = {row.name: row for row in fleet.things(officer, Asked(), at=NOON).rows}
    told = {name: (row.severity, row.warnings, row.unclosed, row.warned_of) for name, row in rows.items()}
    assert told == {"恢复了的": (0, 0, 1, True), "又报又恢复的": (2, 1, 1, True), "关闭了的": (0, 0, 0, False)}
    assert fleet.thing(officer, calm.id, at=NOON) == rows["恢复了的"]
    assert found(officer, health="warned") == ["又报又恢复的"]
    assert found(officer, health="unclosed") == ["恢复了的", "又报又恢复的"]
    (mark,) = marks(officer, Asked(box=(121.0, 31.0, 122.0, 32.0)), at=NOON)
    assert (mark.n, mark.severity, mark.warned, mark.unclosed) == (3, 2, 1, 1)


def test_a_thing_of_yesterday_has_not_said_too_little(officer: Actor) -> None:
    stored(heard(thing(1, registered_at=later(hours=-20), installed_at=later(hours=-20))), 3)
    assert found(officer, health="few") == []


def test_who_was_not_heard_all_day_said_too_little_only_if_it_used_to_speak(officer: Actor) -> None:
    old = {"registered_at": later(days=-90), "installed_at": later(days=-90)}
    heard(thing(1, name="从来没有历史的", **old))
    stored(heard(thing(2, name="昨天断了的", **old)), 288, back=2)
    stored(heard(thing(3, name="早就断了的", **old)), 288, back=9)
    assert found(officer, health="few") == ["昨天断了的"]


def test_nobody_said_too_little_while_nobody_listened(officer: Actor) -> None:
    """Half of yesterday no intake ran: half of what else was expected is all that could come."""
    old = {"registered_at": later(days=-90), "installed_at": later(days=-90)}
    stored(heard(thing(1, name="说了它能说的", **old)), 140)
    stored(heard(thing(2, name="话少的", **old)), 100)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_break VALUES (%s, %s)", [later(hours=-36), later(hours=-24)])
    assert found(officer, health="few") == ["话少的"]


def test_groups_are_one_pass_over_all_things(officer: Actor) -> None:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_MANY, [BUILDING])
        cursor.execute("INSERT INTO readings_spoken SELECT no, now(), 1 FROM things_thing")
        cursor.execute("ANALYZE things_thing, readings_spoken")
    look_as(officer)
    with CaptureQueriesContext(connection) as asked:
        health.groups(officer, at=NOON)
    plan = plan_of(next(query["sql"] for query in asked if "MATERIALIZED" in query["sql"]))
    assert "readings_day" not in plan
    each = [line for line in plan.splitlines() if "SubPlan" in line and "(" in line and "hashed" not in line]
    each = [line for line in each if "'linli.sees'" not in line]  # whose eyes, of what few things have
    assert each == [], "nothing is looked up once for each thing"


def test_its_own_interval_says_when_it_is_silent(officer: Actor) -> None:
    heard(thing(1, every=3600, registered_at=later(days=-9)), at=later(minutes=-170))
    assert found(officer, health="silent") == []
    with as_system():
        Thing.objects.update(every=600)
    look_as(officer)
    assert found(officer, health="silent") == ["1 层烟感"]


def test_who_was_never_heard_is_not_yet_there_and_not_silent(officer: Actor) -> None:
    old = {"registered_at": later(days=-9), "installed_at": later(days=-9)}
    thing(1, name="没说过话的", **old)
    back = {**old, "installed_at": later(hours=-1)}
    heard(thing(2, name="重装后没说过话的", **back), at=later(days=-3))
    heard(thing(3, name="哑了的", **old), at=later(hours=-5))
    thing(4, name="没装的", state="waiting")
    well(5)
    tally(thing(6, name="只说读不懂的", **old), "dead", 12)
    assert found(officer, health="unheard") == ["没说过话的", "重装后没说过话的", "只说读不懂的"]
    assert found(officer, health="silent") == ["哑了的"]
    rows = {row.name: (row.silent, row.unheard) for row in fleet.things(officer, Asked(), at=NOON).rows}
    assert rows["没说过话的"] == (False, True) and rows["哑了的"] == (True, False)
    assert rows["没装的"] == (False, False)
    (group,) = health.groups(officer, at=NOON)
    # One well, one silent, one that nobody can read: of the others nothing can be said.
    assert (group.things, group.judged, group.unheard, group.unwell, group.silent) == (6, 3, 3, 2, 1)
    assert waiting.waiting(officer, at=NOON)["silent"] == 1
    box = (121.0, 31.0, 122.0, 32.0)
    (mark,) = marks(officer, Asked(box=box), at=NOON)
    assert (mark.n, mark.silent, mark.unheard) == (6, 1, 3)


def test_silence_is_counted_from_when_somebody_listened_again(officer: Actor) -> None:
    heard(thing(1, registered_at=later(days=-9)), at=later(hours=-5))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO readings_listening (since, heard_at) VALUES (%s, %s)", [later(minutes=-10), NOON]
        )
    assert found(officer, health="silent") == []
    assert [row.name for row in fleet.things(officer, Asked(health="silent"), at=later(minutes=6)).rows] == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE readings_listening SET heard_at = %s", [later(minutes=6)])
    assert [row.name for row in fleet.things(officer, Asked(health="silent"), at=later(minutes=6)).rows] != []


def test_pages_go_by_model_and_key_and_meet_each_thing_once(officer: Actor) -> None:
    for n in range(7):
        thing(n)
    thing(1, model="level-gauge", key="gauge", name="水位")
    seen, after = [], None
    while True:
        page = fleet.things(officer, Asked(), at=NOON, after=after, limit=3)
        seen += [row.key for row in page.rows]
        after = page.next_cursor
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 8 and seen[0] == "gauge"
    with pytest.raises(Invalid):
        fleet.things(officer, Asked(), at=NOON, after="bm9uc2Vuc2U")


def test_what_stands_elsewhere_is_not_there(officer: Actor) -> None:
    mine, theirs = thing(1), thing(2, code="990101002001")
    assert found(officer) == [mine.name]
    assert fleet.thing(officer, theirs.id, at=NOON) is None
    assert found(officer, place="990101002") == []
    with as_system():  # also where the second lock stands open
        assert found(officer) == [mine.name] and found(officer, place="990101002") == []
    with pytest.raises(NotAllowed):
        fleet.things(Actor(role=Role.RESIDENT, scope=HOOD), Asked(), at=NOON)


def test_words_place_state_and_box_narrow_the_list(officer: Actor) -> None:
    thing(1, spot="100% 走廊", lon=121.1)
    thing(2, code=OTHER, state="waiting", lon=121.9)
    assert found(officer, text="100%") == ["1 层烟感"]
    assert found(officer, text="_") == []
    assert found(officer, place=OTHER) == found(officer, state="waiting") == ["2 层烟感"]
    assert found(officer, box=(121.0, 31.0, 121.2, 31.5)) == ["1 层烟感"]
    with as_system():
        Upkeep.objects.create(thing=Thing.objects.get(place_code=BUILDING), what="maintenance", lasts=(NOON, None))
    look_as(officer)
    assert found(officer, state="maintained") == ["1 层烟感"]


def test_what_a_thing_says_stands_beside_its_gravest_open_warning(officer: Actor) -> None:
    one = heard(thing(1), smoke=0.62)
    warn(one, severity=3)
    warn(one, severity=4, rule="alone")
    warn(one, at=later(days=-2), state="closed", closed_at=later(days=-1), cause="real")
    (row,) = fleet.things(officer, Asked(), at=NOON).rows
    assert (row.values, row.severity, row.warnings) == ({"smoke": 0.62, "battery": 90.0}, 4, 2)
    assert history.figures_of_thing(officer, one.id, later(days=-30))["smoke"] == history.Figures(2, 1, 0)
    assert waiting.waiting(officer, at=NOON) == {"warnings": 2, "letters": 0, "silent": 0}


def test_marks_gather_what_stands_close_and_lose_nobody(officer: Actor) -> None:
    for n in range(5):
        thing(n, lon=121.501 + n * 1e-5)
    alone = thing(9, lon=121.52)
    warn(alone, severity=4)
    box = (121.49, 31.19, 121.53, 31.21)
    gravest, many = marks(officer, Asked(box=box), at=NOON)
    assert (gravest.id, gravest.n, gravest.severity, many.n, many.id) == (alone.id, 1, 4, 5, None)
    near = marks(officer, Asked(box=(121.50099, 31.19, 121.50106, 31.21)), at=NOON, across=40)
    assert sum(mark.n for mark in near) == 5 and len(near) == 5
    assert marks(officer, Asked(), at=NOON) == []


_MANY = """
INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, lon, lat, spot, registered_at)
SELECT uuidv7(), 'k-' || n, 'smoke-detector', 'n', 'working', 1, %s, 0, 121 + n * 0.0001, 31.2, '', now()
FROM generate_series(1, 4000) n
"""


def plan_of(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_map_looked_at_closely_and_what_is_maintained_read_no_more_than_they_must(officer: Actor) -> None:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_MANY, [BUILDING])
        cursor.execute("ANALYZE things_thing")
    look_as(officer)
    with CaptureQueriesContext(connection) as asked:
        (mark,) = marks(officer, Asked(box=(121.19995, 31.1, 121.20005, 31.3)), at=NOON, across=1)
    assert mark.n == 1 and len(asked) == 2
    assert "thing_position" in plan_of(asked[-1]["sql"]), "by where it stands, not one after the other"
    with CaptureQueriesContext(connection) as asked:
        assert found(officer, state="maintained") == []
    plan = plan_of(asked[-1]["sql"])
    assert "hashed SubPlan" in plan, "what is maintained is asked for once"


def test_days_know_what_was_expected(officer: Actor) -> None:
    one = thing(1, registered_at=later(days=-9), installed_at=later(days=-1, hours=-3))
    stored(one, 200)
    tally(one, "repeated", 4)
    before, yesterday, today = health.days(one, at=NOON, back=3)
    # NOON is 12:00 in Shanghai; it was put up the day before at 9 in the morning, and speaks every five minutes.
    assert (before.expected, before.share) == (0, None)
    assert (yesterday.expected, yesterday.stored, yesterday.repeated) == (180, 200, 4) and yesterday.share == 1
    assert (today.expected, today.stored, today.share) == (144, 0, 0)


def test_what_was_expected_goes_by_the_interval_that_held_then(officer: Actor) -> None:
    """Every five minutes by its model, since 9 this morning every hour; the whole of yesterday is judged by the model's."""
    one = stored(thing(1, every=3600, registered_at=later(days=-9), installed_at=later(days=-9)), 200)
    with as_system():
        Interval.objects.create(thing=one, every=None, until=later(hours=-3))
    _before, yesterday, today = health.days(one, at=NOON, back=3)
    assert (yesterday.expected, today.expected) == (288, 9 * 12 + 3)


def test_of_a_day_in_which_its_interval_changed_nobody_says_that_too_little_arrived(officer: Actor) -> None:
    old = {"registered_at": later(days=-90), "installed_at": later(days=-90), "every": 60}
    for n, until in ((1, later(hours=-14)), (2, later(days=-3))):
        one = stored(heard(thing(n, name=f"{n} 号", **old)), 200)
        with as_system():
            Interval.objects.create(thing=one, every=3600, until=until)
    assert found(officer, health="few") == ["2 号"], "since the day before it has had to speak every minute"


def test_a_rare_word_is_found_without_reading_every_name(officer: Actor) -> None:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_MANY, [BUILDING])
        cursor.execute("ANALYZE things_thing")
    thing(1, name="水塔西侧烟感")
    thing(2, spot="水塔顶")
    thing(3, OTHER, name="水 塔")
    look_as(officer)
    with CaptureQueriesContext(connection) as asked:
        assert len(found(officer, text="水塔")) == 2
    listed = next(query["sql"] for query in asked if "ILIKE" in query["sql"])
    assert "Seq Scan on things_thing" not in plan_of(listed)
    assert found(officer, text="K-3999") == ["n"], "as it is written, or otherwise"


def test_words_follow_the_name_and_are_seen_by_nobody_else(officer: Actor) -> None:
    one = thing(1, name="水塔西侧烟感")
    with as_system():
        Thing.objects.filter(pk=one.pk).update(name="水泵房烟感")
    look_as(officer)
    assert found(officer, text="水塔") == [] and found(officer, text="水泵") == ["水泵房烟感"]
    assert found(officer, text="泵") == ["水泵房烟感"], (
        "one character narrows nothing, and is looked for all the same"
    )
    assert found(elsewhere(officer), text="水泵") == []
    assert spelling.said("泵") is None
    assert spelling.said("水泵") == [one.no]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM things_words")
        assert cursor.fetchone() == (0,), "without a question nothing is shown"


def test_words_that_very_many_hold_narrow_nothing(officer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "MOST", 2)
    for n in range(3):
        thing(n, name=f"{n} 号烟感")
    look_as(officer)
    assert spelling.said("烟感") is None
    assert len(found(officer, text="烟感")) == 3
