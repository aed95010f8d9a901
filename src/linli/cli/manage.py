"""`linli manage …`: Django's own commands."""

from __future__ import annotations

import typer

from linli.cli.ground import database
from linli.project.say import gettext as _


def add(app: typer.Typer) -> None:
    @app.command(
        help=_("Django 管理命令,例如 linli manage shell"),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )
    def manage(context: typer.Context) -> None:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
        with database(None):
            from django.core.management import execute_from_command_line

            execute_from_command_line(["linli manage", *context.args])
