"""`linli intake`: devices speak MQTT here, alone or watched."""

from __future__ import annotations

import ssl
from typing import Annotated

import typer

from linli.cli.ground import DataOption, HostOption, use_django, warn
from linli.cli.ports import ensure_free
from linli.cli.serve import keep
from linli.project.say import gettext as _

PortOption = Annotated[
    int, typer.Option(envvar="LINLI_INTAKE_PORT", help=_("MQTT 端口"), min=1, max=65535, show_envvar=False)
]
TlsOption = Annotated[
    int,
    typer.Option(
        envvar="LINLI_INTAKE_TLS_PORT", help=_("加密的 MQTT 端口（设置了证书时）"), min=1, max=65535,
        show_envvar=False,
    ),
]  # fmt: skip


def add(app: typer.Typer) -> None:
    @app.command(help=_("接入设备(MQTT),数据落库之后才应答"))
    def intake(
        data: DataOption = None,
        host: HostOption = "127.0.0.1",
        port: PortOption = 1883,
        tls_port: TlsOption = 8883,
        bare: Annotated[bool, typer.Option("--bare", hidden=True)] = False,
    ) -> None:
        if not bare:
            from linli.project.processes import intake as program

            ensure_free(host, port)
            keep([program(host, port, tls_port)], data)
            return
        use_django()
        from linli.project.intake import run

        try:
            run(host, port, tls_port)
        except ssl.SSLError as error:
            warn(_("证书或私钥不能使用：{why}").format(why=error.reason or error))
            raise typer.Exit(1) from None
        except ValueError as error:
            warn(str(error))
            raise typer.Exit(1) from None
        except OSError as error:
            warn(_("不能监听端口，或读不到证书：{why}").format(why=error.strerror or error))
            raise typer.Exit(1) from None
