"""The model in force, held in the process: read when first asked, and again when another comes into force."""

from __future__ import annotations

import hashlib
import json
from threading import Lock
from uuid import UUID

import structlog
from django.db import transaction

from linli.kernel.catalogue.registry import Catalogue, catalogue
from linli.kernel.triage.model import Hints, Model, TriageError
from linli.kernel.triage.models import Beginning, ModelVersion
from linli.kernel.triage.store import FORMAT, from_bytes, lexicon_mark, to_bytes
from linli.kernel.triage.text import Message

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


def from_hints(declared: Catalogue) -> Model | None:
    """The model before any decision. Made once for an installation, by the worker when it starts (`prepare`) or by
    whoever asks first; read once by every process."""
    hints = hints_of(declared)
    if not hints:
        return None
    mark = _mark(hints)
    with _begun_lock:
        if mark not in _begun:
            _begun[mark] = _stored(mark) or _make(mark, hints)
        return _begun[mark]


def prepare() -> None:
    """Have the first model ready before somebody asks."""
    in_force()


def warm_up() -> bool:
    """Have everything loaded that a suggestion needs, the sentence encoder included; False when there is no model."""
    model = in_force()
    if model is not None:
        model.suggest(Message("路灯不亮", "路灯三天不亮"), 1)
    return model is not None


_begun: dict[str, Model] = {}
_begun_lock = Lock()


def _mark(hints: Hints) -> str:
    said = json.dumps([FORMAT, lexicon_mark(), sorted(hints.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _stored(mark: str) -> Model | None:
    content = Beginning.objects.filter(mark=mark).values_list("content", flat=True).first()
    return from_bytes(bytes(content)) if content else None


def _make(mark: str, hints: Hints) -> Model:
    model = Model.from_hints(hints)
    with transaction.atomic():
        Beginning.objects.exclude(mark=mark).delete()
        Beginning.objects.get_or_create(mark=mark, defaults={"content": to_bytes(model)})
    return model


def hints_of(declared: Catalogue) -> Hints:
    """Each kind's Chinese name and its hint words. Reports are written in Chinese, whatever the page speaks."""
    return {name: [declared.word("matter", name, "zh"), *kind.hints] for name, kind in declared.kinds.items()}
