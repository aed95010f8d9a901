"""Each page of figures as the desk draws it, and `today` as the wall asks it: how long, and the slowest single query."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from bench.matters.rows import cast_again
from bench.matters.table import Table, ms, p95, timed
from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.figures.queries import today
from linli.kernel.people.models import Account

LIMIT = 0.050
WHO = {
    "city": "city_duty",
    "district": "district_duty",
    "street": "street_duty",
    "neighbourhood": "social",
    "unit": "head",
}
PAGES = {
    "overview, this month": "/desk/figures/?period=month",
    "overview, a year, by unit": "/desk/figures/?period=own&from={year}&until={today}&table=unit",
    "overview, a year, by kind": "/desk/figures/?period=own&from={year}&until={today}&table=kind",
    "overview, a year, by place": "/desk/figures/?period=own&from={year}&until={today}&table=place",
    "one kind, a year, by place": "/desk/figures/?period=own&from={year}&until={today}&kind=unlicensed-stall&table=place",
    "scores, a year": "/desk/figures/scores/?period=own&from={year}&until={today}",
    "list: due in a year": "/desk/figures/matters/?period=own&from={year}&until={today}&figure=finish_in.finish_late",
    "list: late in a year": "/desk/figures/matters/?period=own&from={year}&until={today}&figure=finish_late",
    "list: open and overdue": "/desk/figures/matters/?figure=overdue",
}


class Watch:
    """Every query's seconds, and what it was."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seen.append((time.perf_counter() - begun, sql, params))


def measure(table: Table, *, times: int, explain: bool) -> None:
    cast, at = cast_again(), now()
    days = {"year": f"{at.date().replace(year=at.year - 1):%Y-%m-%d}", "today": f"{at.date():%Y-%m-%d}"}
    for level, who in WHO.items():
        if level != "unit":
            seconds, slowest = _watched(lambda who=who: today(cast.actors[who], at=now()), times)  # type: ignore[misc]
            _line(table, f"today(), {level}", seconds, slowest, explain)
    for level, who in WHO.items():
        client = Client(SERVER_NAME="127.0.0.1")
        with as_system():
            client.force_login(Account.objects.get(username=who))
        for name, address in PAGES.items():
            href = address.format(**days)
            assert client.get(href).status_code == 200, href
            seconds, slowest = _watched(lambda client=client, href=href: client.get(href), times)  # type: ignore[misc]
            _line(table, f"{name}, {level}", seconds, slowest, explain)


def _watched(call: Callable[[], object], times: int) -> tuple[list[float], tuple[float, str, Any]]:
    """Seconds of each call, and of each call's slowest query the fastest: what other load makes slow is left out."""
    slowest: list[tuple[float, str, Any]] = []

    def once() -> None:
        watch = Watch()
        with connection.execute_wrapper(watch):
            call()
        slowest.append(max(watch.seen, key=lambda one: one[0]))

    once()
    slowest.clear()
    seconds = timed(once, times)
    return seconds, min(slowest, key=lambda one: one[0])


def _line(table: Table, what: str, seconds: list[float], slowest: tuple[float, str, Any], explain: bool) -> None:
    worst, sql, params = slowest
    table.add(
        what,
        ms(sorted(seconds)[len(seconds) // 2]),
        ms(p95(seconds)),
        f"slowest query {ms(worst)}",
        "query ≤ 50 ms",
    )
    if worst > LIMIT or explain:
        print(sql[:1500], flush=True)
        try:
            with as_system(), connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, params)
                print("\n".join(row[0] for row in cursor.fetchall()), flush=True)
        except Exception as trouble:
            print(f"no plan: {trouble}", flush=True)
