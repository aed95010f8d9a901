"""What the worker does for this scene (project/worker.py gathers it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from linli.kernel.clock.now import now

from . import verbs

OFTEN: Mapping[str, Callable[[], object]] = {
    "charges nobody agreed to": lambda: verbs.lapse_charges(at=now()),
    "volunteers' shifts that are over": lambda: verbs.close_over(at=now()),
}
