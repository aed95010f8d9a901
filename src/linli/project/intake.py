"""The intake process: devices speak MQTT to it, and hear that a reading has arrived when it is committed.

Any number may run, on one machine or several. What a killed one had not acknowledged devices send again, and the
evaluator knows it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
import ssl
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from linli.gateways.devices.bridge import Bridge, Broker, Pattern
from linli.gateways.devices.clocks import Clocks, Late
from linli.gateways.devices.mqtt.endpoint import Endpoint
from linli.gateways.devices.mqtt.listening import Listening
from linli.gateways.devices.receiving import Receiver
from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.readings import listening
from linli.kernel.readings.queries import latest
from linli.kernel.readings.streams import nats_url, stream_of
from linli.kernel.things.queries.registry import Registry

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds that what was taken may take to be committed when we are told to stop."""
LINGER = 0.03, 0.04
"""Seconds a message may wait for others to be committed with, while many come and while few do: a commit costs as much as
fifty messages."""
FOLLOWED = timedelta(minutes=1)
"""Between two looks at what devices said to other processes."""
SPARE = 200
"""Open files kept for everything but devices."""


def run(host: str, port: int, tls_port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError (a port is taken), ssl.SSLError (certificate or key), ValueError
    (the bridge's address or topics)."""
    _loop()(_serve(Listening(host, port, tls_port, tls()), bridged()))


def tls() -> ssl.SSLContext | None:
    """From LINLI_INTAKE_CERT and LINLI_INTAKE_KEY; None where there is no certificate."""
    if not settings.LINLI_INTAKE_CERT:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.LINLI_INTAKE_CERT, settings.LINLI_INTAKE_KEY or None)
    return context


def bridged() -> tuple[Broker, list[Pattern]] | None:
    """From LINLI_BRIDGE_URL and LINLI_BRIDGE_TOPICS; None where no broker is to be bridged."""
    if not settings.LINLI_BRIDGE_URL:
        return None
    topics = settings.LINLI_BRIDGE_TOPICS.split(",")
    return Broker.of(settings.LINLI_BRIDGE_URL), [Pattern.of(text) for text in topics]


def _loop() -> Callable[[Coroutine[Any, Any, None]], None]:
    """uvloop where it is installed, else asyncio's own: four fifths of what either costs is the kernel's."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _serve(where: Listening, bridge: tuple[Broker, list[Pattern]] | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    registry = Registry()
    await asyncio.to_thread(registry.load)
    stream = stream_of(nats_url() or None)
    clocks = Clocks(*await asyncio.to_thread(_known_clocks))
    receiver = Receiver(registry, stream, linger=LINGER, clocks=clocks)
    endpoint = Endpoint(registry, receiver, most=resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE)
    endpoint.start(where)
    # What stands now stays; what comes and goes is not in cycles, so it is enough to look for those now and then.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    tasks = [
        asyncio.create_task(work) for work in (receiver.run(), endpoint.run(), _listen(receiver), _follow(clocks))
    ]
    if bridge is not None:
        tasks.append(asyncio.create_task(Bridge(registry, receiver, *bridge).run()))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    endpoint.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(receiver.drain(), PATIENCE)
    await asyncio.sleep(0)  # the last acknowledgements go out with this turn of the loop
    endpoint.close()
    await asyncio.sleep(0)
    for task in (stopped, *tasks):
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
    await stream.close()


def _known_clocks() -> tuple[dict[int, int], dict[int, Late]]:
    """What each device said last, and of those whose clock was set back their last late message."""
    with as_system():
        lately = timezone.localdate(now()) - timedelta(days=1)
        late = {thing: clock.late for thing, clock in latest.set_back(lately).items() if clock.late}
        return latest.told_at(), late


async def _follow(clocks: Clocks) -> None:
    """Once a minute take over what devices said to other processes: they may come to this one, with a clock set back."""
    looked = now()
    while True:
        await asyncio.sleep(FOLLOWED.total_seconds())
        since, began = looked - FOLLOWED, now()
        try:
            clocks.told(await asyncio.to_thread(_told_since, since))
            looked = began
        except DatabaseError as error:
            log.warning("intake: cannot ask what devices said last", error=str(error).strip())


def _told_since(since: datetime) -> dict[int, int]:
    close_old_connections()
    with as_system():
        return latest.told_at(since)


async def _listen(receiver: Receiver) -> None:
    """Say about every second that devices are being heard: nobody is called silent whom nobody could hear."""
    while True:
        try:
            if not receiver.stuck:
                await asyncio.to_thread(_note)
        except DatabaseError as error:
            log.warning("intake: cannot say that it listens", error=str(error).strip())
        await asyncio.sleep(1)


def _note() -> None:
    close_old_connections()
    listening.note(now())
