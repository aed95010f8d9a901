"""One server for all who need it: the first starts it, the last who leaves stops it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg import sql

from linli.project.engines import cluster as clusters
from linli.project.engines import conf, leftovers, probe, server
from linli.project.engines.account import Account, server_account
from linli.project.engines.address import DATABASE, ROLE, at_socket, external_url
from linli.project.engines.binaries import programs as find_programs
from linli.project.engines.faults import EngineFault
from linli.project.engines.paths import claim_socket_dir, data_dir, socket_dir
from linli.project.say import Say
from linli.project.say import gettext as _
from linli.project.signals import undisturbed


class Engine:
    """A running server of one data directory, and our claim on it. Use `Engine.ensure` or `running`."""

    def __init__(self, data: Path, *, say: Say, fast: bool) -> None:
        self.data, self.say, self.fast = data, say, fast
        self.cluster = data / "postgres"
        self.started = False
        self.account: Account = server_account(self.cluster)
        self.programs = find_programs(self.account, say)
        self._claim = -1

    @classmethod
    def ensure(cls, data: str | os.PathLike[str] | None = None, *, say: Say = print, fast: bool = False) -> Engine:
        """Return when the server of this data directory answers, starting or recovering it as needed.

        Two who call this at once share one server. `fast` gives up safety against a machine crash, for tests.
        Raises EngineFault with a sentence for the operator.
        """
        directory = data_dir(data)
        clusters.prepare_data(directory)
        try:
            engine = cls(directory, say=say, fast=fast)
            with engine._alone():
                engine._claim = _shared(directory / "engine.users")
                try:
                    engine._start_or_join()
                    engine._ensure_role_and_database()
                except BaseException:
                    engine._withdraw()
                    raise
        except OSError as error:
            raise EngineFault(clusters.unwritable(directory, error)) from error
        return engine

    @property
    def socket(self) -> Path:
        return socket_dir(self.data)

    @property
    def dsn(self) -> str:
        """For libpq, as the application's role (which row level security binds)."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={self.socket}&port=5432"

    @property
    def superuser_dsn(self) -> str:
        """For libpq, as the superuser: administration and tests only."""
        return f"postgresql://{conf.SUPERUSER}@/{DATABASE}?host={self.socket}&port=5432"

    @property
    def databases(self) -> dict[str, Any]:
        """Django's DATABASES["default"]."""
        return at_socket(self.socket)

    def answers(self) -> bool:
        """Whether the server answers now."""
        return probe.state(self.socket, self.cluster) is probe.State.READY

    def heal(self) -> None:
        """Start the server again if it died. For whoever supervises it; returns when it answers."""
        with self._alone():
            self._start_or_join()

    def leave(self) -> bool:
        """Give up our claim; stop the server when nobody else has one. True when it was stopped."""
        if self._claim < 0:
            return False
        with self._alone():
            return self._withdraw()

    def _withdraw(self) -> bool:
        os.close(self._claim)
        self._claim = -1
        if not _nobody(self.data / "engine.users"):
            return False
        server.stop(self.cluster, self.account, self.programs)
        self._reap()
        with suppress(OSError):
            self.socket.rmdir()
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one may start or stop a server of this data directory at a time."""
        with _exclusive(self.data / "engine.lock", self.say):
            yield

    def _start_or_join(self) -> None:
        if self.cluster.exists():
            clusters.check_version(self.cluster)
            if server.await_other(self.socket, self.cluster, self.say) is probe.State.READY:
                return
            self._reap()
            clusters.ensure_room(self.cluster, clusters.ROOM_FOR_START)
            leftovers.clear(self.cluster, self.socket, self.say)
        else:
            if self.cluster.is_symlink():
                raise EngineFault(
                    _("{path} 指向的数据库目录 {target} 不存在。请从备份恢复,或删除这个链接重新开始。").format(
                        path=self.cluster, target=self.cluster.readlink()
                    )
                )
            clusters.create(self.cluster, self.account, self.programs, self.say, fast=self.fast)
        self._start()

    def _start(self) -> None:
        socket = claim_socket_dir(self.data, uid=self.account.uid, gid=self.account.gid)
        conf.install(self.cluster, self.account, socket, fast=self.fast)
        log = self.data / "engine.log"
        self._process = server.launch(self.cluster, self.account, self.programs, log)
        self.started = True
        server.await_ready(self._process, socket, self.cluster, log, self.say)

    def _reap(self) -> None:
        """If we are the server's parent and it ended, take note, or it stays a zombie."""
        if self.started:
            with suppress(Exception):
                self._process.wait(timeout=5)

    def _ensure_role_and_database(self) -> None:
        """The role is no superuser and owns the database: row level security (forced) binds it."""
        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        with probe.connect(self.socket) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                make = "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB"
                connection.execute(sql.SQL(make).format(role))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


@contextmanager
def running(
    data: str | os.PathLike[str] | None = None, *, say: Say = print, fast: bool = False
) -> Iterator[Engine | None]:
    """The database answers inside this block. With LINLI_DATABASE_URL nothing is started (None)."""
    if external_url():
        yield None
        return
    engine = Engine.ensure(data, say=say, fast=fast)
    try:
        yield engine
    finally:
        with undisturbed():
            engine.leave()


def reset(data: str | os.PathLike[str] | None = None) -> None:
    """Remove everything in a data directory. Raises EngineFault while somebody uses it."""
    directory = data_dir(data)
    if not directory.exists():
        return
    users = directory / "engine.users"
    if users.exists() and not _nobody(users):
        raise EngineFault(_("{path} 正在被使用,不能清空。请先停止正在运行的 Linli。").format(path=directory))
    known = ("postgres", "engine.users", "engine.lock", "engine.socket", "engine.log")
    cluster = directory / "postgres"
    if cluster.exists():
        leftovers.clear(cluster, socket_dir(directory), lambda _sentence: None)
    clusters.remove(cluster)
    for name in known[1:]:
        (directory / name).unlink(missing_ok=True)


def _shared(path: Path) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _nobody(path: Path) -> bool:
    """Whether no process holds a claim. The kernel drops the claim of a killed one, so counts cannot go stale."""
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


@contextmanager
def _exclusive(path: Path, say: Say) -> Iterator[None]:
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(_("另一个 Linli 正在启动或停止这个数据库,稍候…"))
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
