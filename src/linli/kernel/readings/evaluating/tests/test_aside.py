"""What makes evaluation fail for ever stops nobody: it is found, set aside with its reason, and all the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection

from linli.kernel.access import as_system
from linli.kernel.readings.evaluating import aside
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.round import Found
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import DeadLetter, Intake, Reading
from linli.kernel.readings.wire import Batch, Dead, Entry, pack
from linli.kernel.things.models import Thing

from .conftest import AT
from .test_rounds import MS, own, put, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]

_POISON = """
CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.values[1] = 66 THEN RAISE check_violation USING MESSAGE = 'sixty-six cannot be'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER poisoned BEFORE INSERT ON readings_reading FOR EACH ROW EXECUTE FUNCTION poisoned();
"""


@pytest.fixture
def warned() -> list[Found]:
    return []


@pytest.fixture
def evaluator(warned: list[Found], db: None) -> Iterator[Evaluator]:
    made = Evaluator(InPostgres(), lambda changes, at: warned.extend(changes))
    yield made
    made.leases.leave()


def rounds(evaluator: Evaluator, most: int = 40) -> int:
    """Until nothing waits any more; returns how many it took."""
    for n in range(1, most + 1):
        evaluator._looked = 0
        evaluator.round(AT)
        if not Intake.objects.exists():
            return n
    raise AssertionError(f"{Intake.objects.count()} still wait")


def letters() -> list[tuple[str, str, str]]:
    with as_system():
        return [(d.why, d.says, str(d.thing)) for d in DeadLetter.objects.order_by("at", "id")]


def poison() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_POISON)


def test_one_reading_that_cannot_be_stored_is_set_aside_and_the_others_are_stored_once(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    poison()
    one, two = meter("m-1"), meter("m-2")
    put(one, own(one, 0, 20.0, None))
    put(two, *(own(two, n, float(n), None) for n in range(20)))
    put(one, *(own(one, n, 66.0 if n == 7 else 21.0 + n, None) for n in range(1, 12)))
    put(two, own(two, 60, 25.0, None))
    rounds(evaluator)
    assert [values[0] for _at, values in stored(two)] == [*map(float, range(20)), 25.0]
    assert len(stored(one)) == 1 + 10 and all(values[0] != 66 for _at, values in stored(one))
    ((why, says, thing),) = letters()
    assert (why, thing) == ("not_evaluated", str(one)) and "sixty-six cannot be" in says
    put(one, own(one, 100, 30.0, None))
    assert evaluator.round(AT) == 1, "and it goes on as before"


def test_a_letter_the_database_cannot_hold_is_laid_down_as_it_can(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    dead = Dead(MS, "k\0", thing.no, "mqtt", "d/\0/up", "plain", "unreadable", "a\0b", b"\0x", 2)
    put(thing, own(thing, 0, 20.0, None), dead=(dead,))
    rounds(evaluator)
    assert letters() == [("unreadable", "a\N{REPLACEMENT CHARACTER}b", str(thing))]
    assert len(stored(thing)) == 1


@pytest.mark.parametrize("error", [ValueError, AssertionError, RecursionError])
def test_a_rule_room_that_fails_on_one_reading_holds_up_no_other(
    meter: Callable[..., Thing], db: None, error: type[Exception]
) -> None:
    told: list[Found] = []

    def warns(changes: list[Found], at: object) -> None:
        for change in changes:
            if change.change.says.get("value") == 99.0:
                raise error("nobody can say this")
        told.extend(changes)

    evaluator = Evaluator(InPostgres(), warns)
    one, two = meter("m-1"), meter("m-2")
    # It is too hot for half a minute: the warning falls to the second reading of each.
    put(one, own(one, 0, 99.0, None), own(one, 31, 99.0, None))
    put(two, own(two, 0, 70.0, None), own(two, 31, 70.0, None))
    rounds(evaluator)
    assert [change.subject for change in told if change.rule.name == "too-hot"] == [str(two.no)]
    assert [why for why, _says, _thing in letters()] == ["not_evaluated"]
    assert len(stored(two)) == 2
    evaluator.leases.leave()


def test_what_passes_is_waited_for_and_nothing_is_set_aside(
    meter: Callable[..., Thing], evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    thing = meter()
    put(thing, own(thing, 0, 20.0, None))

    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("no room on the disk")

    with monkeypatch.context() as patch:
        patch.setattr("linli.kernel.readings.evaluating.writing.write", away)
        for _ in range(5):
            evaluator._looked = 0
            with pytest.raises(OperationalError):
                evaluator.round(AT)
    assert Intake.objects.count() == 1 and letters() == []
    rounds(evaluator)
    assert Reading.objects.count() == 1


def test_only_what_fails_is_found_however_many() -> None:
    batch = Batch.of([Entry(n, 0, 0, 0, 0, [float(n)]) for n in range(50)])

    def probe(part: Batch) -> str:
        return "bad" if any(entry.thing in (3, 17, 49) for entry in part.entries) else ""

    assert aside.culprits(batch, probe) == {3: "bad", 17: "bad", 49: "bad"}
    assert aside.culprits(batch, lambda part: "away") == {}, (
        "where nothing fails as well it is not the batch's fault"
    )
    together = aside.culprits(batch, lambda part: "bad" if len(part.entries) == 50 else "")
    assert list(together) == [49], "of those that fail only together it is the last"
    many = aside.culprits(batch, lambda part: "bad" if any(entry.thing % 2 for entry in part.entries) else "")
    assert sorted(many) == list(range(1, 50, 2))
    left = aside.without(batch, {3: "bad"})
    assert len(left.entries) == 49 and [(one.thing, one.why) for one in left.dead] == [(3, "not_evaluated")]
    assert pack(left.entries, left.dead)
