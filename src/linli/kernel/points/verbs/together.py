"""Whoever writes at the same moment writes together: one statement, one flush to disk, an answer for each.

A balance is held until its transaction is on the disk, so writers of one account follow each other as fast as the disk, and no
faster. Those of one process who come while another's statement is on its way are therefore carried out by the next statement,
all at once, on the connection of the first of them. Who comes alone is written at once; who comes right after several waits
for them to come back, for as long as a flush takes and no longer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from django.db import connection
from django.utils.translation import get_language, override

from linli.kernel.access import Refused

from .common import Side, sides
from .orders import Asked, Outcome, at_once

log = structlog.get_logger(__name__)

MOST = 64
"""Orders in one statement: enough for the threads of a process, and short enough to hold accounts for."""

LINGER = 0.002
"""Seconds to wait for as many as there were the last time."""

Make = Callable[[Mapping[UUID, Side]], Asked]
"""Judges who may, knowing the accounts that are there, and says what is to be written. Raises Refused."""

Answer = tuple[Asked, Outcome]


@dataclass(eq=False, slots=True)
class _Waiting:
    """One who writes, and their thread. They wake with an answer, or refused; or they lead: they are to carry out what waits
    now. With none of these, what they were written with came to nothing, and they write alone."""

    accounts: Sequence[UUID]
    make: Make
    language: str | None = field(default_factory=get_language)
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    answer: Answer | None = None
    refused: Refused | None = None


class _Queue:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.came = threading.Condition(self.lock)
        self.waiting: deque[_Waiting] = deque()
        self.led = False
        self.last = 1

    def join(self, one: _Waiting) -> None:
        with self.lock:
            self.waiting.append(one)
            if not self.led:
                self.led = one.leads = True
            elif len(self.waiting) >= self.last:
                self.came.notify()

    def batch(self) -> list[_Waiting]:
        with self.lock:
            if self.last > 1:
                self.came.wait_for(lambda: len(self.waiting) >= self.last, LINGER)
            self.last = min(MOST, len(self.waiting))
            return [self.waiting.popleft() for _ in range(self.last)]

    def hand_on(self) -> None:
        with self.lock:
            self.led = bool(self.waiting)
            if self.led:
                self.waiting[0].leads = True
                self.waiting[0].woken.set()


_queues: dict[str, _Queue] = {}
_queues_lock = threading.Lock()


def together(accounts: Sequence[UUID], make: Make) -> Answer:
    """Looks at the accounts, lets `make` say what is to be written, and writes it: in the transaction that is open, or with
    those who come at the same moment in one of their own.

    What the database refuses altogether (a lost connection, a broken constraint) is asked again by each alone: one who fails
    takes nobody along, and the key of an order sees to it that nothing is written twice. Raises what `make` raises.
    """
    if connection.in_atomic_block:
        return _alone(accounts, make)
    queue, one = _queue(), _Waiting(accounts, make)
    queue.join(one)
    if not one.leads:
        one.woken.wait()
    if one.leads:
        _lead(queue, one)
    if one.refused is not None:
        raise one.refused
    return one.answer or _alone(accounts, make)


def _alone(accounts: Sequence[UUID], make: Make) -> Answer:
    asked = make(sides(*accounts))
    return asked, at_once([asked])[0]


def _lead(queue: _Queue, own: _Waiting) -> None:
    batch = queue.batch()  # its own is the first of them
    try:
        if len(batch) == 1:
            own.answer = _alone(own.accounts, own.make)
        else:
            _carry_out(batch)
    except Exception as error:
        if len(batch) == 1:
            raise
        log.info("points.alone", orders=len(batch), error=repr(error))  # whose it is shows when each writes alone
    finally:
        queue.hand_on()
        for one in batch:
            if one is not own:
                one.woken.set()


def _carry_out(batch: Sequence[_Waiting]) -> None:
    known = sides(*{account for one in batch for account in one.accounts})
    made: list[tuple[_Waiting, Asked]] = []
    for one in batch:
        with override(one.language):  # what is refused is said in the language of whoever asked
            try:
                made.append((one, one.make(known)))
            except Refused as refused:
                one.refused = refused
            except Exception as error:  # theirs, and they meet it when they write alone
                log.info("points.alone", orders=1, error=repr(error))
    made.sort(key=lambda pair: pair[1].order.key)  # two statements meet keys in the same order
    if made:
        for (one, asked), outcome in zip(made, at_once([asked for _one, asked in made]), strict=True):
            one.answer = asked, outcome


def _queue() -> _Queue:
    """The queue of the database that this thread writes to."""
    name = str(connection.settings_dict["NAME"])
    with _queues_lock:
        return _queues.setdefault(name, _Queue())
