"""Is a server there? Only a connection is believed: pid files lie after a kill, and zombies look alive."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import psutil
import psycopg

from linli.project.engines.conf import SUPERUSER
from linli.project.engines.faults import EngineFault
from linli.project.say import gettext as _

# PostgreSQL's messages of SQLSTATE 57P03 (and of 57P01, a backend that is being stopped)
CANNOT_CONNECT_NOW = (
    "starting up", "shutting down", "recovery", "not accepting connections", "terminating connection",
)  # fmt: skip


PATIENCE = 10
"""Seconds a server has to let us in."""


class State(Enum):
    READY = "answers queries"
    BUSY = "is there, but starting, recovering, shutting down, or slower than our patience"
    ABSENT = "does not answer"


def connect(socket: Path, *, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """A superuser's connection through the socket."""
    return psycopg.connect(
        host=str(socket), port=5432, user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=PATIENCE,
        application_name="linli engine",
    )  # fmt: skip


def state(socket: Path, cluster: Path) -> State:
    """How the server at `socket` is. Raises EngineFault when the socket is another cluster's, or refuses us."""
    if not socket.is_dir():
        return State.ABSENT
    try:
        with connect(socket) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.errors.ConnectionTimeout:
        # Somebody took the connection and did not come to answer. Taken for dead it would be stopped and started anew, and
        # every page of that moment would fail because the machine was loaded.
        return State.BUSY
    except psycopg.OperationalError as error:
        # psycopg has no SQLSTATE for a failed connection; the server's words are English (lc_messages C).
        reason = str(error)
        if "FATAL" not in reason:
            return State.ABSENT  # nobody answered, or it ended while answering
        if any(word in reason for word in CANNOT_CONNECT_NOW):
            return State.BUSY
        raise EngineFault(_("PostgreSQL 在运行,但拒绝连接:{reason}").format(reason=reason.strip())) from error
    if row is None or Path(str(row[0])).resolve() != cluster.resolve():
        raise EngineFault(_("{socket} 上的 PostgreSQL 属于另一个数据目录。请先停止它。").format(socket=socket))
    return State.READY


def living(cluster: Path) -> list[psutil.Process]:
    """Every living process of a server of this cluster: they all work in its directory. Zombies are not alive."""
    home, found = str(cluster.resolve()), []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and process.cwd() == home and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, OSError):
            continue  # gone meanwhile, or of another user, so not of ours
    return found


def postmaster(processes: list[psutil.Process]) -> psutil.Process | None:
    """The one among them that started the others."""
    pids = {process.pid for process in processes}
    for process in processes:
        try:
            if process.ppid() not in pids and "-D" in process.cmdline():
                return process
        except psutil.Error:
            continue
    return None
