"""`linli fleet`: the demo's devices, speaking MQTT to intake, until stopped."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from linli.cli.ground import DataOption, HostOption, tell, use_django, warn
from linli.cli.serve import keep
from linli.project.say import gettext as _

PortOption = Annotated[
    int, typer.Option(envvar="LINLI_INTAKE_PORT", help=_("接入的 MQTT 端口"), min=1, max=65535, show_envvar=False)
]


def add(app: typer.Typer) -> None:
    @app.command(help=_("演示用:模拟全区的感知设备,用 MQTT 上报,直到收到停止信号"))
    def fleet(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: PortOption = 1883,
        bare: Annotated[bool, typer.Option("--bare", hidden=True)] = False,
    ) -> None:
        os.environ["LINLI_DEMO"] = "1"
        if not bare:
            from linli.project.processes import fleet as program

            keep([program(host, port)], data)
            return
        use_django()
        from linli.project.demo.fleet import playing, registering

        if not registering.is_there():
            warn(_("这里没有演示设备,请先运行 linli demo。"))
            raise typer.Exit(1)
        playing.run(host, port, ready=lambda n: tell(_("{n} 台模拟设备开始上报。").format(n=n)))
