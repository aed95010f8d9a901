"""`linli pg PROGRAM …`: PostgreSQL's own programs (pg_dump, pg_restore, psql) on this installation's database."""

from __future__ import annotations

import os
import subprocess

import typer

from linli.cli.ground import database, use_data
from linli.project.engines import Engine, EngineFault, databases
from linli.project.engines.account import server_account
from linli.project.engines.binaries import programs
from linli.project.engines.conf import SUPERUSER
from linli.project.say import gettext as _


def add(app: typer.Typer) -> None:
    @app.command(
        help=_("对本安装的数据库运行 PostgreSQL 程序,例如 linli pg pg_dump -Fc -f 备份.dump"),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )
    def pg(context: typer.Context, program: str) -> None:
        home = programs(server_account(use_data(None) / "postgres"), lambda _sentence: None)
        if program not in (known := sorted(path.name for path in home.iterdir())):
            raise EngineFault(_("没有程序 {name}。可用:{known}").format(name=program, known=" ".join(known)))
        with database(None) as engine:
            command = [str(home / program), *context.args]
            ended = subprocess.run(command, env=os.environ | connection(engine), check=False)
        raise typer.Exit(ended.returncode)


def connection(engine: Engine | None) -> dict[str, str]:
    """libpq's variables for this database. Our own is entered as its superuser: a dump must see every row."""
    where = databases()
    found = {"PGDATABASE": where["NAME"], "PGUSER": where["USER"] if engine is None else SUPERUSER}
    given = {"PGHOST": where["HOST"], "PGPORT": where["PORT"], "PGPASSWORD": where["PASSWORD"]}
    given["PGSSLMODE"] = where["OPTIONS"].get("sslmode", "")
    return found | {name: value for name, value in given.items() if value}
