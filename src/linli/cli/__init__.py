"""The command `linli`. A command is a file in this folder and its name in COMMANDS.

The file has `add(app)`, which adds commands of its own naming, or `app`, a typer app added under the file's name.

Files import Django and the house only inside their functions: `linli --help` must not need a database.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from linli.project.engines import EngineFault
from linli.project.say import gettext as _
from linli.project.signals import obey

COMMANDS = (
    "demo",
    "serve",
    "work",
    "fleet",
    "life",
    "evaluate",
    "intake",
    "migrate",
    "manage",
    "check",
    "pg",
    "words",
    "triage",
    "people",
    "places",
    "imports",
    "keys",
    "things",
)


def build() -> typer.Typer:
    """The app with all its commands."""
    app = typer.Typer(
        name="linli", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        help=_("邻里:社区治理平台"),
    )  # fmt: skip
    for name in COMMANDS:
        module = import_module(f"linli.cli.{name}")
        if hasattr(module, "add"):
            module.add(app)
        else:
            app.add_typer(module.app, name=name)
    return app


def main() -> None:
    """Run a command. A fault an operator can mend is one sentence and exit code 1."""
    obey()
    # What PostgreSQL calls our sessions, so that an operator can tell whose a long transaction is.
    os.environ.setdefault("PGAPPNAME", " ".join(["linli", *sys.argv[1:2]]))
    try:
        build()()
    except EngineFault as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)
