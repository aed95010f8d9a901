"""Start the server and wait for it, stop it, and say in plain words why it would not start."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from linli.project.engines import cluster as clusters
from linli.project.engines.account import Account, environment, run
from linli.project.engines.faults import EngineFault
from linli.project.engines.probe import State, state
from linli.project.say import Say
from linli.project.say import gettext as _

# What in a line of the server's log tells why it did not start.
TELLING = ("FATAL", "PANIC", "unrecognized", "invalid", "could not")
# A silent wait feels like a fault after about three seconds.
FIRST_WORD, NEXT_WORD = 3.0, 5.0


class Waiting:
    """Tells a waiting operator what is going on, at first after three seconds, then every five."""

    def __init__(self, say: Say, sentence: str) -> None:
        self.say, self.sentence = say, sentence
        self.started = time.monotonic()
        self.due = self.started + FIRST_WORD

    def tick(self) -> None:
        now = time.monotonic()
        if now >= self.due:
            self.say(self.sentence.format(seconds=int(now - self.started)))
            self.due = now + NEXT_WORD
        time.sleep(0.05)


def launch(cluster: Path, account: Account, programs: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start the postmaster, in a session of its own so that Ctrl-C in our terminal does not reach it."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(programs / "postgres"), "-D", str(cluster.resolve())],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, umask=0o077,
            env=environment(), **account.started_as(),
        )  # fmt: skip


def await_ready(process: subprocess.Popen[bytes], socket: Path, cluster: Path, log: Path, say: Say) -> None:
    """Wait until it answers: after a crash with much to replay that can be minutes, so there is no limit.

    Raises EngineFault when the server ends before it answers.
    """
    waiting = Waiting(say, _("数据库正在启动或恢复,已等待 {seconds} 秒…"))
    while state(socket, cluster) is not State.READY:
        if process.poll() is not None:
            raise EngineFault(_explain(cluster, log))
        waiting.tick()


def await_other(socket: Path, cluster: Path, say: Say) -> State:
    """Wait for a server that somebody else started (or is stopping) until it is READY or ABSENT."""
    waiting = Waiting(say, _("数据库正在启动或恢复,已等待 {seconds} 秒…"))
    while (now := state(socket, cluster)) is State.BUSY:
        waiting.tick()
    return now


def stop(cluster: Path, account: Account, programs: Path) -> None:
    """Stop the server in order; at once when open work keeps it longer than a minute."""
    if not (cluster / "postmaster.pid").exists():
        return
    for mode, seconds in (("fast", "60"), ("immediate", "20")):
        command = [
            str(programs / "pg_ctl"),
            "stop",
            "-D",
            str(cluster.resolve()),
            "-m",
            mode,
            "-w",
            "-t",
            seconds,
        ]
        if run(command, account).returncode == 0 or not (cluster / "postmaster.pid").exists():
            return


def _explain(cluster: Path, log: Path) -> str:
    text = "\n".join(_tail(path) for path in (_newest_log(cluster), log) if path)
    if "No space left on device" in text:
        return clusters.full(cluster.parent)
    reason = " / ".join(line for line in text.splitlines() if any(word in line for word in TELLING))
    return _("PostgreSQL 没有启动起来:{reason}。完整日志:{log} 和 {folder}").format(
        reason=reason or text.strip()[-300:] or "?", log=log, folder=cluster / "log"
    )


def _newest_log(cluster: Path) -> Path | None:
    files = sorted((cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    return files[-1] if files else None


def _tail(path: Path, size: int = 4000) -> str:
    try:
        return path.read_bytes()[-size:].decode("utf-8", "replace")
    except OSError:
        return ""
