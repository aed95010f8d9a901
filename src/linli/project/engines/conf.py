"""The settings of the embedded server, in a file of our own that postgresql.conf includes."""

from __future__ import annotations

import os
from pathlib import Path

from linli.project.engines.account import Account
from linli.project.engines.address import ROLE
from linli.project.engines.paths import write

MIB = 1024 * 1024
SUPERUSER = "postgres"
INCLUDE = "include_if_exists = 'linli.conf'"


def memory() -> int:
    """Bytes of memory this machine (or its container) has."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            return min(machine, int(Path(limit).read_text()))
        except (OSError, ValueError):  # no such controller, or "max"
            continue
    return machine


def settings(*, fast: bool, memory_bytes: int) -> dict[str, str]:
    """The server's settings. `fast` is for tests only: a crash of the machine may lose everything."""
    buffers = max(32, min(2048, memory_bytes // MIB // 4)) if not fast else 128
    chosen = {
        "listen_addresses": "''",
        "max_connections": "100",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(64, memory_bytes // MIB // 2)}MB",
        "max_wal_size": "1GB",
        "wal_compression": "pglz",
        "random_page_cost": "1.1",
        "jit": "off",
        "synchronous_commit": "on",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",  # our own code reads them when a start fails
        # A week of logs, one file a day, written over by the same day of the next week.
        "logging_collector": "on",
        "log_directory": "'log'",
        "log_filename": "'postgres-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "log_min_duration_statement": "2s",
    }
    if _shared_memory_is_small():
        # Containers give /dev/shm 64 MB; a parallel query would fail with "No space left on device".
        chosen["dynamic_shared_memory_type"] = "mmap"
    if fast:
        chosen |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_wal_size": "4GB",
        }
    return chosen


def _shared_memory_is_small() -> bool:
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size only
    except OSError:
        return False
    return room.f_frsize * room.f_blocks < 1024 * MIB


def install(cluster: Path, account: Account, socket: Path, *, fast: bool) -> None:
    """Write the settings and who may connect: over the socket only, our own account and root, nobody else."""
    chosen = settings(fast=fast, memory_bytes=memory())
    chosen["unix_socket_directories"] = f"'{socket}'"
    chosen["unix_socket_permissions"] = "0700"
    lines = [f"{name} = {value}" for name, value in chosen.items()]
    _put(
        cluster / "linli.conf",
        ["# Written by Linli at every start; put your own in postgresql.conf", *lines],
        account,
    )
    main = cluster / "postgresql.conf"
    text = main.read_text(encoding="utf-8")
    if INCLUDE not in text:
        # Before everything else, so that what an operator writes in postgresql.conf wins.
        kept = [line for line in text.splitlines() if not _sets(line, chosen)]
        _put(main, [INCLUDE, *kept], account)
    _put(cluster / "pg_hba.conf", ["local all all peer map=linli"], account)
    people = sorted({account.name, "root"})
    _put(
        cluster / "pg_ident.conf",
        [f'linli "{person}" {role}' for person in people for role in (SUPERUSER, ROLE)],
        account,
    )


def _sets(line: str, chosen: dict[str, str]) -> bool:
    """Whether a line of initdb's postgresql.conf sets one of ours (it would win over the included file)."""
    return line.split("=")[0].strip().lower() in chosen


def _put(path: Path, lines: list[str], account: Account) -> None:
    owner = {"uid": account.uid, "gid": account.gid} if account.lent else {}
    write(path, "\n".join(lines) + "\n", mode=0o600, **owner)
