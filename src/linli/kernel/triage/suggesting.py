"""The model in force, held in the process: read when first asked, and again when another comes into force."""

from __future__ import annotations

from functools import cache
from threading import Lock
from uuid import UUID

import structlog

from linli.kernel.catalogue.registry import Catalogue, catalogue
from linli.kernel.triage.model import Hints, Model, TriageError
from linli.kernel.triage.models import ModelVersion
from linli.kernel.triage.store import from_bytes

log = structlog.get_logger(__name__)


class _Held:
    """One model a process; the lock keeps two threads from reading the same bytes."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.version: UUID | None = None
        self.model: Model | None = None


_held = _Held()


def in_force() -> Model | None:
    """The learned model in force, else the one begun from hints; None when nothing is declared. One cheap query."""
    version = ModelVersion.objects.filter(in_force=True).values_list("id", flat=True).first()
    if version is None:
        return from_hints(catalogue())
    with _held.lock:
        if _held.version != version:
            _held.model = _read(version)
            _held.version = version
        return _held.model or from_hints(catalogue())


def _read(version: UUID) -> Model | None:
    """None when it cannot be read, as after an upgrade that changed the lexicon: hints must do until it is learned."""
    content = ModelVersion.objects.filter(id=version).values_list("content", flat=True).get()
    try:
        return from_bytes(bytes(content))
    except TriageError as fault:
        log.warning("triage: the model in force cannot be read; suggesting from hints", error=str(fault))
        return None


@cache
def from_hints(declared: Catalogue) -> Model | None:
    """The model before any decision, made once for a catalogue."""
    hints = hints_of(declared)
    return Model.from_hints(hints) if hints else None


def hints_of(declared: Catalogue) -> Hints:
    """Each kind's Chinese name and its hint words. Reports are written in Chinese, whatever the page speaks."""
    return {name: [declared.word("matter", name, "zh"), *kind.hints] for name, kind in declared.kinds.items()}
