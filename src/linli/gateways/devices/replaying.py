"""A dead letter's payload, read again as it would be read today (settings.LINLI_READER)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings.wire import Dead, Entry

from .codecs import CODECS
from .payloads import Arrival, Model, Outcome, Sender


def read(
    sender: Sender, slots: Mapping[str, int], via: str, topic: str, codec: str, received: int, payload: bytes
) -> Sequence[tuple[Entry | None, Sequence[Dead]]]:
    """Each item's entry and what is dead of it, by the model's codec of today; by the letter's own where that keeps
    nothing, as for SenML that came to a model of another codec. None at all for a model no scene declares."""
    device = catalogue().devices.get(sender.model)
    if device is None:
        return []
    came = Arrival(via, topic, received)
    outcomes = Model(device, slots).read(sender, came, payload)
    if codec != device.codec and codec in CODECS and not _any(outcomes):
        other = Model(device, slots, codec).read(sender, came, payload)
        if _any(other):
            outcomes = other
    return [(outcome.entry, outcome.dead) for outcome in outcomes]


def _any(outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.entry is not None for outcome in outcomes)
