"""What a killed server leaves behind, cleared away so that the next start succeeds by itself.

PostgreSQL refuses to start when the pid in postmaster.pid exists, and cannot tell a zombie, or a stranger who
got the same number, from a server. It also refuses while backends of the old server still hold its shared
memory. Both are told apart here by looking at the processes; the pid file is removed only when none lives,
because two servers on one cluster would destroy it.
"""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from linli.project.engines.paths import SOCKET_NAME
from linli.project.engines.probe import living, postmaster
from linli.project.say import Say
from linli.project.say import gettext as _

# How long backends get for each: ask, insist, force. Their postmaster is dead, so nothing they do is kept.
ORPHANS = ((signal.SIGTERM, 3.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 10.0))
# A postmaster that nobody can reach (its socket was deleted): stop in order, then at once, then kill.
UNREACHABLE = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def clear(cluster: Path, socket: Path, say: Say) -> None:
    """Make way for a start: no process of an earlier server, no file with its number that would forbid it."""
    processes = living(cluster)
    if (master := postmaster(processes)) is not None:
        say(_("原有的 PostgreSQL(进程 {pid})无法连接,正在停止它…").format(pid=master.pid))
        _end([master], UNREACHABLE)
        processes = living(cluster)
    if processes:
        say(_("正在清理上次留下的 {count} 个数据库进程…").format(count=len(processes)))
        _end(processes, ORPHANS)
    if not living(cluster):
        _forget(cluster / "postmaster.pid")
        _forget(socket / f"{SOCKET_NAME}.lock")  # the socket directory is this cluster's alone


def _end(processes: list[psutil.Process], steps: tuple[tuple[signal.Signals, float], ...]) -> None:
    for number, patience in steps:
        for process in processes:
            try:
                process.send_signal(number)
            except psutil.Error:
                continue
        _gone, processes = psutil.wait_procs(processes, timeout=patience)
        processes = [process for process in processes if _alive(process)]
        if not processes:
            return


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _forget(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text(encoding="ascii").split("\n", 1)[0])
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        pid = 0
    # A number nobody has is left to PostgreSQL's own check, which also looks at the shared memory.
    if pid == 0 or psutil.pid_exists(pid):
        pid_file.unlink(missing_ok=True)
