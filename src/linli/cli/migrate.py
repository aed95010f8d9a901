"""`linli migrate`: bring the database to this version of Linli."""

from __future__ import annotations

import typer

from linli.cli.ground import DataOption, house, tell
from linli.project.say import Say
from linli.project.say import gettext as _


def add(app: typer.Typer) -> None:
    @app.command(help=_("把数据库升级到当前版本"))
    def migrate(data: DataOption = None) -> None:
        with house(data):
            from linli.kernel.things.queries.registry import TooWide

            try:
                bring_up(tell)
            except TooWide as fault:
                tell(str(fault))
                raise typer.Exit(1) from None


def bring_up(say: Say) -> int:
    """Apply what is pending, saying each step; returns how many. Django must be set up."""
    from linli.kernel.things.queries.registry import ensure_slots
    from linli.project.migrating import migrate

    if pending := plan():
        say(_("正在升级数据库结构({count} 步)…").format(count=len(pending)))
        migrate()
    else:
        say(_("数据库结构已是最新。"))
    ensure_slots()  # a scene may measure something new where no table changed
    return len(pending)


def plan() -> list[str]:
    """The migrations this database lacks, as "app.name"."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [
        f"{step.app_label}.{step.name}"
        for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
