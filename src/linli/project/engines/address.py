"""Where the database is, as Django wants to hear it. Nothing is started here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from linli.project.engines.faults import EngineFault
from linli.project.engines.paths import data_dir, socket_dir
from linli.project.say import gettext as _

ROLE = "linli"
DATABASE = "linli"


def external_url() -> str:
    """The database this installation was given (LINLI_DATABASE_URL), or "" when it brings its own."""
    return os.environ.get("LINLI_DATABASE_URL", "").strip()


def databases(data: str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """Django's DATABASES["default"]: LINLI_DATABASE_URL when set, else the socket of the data directory.

    The URL is anything libpq reads (`postgresql://user:password@host:port/name?sslmode=require`).
    Raises EngineFault when it cannot be read.
    """
    if url := external_url():
        return _from_url(url)
    return at_socket(socket_dir(data_dir(data)))


def at_socket(directory: Path) -> dict[str, Any]:
    """The same for the embedded server that listens in `directory`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": ROLE,
        "PASSWORD": "",
        "HOST": str(directory),
        "PORT": "5432",
        "OPTIONS": {},
    }


def _from_url(url: str) -> dict[str, Any]:
    try:
        parts = dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        # The URL may hold a password: it is not repeated.
        raise EngineFault(
            _(
                "LINLI_DATABASE_URL 无法识别。格式应为 postgresql://用户:密码@主机:5432/数据库,"
                "密码中的特殊字符须作百分号转义。"
            )
        ) from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", None) or parts.get("user") or DATABASE,
        "USER": parts.pop("user", None) or ROLE,
        "PASSWORD": parts.pop("password", None) or "",
        "HOST": parts.pop("host", None) or "",
        "PORT": str(parts.pop("port", None) or ""),
        "OPTIONS": parts,
    }
