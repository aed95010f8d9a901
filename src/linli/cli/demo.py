"""`linli demo`: everything on this machine with one command, and nothing left of it after Ctrl-C."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from linli.cli.ground import DataOption, HostOption, house, tell, use_data
from linli.cli.migrate import bring_up
from linli.cli.ports import ensure_free
from linli.cli.serve import build_statics, database_watch
from linli.project.demo import DAYS
from linli.project.engines import EngineFault, external_url
from linli.project.engines import cluster as clusters
from linli.project.engines.engine import reset as reset_engine
from linli.project.processes import Program, Supervisor, evaluate, fleet, intake, life, live, web, work
from linli.project.say import gettext as _
from linli.project.signals import undisturbed

# What Linli keeps in a data directory besides the database; --reset removes these and nothing else.
KEPT = ("secrets", "files", "static", "logs")
START_LIMIT = 90.0


def add(app: typer.Typer) -> None:
    @app.command(help=_("在本机运行演示街区,Ctrl-C 停止"))
    def demo(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: Annotated[
            int, typer.Option(help=_("网页端口;实时推送用下一个,设备接入(MQTT)用再下一个"), min=1, max=65530)
        ] = 8000,
        days: Annotated[
            int, typer.Option(help=_("第一次生成几天的历史(慢的机器可以少一些)"), min=7, max=3650)
        ] = DAYS,
        reset: Annotated[bool, typer.Option("--reset", help=_("先清空数据目录,重新生成演示数据"))] = False,
    ) -> None:
        os.environ["LINLI_DEMO"] = "1"
        directory = use_data(data)
        ensure_free(host, port, port + 1, intake_port(port))
        if reset:
            clear(directory)
        tell(_("数据目录 {path}").format(path=directory))
        try:
            run(directory, host, port, days)
        except KeyboardInterrupt:
            pass
        finally:
            tell(_("已停止。"))


def run(directory: Path, host: str, port: int, days: int) -> None:
    with house(directory, say=tell) as engine:
        tell(_("数据库已就绪。"))
        with full_disk_is_said(directory):
            build_statics(tell)
            bring_up(tell)
            accounts = fill(days)
        supervisor = Supervisor(programs(host, port), say=tell, logs=directory / "logs")
        try:
            supervisor.start()
            watch = database_watch(engine, tell)
            await_answer(supervisor, watch, host, port)
            # They have much to load, and nobody waits for them as for the first page.
            for program in later(host, port):
                supervisor.start_also(program)
            url = f"http://{_shown(host)}:{port}"
            for line in welcome(url, accounts, f"{_shown(host)}:{intake_port(port)}"):
                tell(line)
            tell(f"ready {url}")
            supervisor.run(watch)
        finally:
            with undisturbed():
                tell(_("正在停止…"))
                supervisor.stop()


def programs(host: str, port: int) -> list[Program]:
    """What the first page needs; the others come after it."""
    return [web(host, port), live(host, port + 1)]


def later(host: str, port: int) -> list[Program]:
    """Worker, intake and evaluator, then the devices that speak to them and the people."""
    mqtt = intake_port(port)
    return [work(), evaluate(), intake(host, mqtt, mqtt + 1), fleet(host, mqtt), life()]


def intake_port(port: int) -> int:
    """Where devices connect: beside the pages, or where LINLI_INTAKE_PORT says."""
    return int(os.environ.get("LINLI_INTAKE_PORT") or port + 2)


def fill(days: int) -> list[dict[str, str]]:
    """Fill the demo district unless it is there; returns whom to sign in as (see `linli.project.demo`)."""
    from linli.project import demo

    demo.fill(tell, days=days)
    return demo.accounts()


@contextmanager
def full_disk_is_said(directory: Path) -> Iterator[None]:
    """Whoever meets the full disk, we or PostgreSQL, which may even fall over it: it becomes the one sentence."""
    from django.db import DatabaseError

    try:
        yield
    except (OSError, DatabaseError) as error:
        if clusters.is_full(directory / "postgres", error):
            raise EngineFault(clusters.full(directory / "postgres")) from error
        raise


_HUNG: dict[str, Callable[[], str]] = {
    "board": lambda: _("居村电子屏 {url}"),
    "tv": lambda: _("家庭电视  {url}"),
}


def welcome(url: str, accounts: list[dict[str, str]], mqtt: str) -> list[str]:
    """What a visitor needs: where to look, and as whom."""
    from linli.project.demo import hung

    lines = [
        _("五块屏    {url}/（从这一页以各种身份打开）").format(url=url),
        _("居民手机  {url}").format(url=f"{url}/phone/"),
        _("工作台    {url}").format(url=f"{url}/desk/"),
        _("指挥大屏  {url}").format(url=f"{url}/command/"),
        *(_HUNG[one["screen"]]().format(url=f"{url}{one['href']}") for one in hung.links()),
        _("演示控制台 {url}（起火、漏气、断网……；登录工作台后打开）").format(url=f"{url}/desk/panel/"),
        _("设备接入  mqtt://{where}").format(where=mqtt),
    ]
    code = _("短信验证码")
    return lines + [
        f"  {a['username']:<14} {a['password'] or code:<20} {a['name']} · {a['post']}" for a in accounts
    ]


def await_answer(supervisor: Supervisor, watch: Callable[[], None], host: str, port: int) -> None:
    """Wait until pages are served and the live port is open. Raises EngineFault when they do not come."""
    deadline = time.monotonic() + START_LIMIT
    while not ((status := _status(host, port)) and _listens(host, port + 1)):
        supervisor.tick()
        watch()
        ill = next((child.program for child in supervisor.children if child.deaths >= 3), None)
        if ill is not None or time.monotonic() > deadline:
            raise EngineFault(_failure(supervisor, ill or supervisor.programs[0]))
        time.sleep(0.1)
    if status >= 500:
        raise EngineFault(_failure(supervisor, supervisor.programs[0]))


def _failure(supervisor: Supervisor, program: Program) -> str:
    return _("{label}没有启动起来:{reason}。日志:{log}").format(
        label=program.label,
        reason=supervisor.last_words(program) or "?",
        log=(supervisor.logs or Path()) / f"{program.name}.log",
    )


def _status(host: str, port: int) -> int:
    """The status the first page answers with; 0 while nobody answers."""
    connection = http.client.HTTPConnection(_shown(host), port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((_shown(host), port), timeout=2).close()
    except OSError:
        return False
    return True


def _shown(host: str) -> str:
    """An address a browser on this machine can open."""
    return "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host  # noqa: S104 - compared, not bound


def clear(directory: Path) -> None:
    """Remove what Linli keeps in a data directory, and nothing else that may lie there."""
    if external_url():
        raise EngineFault(_("--reset 只清空自带的数据库;LINLI_DATABASE_URL 指定的数据库请自行清空。"))
    reset_engine(directory)
    for name in KEPT:
        shutil.rmtree(directory / name, ignore_errors=True)
    tell(_("已清空 {path}。").format(path=directory))
