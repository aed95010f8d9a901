"""The cluster on disk: made in one step, checked before every start."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import psycopg

from linli.project.engines.account import Account, run
from linli.project.engines.binaries import MAJOR, SHARED
from linli.project.engines.conf import SUPERUSER
from linli.project.engines.faults import EngineFault
from linli.project.say import Say
from linli.project.say import gettext as _

# A new cluster takes 40 MB, its first WAL segments 32 MB more.
WAL_SEGMENT = 16 * 1024 * 1024
ROOM_FOR_NEW = 256 * 1024 * 1024
ROOM_FOR_START = 64 * 1024 * 1024


def prepare_data(data: Path) -> None:
    """Make the data directory. Raises EngineFault when it cannot be written."""
    made = not data.exists()
    try:
        data.mkdir(parents=True, exist_ok=True)
        if made:
            # As root the server's account must pass through to its cluster, but see nothing.
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise EngineFault(unwritable(data, error)) from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise EngineFault(unwritable(data, PermissionError(errno.EACCES, os.strerror(errno.EACCES))))


def unwritable(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(path)
    return _("数据目录 {path} 不能写入:{reason}。请检查权限,或用 --data(LINLI_DATA)另选目录。").format(
        path=path, reason=error.strerror or error
    )


def full(path: Path) -> str:
    free = shutil.disk_usage(path if path.exists() else path.parent).free // (1024 * 1024)
    return _("{path} 所在磁盘已满(剩余 {free} MB)。请腾出空间后再启动,已保存的数据不会丢失。").format(
        path=path, free=free
    )


def is_full(cluster: Path, error: BaseException) -> bool:
    """Whether an error says that the disk is full; or it says something else, and the disk is full.

    PostgreSQL without room for its log falls over, and whoever was connected hears only that nobody is there.
    """
    causes = [error, error.__cause__]
    if any(isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT) for cause in causes):
        return True
    if any(isinstance(cause, psycopg.errors.DiskFull) for cause in causes):
        return True
    return cluster.exists() and shutil.disk_usage(cluster).free < WAL_SEGMENT


def ensure_room(data: Path, wanted: int) -> None:
    if shutil.disk_usage(data).free < wanted:
        raise EngineFault(full(data))


def check_version(cluster: Path) -> None:
    """Raises EngineFault when the cluster was written by another major version or is no cluster at all."""
    try:
        found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EngineFault(
            _(
                "{path} 不是完整的 PostgreSQL 数据目录(读不到 PG_VERSION)。请从备份恢复,或用 --data 另选目录。"
            ).format(path=cluster)
        ) from error
    if found != str(MAJOR):
        raise EngineFault(
            _(
                "数据目录 {path} 由 PostgreSQL {found} 写成,自带的是 {major}。"
                "请用 {found} 版 pg_dump 导出后再导入,步骤见 docs/operate.md。"
            ).format(path=cluster, found=found, major=MAJOR)
        )


def create(cluster: Path, account: Account, programs: Path, say: Say, *, fast: bool) -> None:
    """A new cluster: written beside its place and then moved there, so that half a one is never found."""
    data = cluster.parent
    ensure_room(data, ROOM_FOR_NEW)
    say(_("正在新建数据库(只在第一次)…"))
    home = _home(data, account, say)
    mark = f".new-{hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]}-"
    for half in home.glob(f"{mark}*"):
        shutil.rmtree(half, ignore_errors=True)  # a start of ours that was killed half-way
    draft = Path(tempfile.mkdtemp(prefix=mark, dir=home))
    os.chown(draft, account.uid, account.gid)
    command = [str(programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C"]
    # One order of characters everywhere, whatever locales the machine has; upper and lower know Unicode.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=peer"]
    made = run([*command, *(["--no-sync"] if fast else [])], account)
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        if "No space left on device" in made.stderr:
            raise EngineFault(full(data))
        raise EngineFault(
            _("新建数据库失败(initdb):{reason}").format(reason=_last_lines(made.stderr or made.stdout))
        )
    if home == data:
        draft.rename(cluster)
        return
    kept = home / draft.name.removeprefix(".new-")
    draft.rename(kept)
    cluster.symlink_to(kept)


def _home(data: Path, account: Account, say: Say) -> Path:
    """Where a new cluster may lie: in the data directory, or where the lent account can reach it."""
    if not account.lent or account.can("-x", data):
        return data
    home = SHARED / "clusters"
    try:
        home.mkdir(parents=True, exist_ok=True)
        for folder in (SHARED, home):
            folder.chmod(0o711 if folder == home else 0o755)
    except OSError as error:
        raise EngineFault(
            _("数据库账号 {name} 进不了 {path},{home} 也不能写入:{reason}。请用 --data 另选目录。").format(
                name=account.name, path=data, home=home, reason=error.strerror
            )
        ) from error
    say(
        _("账号 {name} 进不了 {path},数据库改放在 {home},原处留一个链接。").format(
            name=account.name, path=data, home=home
        )
    )
    return home


def remove(cluster: Path) -> None:
    """Remove a cluster for good, also where it only is a link. The server must be stopped."""
    if cluster.is_symlink():
        shutil.rmtree(cluster.resolve(), ignore_errors=True)
        cluster.unlink()
    elif cluster.exists():
        shutil.rmtree(cluster)


def _last_lines(text: str, count: int = 3) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-count:])
