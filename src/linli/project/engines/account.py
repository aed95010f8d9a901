"""Under which account the server runs. PostgreSQL refuses root, so root lends it an unprivileged one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.project.engines.faults import EngineFault
from linli.project.say import gettext as _

SYSTEM_USER = "linli-engine"


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server; `lent` when we are root and step down to it."""

    uid: int
    gid: int
    name: str
    lent: bool

    def started_as(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a program under this account, in a directory it can read."""
        place: dict[str, Any] = {"cwd": "/"}
        return place | ({"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {})

    def can(self, flag: str, path: Path) -> bool:
        """Whether the account itself reaches `path`: `test -r`, `-w` or `-x`, asked under that account."""
        return run(["test", flag, str(path)], self).returncode == 0


def run(command: Sequence[str], account: Account) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs to its end, under the account, deaf to our own PG* variables."""
    try:
        return subprocess.run(
            command, capture_output=True, text=True, env=environment(), umask=0o077, check=False,
            stdin=subprocess.DEVNULL, **account.started_as(),
        )  # fmt: skip
    except PermissionError as error:
        if not account.lent:
            raise
        raise EngineFault(
            _(
                "当前是 root,但系统不允许切换到账号 {name}(PostgreSQL 不能以 root 运行)。请改用普通用户运行。"
            ).format(name=account.name)
        ) from error


def environment() -> dict[str, str]:
    """What the server may see of our environment: no PG* settings, no language but C, no secrets of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def server_account(cluster: Path) -> Account:
    """Ourselves; as root the owner of the cluster, or a system account of its own for a new one.

    Raises EngineFault when the cluster belongs to another user, or root cannot make the account.
    """
    me = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else None
    if me != 0:
        if owner not in (None, me):
            raise EngineFault(
                _("数据目录 {path} 属于用户 {owner}。请以该用户运行,或用 --data 另选目录。").format(
                    path=cluster.parent, owner=_name(owner or 0)
                )
            )
        return Account(me, os.getegid(), _name(me), lent=False)
    entry = pwd.getpwuid(owner) if owner and _known(owner) else _system_user()
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, lent=True)


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name if _known(uid) else str(uid)


def _system_user() -> pwd.struct_passwd:
    name = os.environ.get("LINLI_ENGINE_USER", SYSTEM_USER)
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", "--user-group", name]
    else:
        command = ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", name]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        reason = made.stderr.strip()
    except OSError as error:
        reason = str(error)
    try:
        return pwd.getpwnam(name)  # also when another start made it a moment before us
    except KeyError:
        raise EngineFault(
            _(
                "当前是 root,而 PostgreSQL 不能以 root 运行,系统账号 {name} 又无法创建({reason})。"
                "请改用普通用户运行,或用 LINLI_ENGINE_USER 指定一个已有的普通账号。"
            ).format(name=name, reason=reason or "useradd")
        ) from None
