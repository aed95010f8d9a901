"""What people do with a warning: they see it, say what it was, and close it.

A warning that opened a matter is cleared by its readings and closed by the end of its matter (`end_with`); one
without a matter is acknowledged and closed on the desk. Each verb leaves one record on the warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, look_as, require
from linli.kernel.access.prepared import read
from linli.kernel.audit.queries import story
from linli.kernel.audit.verbs import Entry, append, append_each
from linli.kernel.things.models import State as ThingState
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.cut_off import cut_off
from linli.kernel.things.queries.resting import resting

from ..models import Cause, Incident, State, Warning
from ..words import state_word

LONGEST = 1000  # characters of a note
MOST = 500
"""Rows acknowledged in one act."""

_STANDS = (State.RAISED, State.ACKNOWLEDGED)
_SAVED = [
    "state", "version", "acknowledged_at", "acknowledged_by", "cleared_at", "closed_at", "cause", "cause_note",
]  # fmt: skip
_HOLD = (
    "SELECT id FROM readings_warning WHERE matter_id = %s AND closed_at IS NULL ORDER BY rule, subject FOR UPDATE"
)


def acknowledge(*, warning_id: UUID, by: Actor, at: datetime, version: int | None = None) -> Warning:
    """确认: somebody has seen it and sees to it. The first to do so stays in the figures."""
    with _act("acknowledge", "warnings.answer", warning_id, by, at, version) as warning:
        if warning.state != State.RAISED:
            raise Conflict(_("这条预警现在是“%(state)s”，不用再确认。") % {"state": _state(warning)}, code="state")
        _acknowledged(warning, by, at)
    return warning


def acknowledge_all(
    *, warning_ids: Sequence[UUID] = (), incident_ids: Sequence[UUID] = (), by: Actor, at: datetime
) -> int:
    """确认 many at once, in a storm: those that still wait for it, and of an incident every member the actor sees;
    returns how many did. At most `MOST` rows at a time; an incident is one, however many it holds."""
    require(by, "warnings.answer")
    if len(warning_ids) + len(incident_ids) > MOST:
        raise Invalid(_("一次最多确认 %(n)d 条预警。") % {"n": MOST})
    chosen = Q(id__in=list(warning_ids)) | Q(incident_id__in=list(incident_ids))
    with transaction.atomic():
        look_as(by)
        waiting = list(
            Warning.objects.select_for_update(of=("self",))
            .filter(chosen, state=State.RAISED)
            .order_by("rule", "subject")
        )
        for warning in waiting:
            require(by, "warnings.answer", warning.place_code)
            _acknowledged(warning, by, at)
            warning.version += 1
        look_as(SYSTEM)
        changed = ["state", "version", "acknowledged_at", "acknowledged_by"]
        Warning.objects.bulk_update(waiting, changed, batch_size=500)
        entries = [
            Entry(
                w.stream, w.place_code, before={"state": "raised"}, after={"state": "acknowledged", "rule": w.rule}
            )
            for w in waiting
        ]
        append_each(entries, by=by, at=at, verb="readings.acknowledge")
        look_as(by)
    return len(waiting)


def mark(
    *, warning_id: UUID, by: Actor, at: datetime, cause: str, note: str = "", version: int | None = None
) -> Warning:
    """What it was: real, or which false alarm, with a note. Again, it corrects what was said; also after the end."""
    _check_cause(cause, note)
    with _act("mark", "warnings.answer", warning_id, by, at, version) as warning:
        warning.cause, warning.cause_note = cause, note.strip()
        if warning.state == State.RAISED:
            _acknowledged(warning, by, at)
    return warning


def clear(*, warning_id: UUID, by: Actor, at: datetime, note: str, version: int | None = None) -> Warning:
    """恢复 by a person, only where no reading can say so any more: its thing is maintained, retired, faulty, or cut
    off (every secret of it was revoked)."""
    if not note.strip():
        raise Invalid(_("还有必填的内容没有填写。"), fields={"note": _("请写明为什么由人工恢复。")})
    _check_note(note)
    with _act("clear", "warnings.close", warning_id, by, at, version, note=note.strip()) as warning:
        if warning.state not in _STANDS:
            raise Conflict(_("这条预警现在是“%(state)s”，不用再恢复。") % {"state": _state(warning)}, code="state")
        if not _speaks_no_more(warning, at):
            raise Conflict(
                _("设备还在工作，读数恢复正常后会自动恢复。设备有故障的，请先标明“设备故障”，或者登记维护。"),
                code="working",
            )
        warning.state, warning.cleared_at = State.CLEARED, at
    return warning


def close(
    *, warning_id: UUID, by: Actor, at: datetime, cause: str = "", note: str = "", version: int | None = None
) -> Warning:
    """关闭 on the desk, a warning without a matter, once its reading is normal; with what it was, where that is known."""
    if cause:
        _check_cause(cause, note)
    with _act("close", "warnings.close", warning_id, by, at, version) as warning:
        if warning.closed_at is not None:
            raise Conflict(_("这条预警已经关闭了。"), code="state")
        if warning.matter_id is not None:
            raise Conflict(_("这条预警已经开了事项，事项结案时会一起关闭。"), code="matter")
        if cause:
            warning.cause, warning.cause_note = cause, note.strip()
        if warning.state != State.CLEARED and not _speaks_no_more(warning, at):
            raise Conflict(_("读数还没有恢复正常，不能关闭。"), code="standing")
        if warning.acknowledged_at is None:
            warning.acknowledged_at, warning.acknowledged_by = at, by.account_id
        warning.state, warning.closed_at = State.CLOSED, at
    return warning


# -- what matters ask: in their transaction, with the system's eyes


@contextmanager
def held(matter_id: UUID) -> Iterator[None]:
    """A transaction that locks the open warnings of a matter first, and then what the block locks: the matter.

    The evaluator does it in this order; in another, it and a person would wait for each other.
    """
    with transaction.atomic():
        look_as(SYSTEM)
        read(_HOLD, [matter_id])
        yield


def move(from_id: UUID, to_id: UUID, *, opened_by: UUID | None = None) -> None:
    """What opened a matter belongs to another from now on: the two were merged. The record of that is the matter's.

    `opened_by` (a warning's or an incident's id) moves only what opened that matter: back, when the two are parted.
    """
    mine = Q(matter_id=from_id)
    warned, gathered = (Q(id=opened_by) | Q(incident_id=opened_by), Q(id=opened_by)) if opened_by else (Q(), Q())
    Warning.objects.filter(mine, warned, closed_at=None).update(matter_id=to_id)
    Incident.objects.filter(mine, gathered).update(matter_id=to_id)


def found(*, matter_id: UUID, by: Actor, at: datetime, cause: str, note: str) -> int:
    """What was found on the spot, of every open warning of a matter. Returns how many; the matter's verb has asked
    for permission."""
    _check_cause(cause, note)
    warnings = list(Warning.objects.filter(matter_id=matter_id, closed_at=None).order_by("rule", "subject"))
    entries = []
    for warning in warnings:
        before = {"cause": warning.cause, "state": warning.state}
        warning.cause, warning.cause_note, warning.version = cause, note, warning.version + 1
        if warning.state == State.RAISED:
            _acknowledged(warning, by, at)
        after = {"cause": cause, "state": warning.state, "rule": warning.rule}
        entries.append(Entry(warning.stream, warning.place_code, before=before, after=after))
    Warning.objects.bulk_update(warnings, _SAVED)
    append_each(entries, by=by, at=at, verb="readings.mark")
    return len(warnings)


def seen(*, matter_id: UUID, by: Actor, at: datetime) -> int:
    """Somebody goes: the open warnings of the matter are acknowledged with it."""
    warnings = list(
        Warning.objects.filter(matter_id=matter_id, state=State.RAISED, closed_at=None).order_by("rule", "subject")
    )
    for warning in warnings:
        _acknowledged(warning, by, at)
        warning.version += 1
    Warning.objects.bulk_update(warnings, _SAVED)
    entries = [
        Entry(w.stream, w.place_code, before={"state": "raised"}, after={"state": "acknowledged", "rule": w.rule})
        for w in warnings
    ]
    append_each(entries, by=by, at=at, verb="readings.acknowledge")
    return len(warnings)


def end_with(*, matter_ids: Sequence[UUID], at: datetime) -> int:
    """Close what is over of matters that have ended; the same again changes nothing. Returns how many were closed.

    What has come back meanwhile stays open (its matter is open again), and what still stands although its matter was
    declined stays on the desk until it clears.
    """
    with transaction.atomic():
        look_as(SYSTEM)
        over = (
            resting(at, "thing", "thing__place_code")
            | Q(state=State.CLEARED)
            | Q(cause=Cause.FAULT)
            | Q(thing__state=ThingState.RETIRED)
            | cut_off(at, "thing")
        )
        found = list(
            Warning.objects.select_for_update(of=("self",))
            .filter(over, matter_id__in=list(matter_ids), closed_at=None)
            .order_by("rule", "subject")
        )
        entries = []
        for warning in found:
            entries.append(
                Entry(
                    warning.stream, warning.place_code, before={"state": warning.state}, after={"state": "closed"}
                )
            )
            warning.state, warning.closed_at, warning.version = State.CLOSED, at, warning.version + 1
        Warning.objects.bulk_update(found, ["state", "closed_at", "version"], batch_size=500)
        Incident.objects.filter(matter_id__in=list(matter_ids), closed_at=None).update(closed_at=at)
        append_each(entries, by=SYSTEM, at=at, verb="readings.close")
    return len(found)


@contextmanager
def _act(
    verb: str,
    permission: str,
    warning_id: UUID,
    by: Actor,
    at: datetime,
    version: int | None,
    *,
    note: str | None = None,
) -> Iterator[Warning]:
    """One verb on one warning: seen with the actor's own eyes, locked, allowed, changed, recorded."""
    require(by, permission)
    with transaction.atomic():
        look_as(by)
        warning = Warning.objects.select_for_update(of=("self",)).filter(id=warning_id).first()
        if warning is None:
            raise NotFound(_("没有找到这条预警，或者您无权查看。"))
        require(by, permission, warning.place_code)
        if version is not None and version != warning.version:
            raise Conflict(_who_was_faster(warning), code="stale")
        look_as(SYSTEM)
        was = _watched(warning)
        yield warning
        warning.version += 1
        warning.save(update_fields=_SAVED)
        now = _watched(warning)
        changed = [name for name in now if was[name] != now[name]]
        append(
            by=by,
            at=at,
            verb=f"readings.{verb}",
            stream=warning.stream,
            place_code=warning.place_code,
            before={name: was[name] for name in changed},
            after={**{name: now[name] for name in changed}, "rule": warning.rule},
            note=note,
        )
        look_as(by)


def _watched(warning: Warning) -> dict[str, Any]:
    return {name: getattr(warning, name) for name in _SAVED if name != "version"}


def _acknowledged(warning: Warning, by: Actor, at: datetime) -> None:
    """The first who saw it stays: how soon that was is a figure of the duty."""
    warning.state = State.ACKNOWLEDGED
    if warning.acknowledged_at is None:
        warning.acknowledged_at, warning.acknowledged_by = at, by.account_id


def _speaks_no_more(warning: Warning, at: datetime) -> bool:
    if warning.cause == Cause.FAULT or warning.thing is None:
        return warning.cause == Cause.FAULT
    mute = resting(at) | cut_off(at, "pk") | Q(state=ThingState.RETIRED)
    return Thing.objects.filter(mute, pk=warning.thing.pk).exists()


def _check_cause(cause: str, note: str) -> None:
    if cause not in Cause.values:
        raise Invalid(_("请选择现场情况。"), fields={"cause": _("请从列表中选择。")})
    _check_note(note)


def _check_note(note: str) -> None:
    if len(note.strip()) > LONGEST:
        sentence = _("太长了：最多 %(most)d 字，现在有 %(n)d 字。") % {"most": LONGEST, "n": len(note.strip())}
        raise Invalid(sentence, fields={"note": sentence})


def _state(warning: Warning) -> str:
    return state_word(warning.state)


def _who_was_faster(warning: Warning) -> str:
    last = story(warning.stream).last()
    if last is None:
        return _("这条预警刚刚有了变化，请看最新情况后再处理。")
    return _("%(who)s 在 %(when)s 处理过这条预警，您看到的还是之前的情况。") % {
        "who": last.actor_name or _("系统"),
        "when": format_date(timezone.localtime(last.happened_at), _("n月j日 H:i")),
    }
