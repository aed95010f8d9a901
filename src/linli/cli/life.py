"""`linli life`: the people of the demo district, reporting and handling, until stopped."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from linli.cli.ground import DataOption, tell, use_django, warn
from linli.cli.serve import keep
from linli.project.say import gettext as _
from linli.project.signals import told_to_stop

BEHIND = 5
"""Added to its niceness: whoever looks at a page goes before those who fill it."""


def add(app: typer.Typer) -> None:
    @app.command(help=_("演示用:街区里的人上报、受理、派遣、处置、办结,速度在演示控制台里调,直到收到停止信号"))
    def life(
        data: DataOption = None,
        bare: Annotated[bool, typer.Option("--bare", hidden=True)] = False,
    ) -> None:
        os.environ["LINLI_DEMO"] = "1"
        if not bare:
            from linli.project.processes import life as program

            keep([program()], data)
            return
        os.nice(BEHIND)
        use_django()
        from linli.project.demo.living.life import run

        try:
            run(told_to_stop(), ready=lambda: tell(_("街区里的人开始上班。")))
        except LookupError:
            warn(_("这里没有演示街区,请先运行 linli demo。"))
            raise typer.Exit(1) from None
