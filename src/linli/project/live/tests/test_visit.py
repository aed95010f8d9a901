"""What is told to a connection that ended a moment ago is told to nobody, and is no fault of the process."""

from __future__ import annotations

import asyncio

import uvloop

from linli.project.live.door import Door
from linli.project.live.hub import Hub
from linli.project.live.limits import Places
from linli.project.live.visit import House, Visit
from linli.project.live.wheel import Wheel
from linli.project.stream import Eyes, Footing, Ticket


async def told_after_its_end() -> tuple[bool, int]:
    """Whether it was still in the hub when its connection was over, and whether it is afterwards."""
    hub, wheel, opened = Hub(), Wheel(5), []

    def visit() -> Visit:
        opened.append(Visit(House(hub, Door(lambda: ()), wheel, Places(10, 10))))
        return opened[-1]

    server = await asyncio.get_running_loop().create_server(visit, "127.0.0.1", 0)
    _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    while not opened or not hasattr(opened[0], "_transport"):
        await asyncio.sleep(0.01)
    (one,) = opened
    one.ticket = Ticket(Eyes("*", "", "", "", ""), Footing("a", "", "", ""))
    hub.join(one)
    one._place = one._hears = True
    one._house.places.take(one.ticket.footing)
    one._transport.abort()
    was_there = one in hub.viewers
    one.tell(b"x")
    one.turn()
    one.end()
    await asyncio.sleep(0.1)
    writer.close()
    server.close()
    return was_there, len(hub.viewers)


def test_what_is_told_in_the_moment_of_an_end_is_lost_and_nothing_else_is() -> None:
    assert uvloop.run(told_after_its_end()) == (True, 0)
