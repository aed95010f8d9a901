"""`linli serve` and `linli live`: the two servers, each watched and started again should it die."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from linli.cli.ground import DataOption, HostOption, database, warn
from linli.cli.ports import ensure_free
from linli.project.engines import Engine, EngineFault
from linli.project.processes import Program, Supervisor, live, web
from linli.project.say import Say
from linli.project.say import gettext as _
from linli.project.signals import undisturbed


def add(app: typer.Typer) -> None:
    @app.command(help=_("提供网页和接口"))
    def serve(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: Annotated[int, typer.Option(help=_("端口"), min=1, max=65535)] = 8000,
    ) -> None:
        ensure_free(host, port)
        keep([web(host, port)], data)

    @app.command("live", help=_("提供实时推送"))
    def live_streams(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: Annotated[int, typer.Option(help=_("端口"), min=1, max=65535)] = 8001,
    ) -> None:
        ensure_free(host, port)
        keep([live(host, port)], data)


def keep(programs: Sequence[Program], data: Path | None) -> None:
    """Run programs, and the embedded database under them, until Ctrl-C or SIGTERM."""
    with database(data) as engine:
        supervisor = Supervisor(programs, say=warn)
        try:
            supervisor.start()
            supervisor.run(database_watch(engine, warn))
        except KeyboardInterrupt:
            pass
        finally:
            with undisturbed():
                supervisor.stop()


def database_watch(engine: Engine | None, say: Say, every: float = 1.0) -> Callable[[], None]:
    """Looks after the embedded server about once a second, and starts it again when it died."""
    due = 0.0

    def look() -> None:
        nonlocal due
        if engine is None or time.monotonic() < due:
            return
        try:
            if not engine.answers():
                say(_("数据库没有应答,正在恢复…"))
                engine.heal()
                say(_("数据库已恢复。"))
            due = time.monotonic() + every
        except EngineFault as fault:  # a full disk, say: it may pass, so keep trying
            say(str(fault))
            due = time.monotonic() + 10 * every

    return look
