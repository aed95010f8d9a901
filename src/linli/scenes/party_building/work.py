"""What the worker does for this scene (project/worker.py gathers it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linli.kernel.clock.now import now

from . import verbs

OFTEN: Mapping[str, Callable[[], object]] = {
    "branches' duties that were missed": lambda: verbs.find_missed(at=now()),
    "terms of owners' committees that end": lambda: verbs.find_ending(at=now()),
    "letters of transfer that expired": lambda: verbs.expire_letters(at=now()),
    "wishes that were not fulfilled in time": lambda: verbs.give_back_late(at=now()),
}
