"""List, detail and create through the API as it is served, and pages, against the same SQL by psycopg in one process
and against the spike (`spike`), served likewise.

`wrk` is the client when it is installed, because a client in Python takes half of a small machine for itself.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
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
from psycopg.conninfo import conninfo_to_dict

from linli.kernel.access import Actor, as_system, look_as
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.queries import detail, queue
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.people.models import Account
from linli.project.processes import Program, Supervisor, web

from . import spike
from .ground import Ground
from .queues import statements_of
from .rows import cast_again
from .table import Table, ms

CONNECTIONS = 16
ROUNDS = 3
# What the spike answered a second on the machine it was written on. The goal is half of what it answers here and now.
SPIKE = {"list": 3200, "detail": 1900, "create": 1200, "page": 1000}
WHAT = (*SPIKE, "queue page")
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
    rate: dict[str, list[float]] = {what: [] for what in WHAT}
    bare: dict[str, list[float]] = {what: [] for what in WHAT}
    late: dict[str, list[float]] = {what: [] for what in WHAT}
    peer: dict[str, list[float]] = {what: [] for what in WHAT}
    limits = {"list": _bare_list(on, size, caller), "detail": _bare_detail(on, size, caller)}
    limits["create"] = _bare_create(on, size, caller)
    _spread(on, size)
    with _served(on.url(size), web) as port, _served(on.url(size), _spike) as beside_us:
        # Both processes of each up, connections open, statements prepared, calendars read.
        for what in WHAT:
            _drive(what, port, caller, 4)
        for what in SPIKE:
            _drive(what, beside_us, caller, 1, PEER)
        for _ in range(ROUNDS):
            for what in WHAT:
                if what in limits:
                    bare[what].append(_alone(limits[what], seconds / 2))
                if what in SPIKE:
                    peer[what].append(_drive(what, beside_us, caller, seconds / 2, PEER)[0])
                done, slow = _drive(what, port, caller, seconds)
                rate[what].append(done)
                late[what].append(slow)
    for what in WHAT:
        mine, limit = statistics.median(rate[what]), statistics.median(bare[what] or [0.0])
        beside = statistics.median(peer[what] or [0.0])
        table.add(
            f"HTTP {what}, {size:,} rows, {CONNECTIONS} connections",
            f"{mine:,.0f} /s",
            ms(statistics.median(late[what])),
            "; ".join(
                f"{mine / other:.2f} of {name} {other:,.0f} /s"
                for name, other in (("the spike", beside), ("bare", limit))
                if other
            ),
            (f"≥ 0.5 of the spike (once {SPIKE[what]:,} /s)" if what in SPIKE else "")
            + (", ≥ 0.4 of bare" if what == "list" else ""),
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


def _spread(on: Ground, size: int) -> None:
    """The spike's tables, of our rows, seen whole."""
    with on.connect(size) as bare:
        if bare.execute("SELECT to_regclass('spike_matter')").fetchone() != (None,):
            return
        bare.execute("SELECT set_config('linli.sees', '*', false), set_config('linli.scope', '*', false)")
        for statement in spike.TABLES.split(";"):
            if statement.strip():
                bare.execute(statement)
        bare.execute("ANALYZE spike_matter")


def _spike(host: str, port: int) -> Program:
    ours = web(host, port)
    return Program(
        "spike", "spike", [part.replace("linli.project.wsgi", "bench.matters.spike") for part in ours.command]
    )


class _served:  # noqa: N801 - used as a with statement
    """A web process as `linli serve` runs it."""

    def __init__(self, url: str, program: Callable[[str, int], Program]) -> None:
        self.url = url
        self.program = program

    def __enter__(self) -> int:
        named = conninfo_to_dict(self.url)
        os.environ |= {"LINLI_DATABASE_URL": self.url}
        os.environ |= {f"PG{k}": str(named[v]) for k, v in _LIBPQ.items()}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.supervisor = Supervisor([self.program("127.0.0.1", port)], say=print, logs=settings.DATA / "logs")
        self.supervisor.start()
        for name in ("LINLI_DATABASE_URL", *(f"PG{k}" for k in _LIBPQ)):
            del os.environ[name]
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


def _drive(what: str, port: int, caller: Caller, seconds: float, ways: Ways | None = None) -> tuple[float, float]:
    """Requests a second and the 95th percentile of a closed loop; every answer must be the right one."""
    ways = ways or OURS
    _check(what, port, caller, ways)
    return (_wrk if shutil.which("wrk") else _threads)(what, port, caller, seconds, ways)


@dataclass(frozen=True)
class Ways:
    """Where each thing is asked for; `%s` is an id."""

    matters: str
    page: str
    queue_page: str = ""

    def path(self, what: str) -> str:
        each = {"list": self.matters, "create": self.matters, "detail": f"{self.matters}/%s"}
        return {**each, "page": self.page, "queue page": self.queue_page}[what]


OURS = Ways("/api/v1/matters", "/desk/matters/%s/", "/desk/q/all/")
PEER = Ways("/matters", "/page")
_LIBPQ = {"DATABASE": "dbname", "HOST": "host", "PORT": "port", "USER": "user"}


def _request(what: str, caller: Caller, ways: Ways = OURS) -> tuple[str, str, str]:
    body = json.dumps(REPORT, ensure_ascii=False) if what == "create" else ""
    path = ways.path(what).replace("%s", random.choice(caller.ids))
    return ("POST" if body else "GET"), path, body


def _check(what: str, port: int, caller: Caller, ways: Ways) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    method, path, body = _request(what, caller, ways)
    client.request(method, path, body.encode(), {**caller.headers, "Content-Type": "application/json"})
    answer = client.getresponse()
    text = answer.read()
    assert answer.status in (200, 201), (answer.status, text[:500])
    if what == "list":
        rows = json.loads(text)
        assert len(rows if isinstance(rows, list) else rows["rows"]) == 50
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


def _wrk(what: str, port: int, caller: Caller, seconds: float, ways: Ways) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "ids").write_text("\n".join(caller.ids))
        headers = {**caller.headers, "Content-Type": "application/json"}
        lines = "\n".join(f'wrk.headers["{name}"] = {json.dumps(value)}' for name, value in headers.items())
        report = "[==[" + json.dumps(REPORT, ensure_ascii=False) + "]==]"
        path = f'"{ways.path(what)}"'.replace("%s", '" .. ids[math.random(#ids)] .. "')
        body = (
            f'return wrk.format("POST", {path}, nil, {report})'
            if what == "create"
            else f'return wrk.format("GET", {path})'
        )
        script = re.sub(r"^response = .*\n", "", LUA, flags=re.MULTILINE).replace("IDS", f"{folder}/ids")
        script = script.replace("HEADERS", lines).replace("BODY", body)
        (Path(folder) / "drive.lua").write_text(script)
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "20s", "-s",
             f"{folder}/drive.lua", f"http://127.0.0.1:{port}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rate, late, wrong = next(line for line in said.splitlines() if line.startswith("RESULT")).split()[1:]
    assert int(wrong) == 0, f"{what}: {wrong} answers were refused\n{said}"
    return float(rate), float(late)


def _threads(what: str, port: int, caller: Caller, seconds: float, ways: Ways) -> tuple[float, float]:
    taken: list[float] = []
    until = time.monotonic() + seconds

    def loop() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            method, path, body = _request(what, caller, ways)
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
    known = {row["id"]: json.dumps(row, ensure_ascii=False) for row in queue.queue(caller.actor, Filter()).rows}
    sql, values = statements_of(lambda: queue.queue(caller.actor, Filter()))[-1]

    def call() -> bytes:
        found = bare.execute(sql, values, prepare=True).fetchall()
        rows = [known[key[:36]] for key, _at, _id in found[:50]]
        return f'{{"rows":[{",".join(rows)}],"next":{json.dumps(len(found) > 50)}}}'.encode()

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
