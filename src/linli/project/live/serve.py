"""The process: its sockets, its tasks, its end."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from .door import Door
from .hub import Hub
from .limits import KEEP_ALIVE, Places, per_account, per_process
from .visit import House, Visit
from .wheel import Wheel

_BACKLOG = 8192


def run(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    _loop()(serve(host, port))


async def serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    hub, wheel = Hub(), Wheel(KEEP_ALIVE)
    door = Door(lambda: hub.viewers)  # type: ignore[return-value,arg-type]
    house = House(hub, door, wheel, Places(per_process(), per_account()))
    server = await loop.create_server(lambda: Visit(house), host, port, backlog=_BACKLOG)
    gc.collect()
    gc.freeze()
    tasks = [loop.create_task(work) for work in (hub.follow(), door.watch(), wheel.run(hub.look))]
    stopped = loop.create_task(stop.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    server.close()
    for viewer in tuple(hub.viewers):
        viewer.end()  # type: ignore[attr-defined]
    await asyncio.sleep(0)  # what was said last goes out with this turn of the loop
    for task in tasks:
        if task.done():
            task.result()  # it never ends but by a fault, which is the process's own


def _loop() -> Callable[[Coroutine[Any, Any, None]], None]:
    """uvloop where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run
