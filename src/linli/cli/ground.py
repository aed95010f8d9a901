"""What most commands need first: the data directory, the database, Django."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from linli.project.engines import Engine, data_dir, running
from linli.project.say import Say, language
from linli.project.say import gettext as _

if TYPE_CHECKING:
    from linli.kernel.access import Actor

DataOption = Annotated[
    Path | None, typer.Option("--data", help=_("数据目录(默认 LINLI_DATA,否则 var/data)"), file_okay=False)
]
HostOption = Annotated[str, typer.Option("--host", help=_("监听地址"))]


def tell(sentence: str) -> None:
    """A line of progress, seen at once also through a pipe."""
    _write(sys.stdout, sentence)


def warn(sentence: str) -> None:
    """A line that must not mix with what a command prints as its result."""
    _write(sys.stderr, sentence)


def _write(stream: TextIO, sentence: str) -> None:
    """To nobody, when whoever listened has gone (a closed terminal): what we do is brought to its end all the same."""
    try:
        stream.write(f"{sentence}\n")
        stream.flush()
    except OSError:
        with Path(os.devnull).open("w") as nobody:
            os.dup2(nobody.fileno(), stream.fileno())


def use_data(data: Path | None) -> Path:
    """Settle on one data directory, for this process and those it starts."""
    directory = data_dir(data)
    os.environ["LINLI_DATA"] = str(directory)
    return directory


@contextmanager
def database(data: Path | None, *, say: Say = warn) -> Iterator[Engine | None]:
    """The database answers inside; progress goes to standard error. Django is not set up yet."""
    with running(use_data(data), say=say) as engine:
        yield engine


def use_django() -> None:
    """Set Django up. Call it inside `database`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en" if language() == "en" else "zh-hans")  # the house's own sentences, as ours


@contextmanager
def house(data: Path | None, *, say: Say = warn) -> Iterator[Engine | None]:
    """`database` and `use_django`: inside, models can be asked. What most commands begin with."""
    with database(data, say=say) as engine:
        use_django()
        yield engine


@contextmanager
def built_house(data: Path | None) -> Iterator[Engine | None]:
    """`house`, for commands that ask for tables: with those of this version, or a sentence and exit code 1."""
    from linli.cli.migrate import plan

    with house(data) as engine:
        if missing := len(plan()):
            warn(
                _("这个数据库还没有升级到当前版本（差 {count} 步），请先运行 linli migrate。").format(count=missing)
            )
            raise typer.Exit(1)
        yield engine


@contextmanager
def operator(data: Path | None) -> Iterator[Actor]:
    """The system from the command line; a refusal is its sentence and exit code 1."""
    with built_house(data):
        from linli.kernel.access import SYSTEM, Refused, Via, as_system

        try:
            with as_system():
                yield SYSTEM.through(Via.SHELL)
        except Refused as refused:
            for sentence in {refused.sentence, *refused.fields.values()}:
                warn(sentence)
            raise typer.Exit(1) from None
