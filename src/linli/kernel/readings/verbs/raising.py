"""Writing down what rules found: warnings, and the incidents that gather a storm of them.

The evaluator calls `apply` in the transaction that writes the readings and the rules' states, with the system's eyes.
That a warning stands once is held by the database (`one_open_warning_of_a_rule_on_a_thing`), whoever calls.

Locks are taken in one order: open warnings (by rule and subject), incidents, matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
import structlog
from django.db import transaction

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.access.prepared import ask, read
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.verbs import Entry, append_each

from ..models import State
from ..raised import Opens, Outcome, Raised, Told
from .opening import Wanting, open_each

log = structlog.get_logger(__name__)

TOGETHER = timedelta(minutes=10)
"""So long after its last member an incident takes another one; after that it is a new one."""
STORM = 100
"""More changes than this of one incident at once leave one record on the incident, not one on each warning."""

_STANDING = """
SELECT w.id, w.rule, w.subject, w.state, w.severity, w.highest, w.incident_id, w.matter_id
FROM readings_warning w JOIN unnest(%s::text[], %s::text[]) k(rule, subject)
  ON w.rule = k.rule AND w.subject = k.subject
WHERE w.closed_at IS NULL ORDER BY w.rule, w.subject FOR UPDATE OF w
"""
_CLOSED_AT = """
SELECT DISTINCT ON (w.rule, w.subject) w.rule, w.subject, w.severity
FROM readings_warning w JOIN unnest(%s::text[], %s::text[]) k(rule, subject)
  ON w.rule = k.rule AND w.subject = k.subject
ORDER BY w.rule, w.subject, w.raised_at DESC
"""
_FULL = """
UPDATE readings_incident i SET closed_at = %s FROM unnest(%s::text[], %s::text[]) k(rule, place)
WHERE i.rule = k.rule AND i.place_code = k.place AND i.closed_at IS NULL AND i.last_at < %s::timestamptz
"""
_GATHER = """
INSERT INTO readings_incident (id, rule, place_code, severity, opened_at, last_at, members)
SELECT k.id, k.rule, k.place, k.severity, %s::timestamptz, %s::timestamptz, k.n
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::int[]) k(id, rule, place, severity, n)
ORDER BY k.rule, k.place
ON CONFLICT (rule, place_code) WHERE closed_at IS NULL DO UPDATE SET last_at = excluded.last_at,
  members = readings_incident.members + excluded.members,
  severity = greatest(readings_incident.severity, excluded.severity)
RETURNING id, rule, place_code, matter_id
"""
_RAISE = """
INSERT INTO readings_warning (id, rule, subject, thing_id, place_code, severity, highest, raised_at, recorded_at,
  says, incident_id, matter_id, state, version, times, cause, cause_note, trouble)
SELECT k.id, k.rule, k.subject, k.thing, k.place, k.severity, k.severity, k.raised_at, %s::timestamptz, k.says::jsonb,
  k.incident, k.matter, 'raised', 1, 1, '', '', ''
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::int[], %s::timestamptz[], %s::text[],
  %s::uuid[], %s::uuid[]) k(id, rule, subject, thing, place, severity, raised_at, says, incident, matter)
ON CONFLICT (rule, subject) WHERE closed_at IS NULL DO UPDATE SET times = readings_warning.times + 1
RETURNING id, times
"""
_CHANGE = """
UPDATE readings_warning w SET state = k.state, severity = k.severity, highest = greatest(w.highest, k.severity),
  says = CASE WHEN k.state = 'cleared' THEN w.says || jsonb_build_object('cleared', k.says::jsonb) ELSE k.says::jsonb END,
  cleared_at = k.cleared_at, times = w.times + k.again, version = w.version + 1
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::text[], %s::timestamptz[], %s::int[])
  k(id, state, severity, says, cleared_at, again) WHERE w.id = k.id
"""
_GRAVER = """
UPDATE readings_incident i SET severity = k.severity FROM unnest(%s::uuid[], %s::int[]) k(id, severity)
WHERE i.id = k.id AND i.severity < k.severity
"""


class _Standing:
    """An open warning as `_STANDING` finds it."""

    __slots__ = ("highest", "id", "incident_id", "matter_id", "severity", "state")

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.id, _rule, _subject, self.state, self.severity, self.highest, self.incident_id, self.matter_id = row


def apply(changes: Sequence[Raised], *, at: datetime, open_matter: Opens | None = None) -> Outcome:
    """Write down a batch of changes and say what is new. In the caller's transaction.

    `open_matter` is called once for each new incident (for each new warning of a rule that gathers nothing) of a rule
    that opens a matter. When it fails the warning stands all the same, with its `trouble`; `opening.open_owed` tries again.
    A warning that comes back before it was closed is the same one, `times` + 1.
    """
    outcome = Outcome()
    with transaction.atomic():
        look_as(SYSTEM)
        for batch in _rounds(changes):
            _apply_once(batch, at, open_matter, outcome)
    return outcome


def _rounds(changes: Sequence[Raised]) -> list[list[Raised]]:
    """The changes in as many rounds as one subject changes, so that within a round each has one change at most."""
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    rounds: list[list[Raised]] = []
    for change in changes:
        key = (change.rule.name, change.subject)
        if seen[key] == len(rounds):
            rounds.append([])
        rounds[seen[key]].append(change)
        seen[key] += 1
    return rounds


def _apply_once(batch: list[Raised], at: datetime, open_matter: Opens | None, outcome: Outcome) -> None:
    standing = _standing(batch)
    new: list[Raised] = []
    changed: list[tuple[Raised, _Standing, str]] = []
    lost: list[Raised] = []
    for change in batch:
        found = standing.get((change.rule.name, change.subject))
        if found is None:
            {"raise": new, "step": lost}.get(change.what, []).append(change)
            outcome.unheard += change.what == "clear"
        elif verdict := _verdict(change, found):
            changed.append((change, found, verdict))
    new += _graver_than_before(lost, outcome)
    if changed:
        _change(changed, at, outcome)
    if new:
        _raise(new, at, open_matter, outcome)


def _verdict(change: Raised, found: _Standing) -> str:
    """What the change is to a warning that stands: again, stepped, cleared, or nothing ("")."""
    if change.what == "clear":
        return "cleared" if found.state != State.CLEARED else ""
    if found.state == State.CLEARED:
        return "again"
    return "stepped" if change.severity != found.severity else ""


def _standing(batch: Sequence[Raised]) -> dict[tuple[str, str], _Standing]:
    rows = read(_STANDING, [[c.rule.name for c in batch], [c.subject for c in batch]])
    return {(row[1], row[2]): _Standing(row) for row in rows}


def _graver_than_before(lost: Sequence[Raised], outcome: Outcome) -> list[Raised]:
    """Steps of a warning that a person has closed although the rule still holds: graver than it was, it is new."""
    if not lost:
        return []
    rows = read(_CLOSED_AT, [[c.rule.name for c in lost], [c.subject for c in lost]])
    before = {(rule, subject): severity for rule, subject, severity in rows}
    graver = [c for c in lost if c.severity > before.get((c.rule.name, c.subject), 0)]
    outcome.unheard += len(lost) - len(graver)
    return graver


# -- warnings that stand already


def _change(changed: Sequence[tuple[Raised, _Standing, str]], at: datetime, outcome: Outcome) -> None:
    rows = []
    for change, found, what in changed:
        # Graver than anybody has acknowledged, or back again: it wants to be seen anew.
        anew = what == "again" or (what == "stepped" and change.severity > found.highest)
        state = State.CLEARED if what == "cleared" else State.RAISED if anew else found.state
        severity = found.severity if what == "cleared" else change.severity
        cleared = _instant(change) if what == "cleared" else None
        rows.append((found.id, str(state), severity, _says(change), cleared, int(what == "again")))
    ids, states, severities, says, cleared_at, again = (list(column) for column in zip(*rows, strict=True))
    ask(_CHANGE, [ids, states, _ints(severities), says, _instants(cleared_at), _ints(again)])
    if graver := {f.incident_id: c.severity for c, f, w in changed if f.incident_id and w != "cleared"}:
        ask(_GRAVER, [_ids(list(graver)), _ints(graver.values())])
    for change, found, what in changed:
        if found.matter_id:
            outcome.told.append(_told(change, found.id, found.matter_id, what, found.severity))
    for what in ("again", "stepped", "cleared"):
        of_what = [(c, f.id, f.incident_id) for c, f, w in changed if w == what]
        _record(of_what, f"readings.{what}", at)


# -- new ones


def _raise(new: Sequence[Raised], at: datetime, open_matter: Opens | None, outcome: Outcome) -> None:
    incidents = _gather(new, at)
    rows, mine = [], list[tuple[Raised, UUID, UUID | None]]()
    for change in new:
        incident, matter = incidents.get(_gathered(change), (None, None))
        warning_id = uuid7()
        rows.append(
            (
                warning_id, change.rule.name, change.subject, change.thing_id, change.place_code, change.severity,
                _instant(change), _says(change), incident, matter,
            )
        )  # fmt: skip
        mine.append((change, warning_id, incident))
        if matter:
            outcome.told.append(_told(change, warning_id, matter, "joined"))
    ids, rules, subjects, things, codes, severities, instants, says, of, matters = map(
        list, zip(*rows, strict=True)
    )
    ask(
        _RAISE,
        [at, ids, rules, subjects, _ids(things), codes, _ints(severities), _instants(instants), says, _ids(of),
         _ids(matters)],
    )  # fmt: skip
    outcome.raised += ids
    _record(mine, "readings.raise", at)
    if open_matter:
        outcome.opened += open_each(_wanting(mine, incidents), at=at, open_matter=open_matter)


def _gathered(change: Raised) -> tuple[str, str]:
    """Which incident a change belongs to; a rule that gathers nothing has none."""
    return change.rule.name, change.place_code[: change.rule.gathers] if change.rule.gathers else ""


def _gather(new: Sequence[Raised], at: datetime) -> dict[tuple[str, str], tuple[UUID, UUID | None]]:
    """The incidents of new warnings, with the matter each has already; made where there is none that takes more."""
    groups: dict[tuple[str, str], list[Raised]] = {}
    for change in new:
        if change.rule.gathers:
            groups.setdefault(_gathered(change), []).append(change)
    if not groups:
        return {}
    rules, codes = [rule for rule, _place in groups], [place for _rule, place in groups]
    ask(_FULL, [at, rules, codes, at - TOGETHER])
    rows = read(
        _GATHER,
        [
            at, at, [uuid7() for _ in groups], rules, codes,
            _ints(max(c.severity for c in group) for group in groups.values()),
            _ints(len(group) for group in groups.values()),
        ],
    )  # fmt: skip
    return {(rule, place): (key, matter) for key, rule, place, matter in rows}


def _wanting(
    mine: Sequence[tuple[Raised, UUID, UUID | None]], incidents: dict[tuple[str, str], tuple[UUID, UUID | None]]
) -> list[Wanting]:
    """Warnings that want a matter: of an incident one together, if it has none yet."""
    groups: dict[UUID, Wanting] = {}
    for change, warning_id, incident in mine:
        if change.rule.opens and not incidents.get(_gathered(change), (None, None))[1]:
            key = incident or warning_id
            groups.setdefault(key, Wanting(key, incident)).add(change, warning_id)
    return list(groups.values())


# -- records


def _record(changes: Sequence[tuple[Raised, UUID, UUID | None]], verb: str, at: datetime) -> None:
    """A record on each warning; of a storm, one on the incident."""
    by_incident: dict[UUID | None, list[tuple[Raised, UUID, UUID | None]]] = {}
    for one in changes:
        by_incident.setdefault(one[2], []).append(one)
    entries = []
    for incident, group in by_incident.items():
        if incident and len(group) > STORM:
            first = group[0][0]
            entries.append(
                Entry(
                    f"incident:{incident}",
                    first.place_code[: first.rule.gathers],
                    after={
                        "rule": first.rule.name,
                        "count": len(group),
                        "severity": max(c.severity for c, *_ in group),
                    },
                )
            )
        else:
            entries += [
                Entry(
                    f"warning:{warning_id}",
                    change.place_code,
                    after={
                        "rule": change.rule.name,
                        "severity": change.severity,
                        "at": _instant(change),
                        "says": dict(change.says),
                    },
                )
                for change, warning_id, _incident in group
            ]
    append_each(entries, by=SYSTEM, at=at, verb=verb)


def _told(change: Raised, warning_id: UUID, matter_id: UUID, what: str, was: int = 0) -> Told:
    rule, says = change.rule.name, change.says
    return Told(cast(Any, what), matter_id, warning_id, change.name, rule, change.severity, says, was)


# -- values as statements want them


def _instant(change: Raised) -> datetime:
    return datetime.fromtimestamp(change.at_ms / 1000, UTC)


def _says(change: Raised) -> str:
    """As it is stored, with the instant of this change, so that "since when" can be told."""
    return orjson.dumps({**change.says, "at": change.at_ms}).decode()


def _ints(values: Any) -> list[str]:
    return [str(int(value)) for value in values]


def _ids(values: Sequence[UUID | None]) -> bytes | str:
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _instants(values: Sequence[datetime | None]) -> str:
    return "{" + ",".join("NULL" if value is None else f'"{value.isoformat()}"' for value in values) + "}"
