"""`linli work`: the worker, alone or watched."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from linli.cli.ground import DataOption, use_django
from linli.cli.serve import keep
from linli.project.say import gettext as _
from linli.project.signals import told_to_stop

BEHIND = 5
"""Added to its niceness: where processors are few, who waits for a page goes before who learns or counts."""


def add(app: typer.Typer) -> None:
    @app.command(help=_("处理到期事项、通知和后台任务,直到收到停止信号"))
    def work(
        data: DataOption = None,
        bare: Annotated[bool, typer.Option("--bare", hidden=True)] = False,
    ) -> None:
        if not bare:
            from linli.project.processes import work as program

            keep([program()], data)
            return
        os.nice(BEHIND)
        use_django()
        from linli.project.worker import run

        run(told_to_stop())
