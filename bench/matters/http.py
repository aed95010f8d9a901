"""List, detail and create through the API as it is served, against the same SQL by psycopg in one process.

`wrk` is the client when it is installed, because a client in Python takes half of a small machine for itself.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from linli.kernel.access import Actor, as_system, look_as
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.queries import detail, queue
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.people.models import Account

from .ground import Ground
from .queues import statements_of
from .rows import cast_again
from .table import Table, ms

CONNECTIONS = 16
ROUNDS = 3
GOALS = {"list": 1600, "detail": 950, "create": 600, "page": 500}
REPORT = {
    "kind": "unlicensed-stall",
    "title": "路口有人摆摊",
    "body": "临江路路口每天傍晚有三四个摊位占了盲道。",
    "place_code": "990101001001",
}


@dataclass
class Caller:
    """A signed-in duty officer of the city: its session, and what a form would send with it."""

    actor: Actor
    headers: dict[str, str]
    ids: list[str]


def measure(on: Ground, size: int, table: Table, *, seconds: int) -> None:
    on.use(size)
    caller = _caller()
    rate: dict[str, list[float]] = {what: [] for what in GOALS}
    bare: dict[str, list[float]] = {what: [] for what in GOALS}
    late: dict[str, list[float]] = {what: [] for what in GOALS}
    limits = {"list": _bare_list(on, size, caller), "detail": _bare_detail(on, size, caller)}
    limits["create"] = _bare_create(on, size, caller)
    with _served(on.url(size)) as port:
        for what in GOALS:
            _drive(
                what, port, caller, 4
            )  # both processes up, connections open, statements prepared, calendars read
        for _ in range(ROUNDS):
            for what in GOALS:
                if what in limits:
                    bare[what].append(_alone(limits[what], seconds / 2))
                done, slow = _drive(what, port, caller, seconds)
                rate[what].append(done)
                late[what].append(slow)
    for what, goal in GOALS.items():
        mine, limit = statistics.median(rate[what]), statistics.median(bare[what] or [0])
        table.add(
            f"HTTP {what}, {size:,} rows, {CONNECTIONS} connections",
            f"{mine:,.0f} /s",
            ms(statistics.median(late[what])),
            f"{mine / limit:.2f} of bare {limit:,.0f} /s" if limit else "",
            f"≥ {goal:,} /s" + (", ≥ 0.4" if what == "list" else ""),
        )
    table.note(
        f"HTTP client: {'wrk' if shutil.which('wrk') else 'threads in Python (install wrk for true figures)'}."
    )
    table.note("Bare limit: the same statements by psycopg as one process on one connection, no HTTP, no session.")


def _caller() -> Caller:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from linli.kernel.people.sessions import SessionStore

    actor = cast_again().actors["city_duty"]
    with as_system():
        account = Account.objects.get(id=actor.account_id)
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
    look_as(actor)
    ids = [row["id"] for state in ("assigned", "closed", "done") for row in queue.queue(
        actor, Filter(state=(state,)), limit=300).rows]  # fmt: skip
    random.Random(1).shuffle(ids)
    token = "b" * 32
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}"
    return Caller(actor, {"Cookie": cookie, "X-CSRFToken": token, "Accept": "application/json"}, ids)


class _served:  # noqa: N801 - used as a with statement
    """The web process as `linli serve` runs it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> int:
        import socket

        from linli.project.processes import Supervisor, web

        os.environ["LINLI_DATABASE_URL"] = self.url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.supervisor = Supervisor([web("127.0.0.1", port)], say=print, logs=settings.DATA / "logs")
        self.supervisor.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    return port
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the web process does not answer")

    def __exit__(self, *_: object) -> None:
        self.supervisor.stop()
        del os.environ["LINLI_DATABASE_URL"]


def _drive(what: str, port: int, caller: Caller, seconds: float) -> tuple[float, float]:
    """Requests a second and the 95th percentile of a closed loop; every answer must be the right one."""
    _check(what, port, caller)
    return (_wrk if shutil.which("wrk") else _threads)(what, port, caller, seconds)


def _request(what: str, caller: Caller) -> tuple[str, str, str]:
    if what == "create":
        return "POST", "/api/v1/matters", json.dumps(REPORT, ensure_ascii=False)
    if what == "page":
        return "GET", f"/desk/matters/{random.choice(caller.ids)}/", ""
    return "GET", "/api/v1/matters" + (f"/{random.choice(caller.ids)}" if what == "detail" else ""), ""


def _check(what: str, port: int, caller: Caller) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    method, path, body = _request(what, caller)
    client.request(method, path, body.encode(), {**caller.headers, "Content-Type": "application/json"})
    answer = client.getresponse()
    text = answer.read()
    assert answer.status in (200, 201), (answer.status, text[:500])
    if what == "list":
        assert len(json.loads(text)["rows"]) == 50
    client.close()


LUA = """
local ids, n, bad = {}, 0, 0
for id in io.lines("IDS") do ids[#ids + 1] = id end
math.randomseed(os.time())
HEADERS
request = function()
  BODY
end
response = function(status) if status > 299 then wrk.thread:set("bad", (wrk.thread:get("bad") or 0) + 1) end end
done = function(summary, latency)
  io.write(string.format("RESULT %f %f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(95) / 1e6, summary.errors.status + summary.errors.connect + summary.errors.timeout))
end
"""
BODIES = {
    "list": 'return wrk.format("GET", "/api/v1/matters")',
    "detail": 'return wrk.format("GET", "/api/v1/matters/" .. ids[math.random(#ids)])',
    "page": 'return wrk.format("GET", "/desk/matters/" .. ids[math.random(#ids)] .. "/")',
    "create": 'return wrk.format("POST", "/api/v1/matters", nil, REPORT)',
}


def _wrk(what: str, port: int, caller: Caller, seconds: float) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ids").write_text("\n".join(caller.ids))
        headers = {**caller.headers, "Content-Type": "application/json"}
        lines = "\n".join(f'wrk.headers["{name}"] = {json.dumps(value)}' for name, value in headers.items())
        report = "[==[" + json.dumps(REPORT, ensure_ascii=False) + "]==]"
        script = re.sub(r"^response = .*\n", "", LUA, flags=re.MULTILINE).replace("IDS", f"{folder}/ids")
        script = script.replace("HEADERS", lines).replace("BODY", BODIES[what].replace("REPORT", report))
        (Path(folder) / "drive.lua").write_text(script)
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "20s", "-s",
             f"{folder}/drive.lua", f"http://127.0.0.1:{port}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rate, late, wrong = next(line for line in said.splitlines() if line.startswith("RESULT")).split()[1:]
    assert int(wrong) == 0, f"{what}: {wrong} answers were refused\n{said}"
    return float(rate), float(late)


def _threads(what: str, port: int, caller: Caller, seconds: float) -> tuple[float, float]:
    taken: list[float] = []
    until = time.monotonic() + seconds

    def loop() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            method, path, body = _request(what, caller)
            begun = time.perf_counter()
            client.request(method, path, body.encode(), {**caller.headers, "Content-Type": "application/json"})
            answer = client.getresponse()
            answer.read()
            assert answer.status in (200, 201), answer.status
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=loop) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / seconds, statistics.quantiles(taken, n=20)[18]


def _alone(call: Callable[[], Any], seconds: float) -> float:
    """Calls a second of one bare caller."""
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        call()
        done += 1
    return done / (time.perf_counter() - begun)


def _looking(on: Ground, size: int, actor: Actor) -> psycopg.Connection[Any]:
    bare = on.connect(size)
    look_as(actor)
    names = ("linli.sees", "linli.scope", "linli.unit", "linli.person")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}', true)" for name in names))
        for name, value in zip(names, cursor.fetchone(), strict=True):
            bare.execute("SELECT set_config(%s, %s, false)", [name, value])
    bare.prepare_threshold = 1
    bare.execute("SET plan_cache_mode = force_generic_plan")  # as settings.py asks for ours
    return bare


def _bare_list(on: Ground, size: int, caller: Caller) -> Callable[[], bytes]:
    bare = _looking(on, size, caller.actor)
    sql, values = statements_of(lambda: queue.queue(caller.actor, Filter()))[-1]

    def call() -> bytes:
        rows = [row for (row,) in bare.execute(sql, values, prepare=True).fetchall()]
        return f'{{"rows":[{",".join(rows[:50])}],"next":{json.dumps(len(rows) > 50)}}}'.encode()

    return call


def _bare_detail(on: Ground, size: int, caller: Caller) -> Callable[[], bytes]:
    bare = _looking(on, size, caller.actor)
    sql, _values = statements_of(lambda: detail.detail_json(caller.actor, UUID(caller.ids[0])))[-1]

    def call() -> bytes:
        own, hanging = bare.execute(sql, [UUID(random.choice(caller.ids))], prepare=True).fetchone() or ("", "")
        return f"{own[:-1]},{hanging[1:]}".encode()

    return call


def _bare_create(on: Ground, size: int, caller: Caller) -> Callable[[], bytes]:
    """The two INSERTs of a report in one transaction, each time with an id and a number of its own."""
    bare = _looking(on, size, caller.actor)
    opened: list[Any] = []
    sent = statements_of(
        lambda: opened.append(verbs.open_matter(by=caller.actor, at=now(), source="api", **REPORT))
    )
    inserts = [(sql, list(values)) for sql, values in sent if sql.lstrip().startswith("INSERT")]
    assert len(inserts) == 2, [sql[:60] for sql, _ in inserts]
    matter = opened[0]
    eyes = ["*", "*", "", ""]

    def call() -> bytes:
        fresh = uuid7()
        changed = {
            str(matter.id): fresh,
            matter.stream: f"matter:{fresh}",
            matter.number: f"bare-{str(fresh)[-19:]}",
        }
        with bare.transaction():
            bare.execute("SELECT set_config('linli.sees', %s, true), set_config('linli.scope', %s, true)", eyes[:2])
            for sql, values in inserts:
                given = [changed.get(str(value), value) for value in values]
                if "audit_record" in sql:
                    given[0] = uuid7()
                bare.execute(sql, given, prepare=True)
        return json.dumps({"id": str(fresh)}).encode()

    return call
