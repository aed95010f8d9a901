"""Being told to stop: by Ctrl-C, by SIGTERM, by a terminal that was closed. Always through every `finally`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def obey() -> None:
    """For a command, at its beginning: each of them ends it in order."""
    signal.signal(signal.SIGTERM, _leave)
    # Under nohup a closed terminal is no reason to stop.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _leave)
    # A shell starts background jobs deaf to SIGINT; `kill -INT` must stop us all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def told_to_stop() -> threading.Event:
    """For a process that finishes what it has begun: set by SIGTERM and Ctrl-C, which then end nothing themselves."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    return stop


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, being told so again changes nothing: a second Ctrl-C must not leave half of it running."""
    if threading.current_thread() is not threading.main_thread():  # signals come to the main thread alone
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
