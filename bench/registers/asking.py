"""What staff ask of the register, with their own eyes; and what a report counts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.matters.table import Table, ms, p95, timed
from linli.kernel.access import Actor, Role, as_system, look_as
from linli.kernel.clock.now import now
from linli.kernel.declare import Source
from linli.kernel.people.models import Account, Person
from linli.kernel.registers import verbs
from linli.kernel.registers.queries.known import known

from .town import DISTRICT

_COUNT = """
SELECT left(place_code, 12), value, count(*) FROM registers_fact
WHERE state = 'in_force' AND element = %s AND place_code >= %s AND place_code < %s || ':' GROUP BY 1, 2
"""
_NAMED = "SELECT id FROM people_person WHERE erased_at IS NULL AND name = %s ORDER BY place_code, id LIMIT 41"
_NUMBERED = (
    "SELECT id FROM people_person WHERE erased_at IS NULL AND phone_print = %s ORDER BY place_code, id LIMIT 41"
)
_HOUSE = "SELECT id FROM people_person WHERE erased_at IS NULL AND place_code >= %s AND place_code < %s || ':' ORDER BY place_code, id LIMIT 41"
_FACTS = "SELECT element, value FROM registers_fact WHERE subject = %s AND state = 'in_force'"


def measure(table: Table, persons: int, *, times: int, explain: bool) -> None:
    dice = random.Random(7)
    with as_system():
        account, _made = Account.objects.get_or_create(kind="staff", username="bench", name="台账")
        some = list(Person.objects.order_by("id")[:200])
    hood = some[3].place_code[:12]
    scopes = {"a neighbourhood": hood, "a street": hood[:9], "the district": DISTRICT}
    goal = "< 50 ms"
    for words, scope in scopes.items():
        actor = Actor(role=Role.SOCIAL_WORKER, scope=scope, name="台账", account_id=account.id)
        look_as(actor)
        mine = [one for one in some if one.place_code.startswith(scope)]
        for what, asked in (
            ("a name", lambda one: one.name),
            ("a number", lambda one: f"1990000{some.index(one):04d}"),
            ("an address", _address),
        ):
            _add(table, f"find by {what}, eyes of {words}", _finder(actor, mine, asked, dice), times, goal)
    look_as(actor)
    one = some[3]
    _add(table, "facts of one person (query)", lambda: known(one.id), times, "")
    read = {"by": actor, "about": "person", "subject": one.id, "purpose": "核对名单"}
    _add(
        table,
        "facts of one person read on a page (verb, with its record)",
        lambda: verbs.read_facts(at=now(), **read),
        times,
        goal,
    )
    _add(table, "a form of four filled in (verb, with its record)", _filler(actor, some, dice), times, "")
    counted = _rows(_COUNT, ["lives-alone", DISTRICT, DISTRICT])
    _add(
        table,
        f"one element counted in {persons:,} by neighbourhood and value",
        lambda: _rows(_COUNT, ["lives-alone", DISTRICT, DISTRICT]),
        min(times, 5),
        "",
    )
    table.note(f"{len(counted)} cells; {persons:,} persons, two facts each in force")
    if explain:
        for query, given in (
            (_NAMED, [one.name]), (_NUMBERED, [bytes(one.phone_print or b"")]), (_HOUSE, [one.place_code[:21]] * 2),
            (_FACTS, [one.id]), (_COUNT, ["lives-alone", hood, hood]),
        ):  # fmt: skip
            print(
                "\n".join(line for (line,) in _rows("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + query, list(given))),
                "\n",
            )


def _add(table: Table, what: str, call: Callable[[], object], times: int, goal: str) -> None:
    call()
    busy = time.process_time()
    took = timed(call, times)
    busy = (time.process_time() - busy) / times
    # On a machine that others use the wall clock tells of them; what this process itself took is told beside it.
    table.add(what, ms(sorted(took)[len(took) // 2]), ms(p95(took)), f"{ms(busy)} of this process", goal)


def _finder(
    actor: Actor, mine: list[Person], asked: Callable[[Person], str], dice: random.Random
) -> Callable[[], object]:
    def call() -> object:
        # An hour apart, so that nobody is told to look less often.
        call.at += timedelta(hours=2)  # type: ignore[attr-defined]
        return verbs.find(by=actor, at=call.at, text=asked(dice.choice(mine)), purpose="核对名单")  # type: ignore[attr-defined]

    call.at = now()  # type: ignore[attr-defined]
    return call


def _address(one: Person) -> str:
    """The house somebody lives in, as people write it."""
    code = one.place_code
    road = ["临江", "织锦", "文澜", "槐荫", "望潮", "北环", "渡口", "梅坞", "石桥", "听涛"][int(code[6:9]) - 1]
    return f"{road}路{int(code[9:12]) * 10 + int(code[15:18])}弄{int(code[18:21])}号楼"


def _filler(actor: Actor, some: list[Person], dice: random.Random) -> Callable[[], object]:
    def call() -> object:
        values = {
            "condition": dice.choice(("well", "tired")),
            "help-wanted": ["meals"],
            "lives-alone": "yes",
            "care-level": "self",
        }
        return verbs.enter(
            by=actor, at=now(), form="elder-visit", subject=dice.choice(some).id, source=Source.VISIT, values=values
        )

    return call


def _rows(query: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())
