"""`linli serve` and `linli live`: the two servers, each watched and started again should it die."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from linli.cli.ground import DataOption, HostOption, database, use_data, use_django, warn
from linli.cli.ports import ensure_free
from linli.project import statics
from linli.project.engines import Engine, EngineFault, data_dir
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
        use_data(data)
        build_statics(warn)
        keep([web(host, port)], data)

    @app.command("statics", help=_("准备页面要的脚本、样式和图片（serve 会自己做）"))
    def build_now(data: DataOption = None) -> None:
        use_data(data)
        use_django()
        from django.conf import settings

        statics.build(settings.STATIC_ROOT)

    @app.command("live", help=_("提供实时推送"))
    def live_streams(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: Annotated[int, typer.Option(help=_("端口"), min=1, max=65535)] = 8001,
    ) -> None:
        ensure_free(host, port)
        keep([live(host, port)], data)


def build_statics(say: Say) -> None:
    """Scripts, styles and pictures of this release, compressed and named by their content, unless they are there.

    In a process of its own: who only watches others needs no Django in its memory.
    """
    if statics.storage(statics.root(data_dir())) == statics.PLAIN:
        say(_("正在准备页面文件（只在第一次和升级以后）…"))
        subprocess.run([sys.executable, "-m", "linli.cli", "statics"], check=True)


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
