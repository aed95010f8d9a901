"""`linli evaluate`: what devices said becomes readings and warnings, alone or watched."""

from __future__ import annotations

from typing import Annotated

import typer

from linli.cli.ground import DataOption, use_django
from linli.cli.serve import keep
from linli.project.say import gettext as _
from linli.project.signals import told_to_stop


def add(app: typer.Typer) -> None:
    @app.command(help=_("评估设备读数、发出预警,直到收到停止信号;可以同时运行多个"))
    def evaluate(
        data: DataOption = None,
        bare: Annotated[bool, typer.Option("--bare", hidden=True)] = False,
    ) -> None:
        if not bare:
            from linli.project.processes import evaluate as program

            keep([program()], data)
            return
        use_django()
        from linli.project.evaluator import run

        run(told_to_stop())
