"""The lines of a job become rows, all in one transaction; what is doubtful becomes a question, asked once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint, seal, unseal
from linli.kernel.things.models import Thing

from ..declared import Declared
from ..models import Doubt, Job, Line, Row
from ..models.rows import SUBJECTS
from ..tallying import Counts

CHUNK = 1_000
_WRITTEN = (
    "mark", "values", "sealed", "place_code", "lon", "lat", "person", "thing", "found", "place_doubt", "person_doubt",
    "thing_doubt", "job", "line", "came_at", "changed_at",
)  # fmt: skip


def settle(job: Job, declared: Declared, *, at: datetime) -> Counts:
    """Write the rows of a job; the caller has locked it. Taken lines go: their rows say where they came from."""
    counts = Counts.of(job.counts) if job.counts else Counts()
    taken = job.lines.filter(state=Line.State.TAKEN).order_by("number")
    for chunk in _chunks(taken.iterator(chunk_size=CHUNK)):
        _settle(chunk, job, declared, counts, at)
    taken.delete()
    forget_questions(job.dataset_id)
    return counts


def forget_questions(dataset_id: UUID) -> int:
    """Open questions that no row asks any more: what was doubtful is sure by now, or gone."""
    asking = [~Exists(Row.objects.filter(**{f"{subject}_doubt": OuterRef("pk")})) for subject in SUBJECTS]
    return Doubt.objects.filter(*asking, dataset_id=dataset_id, state=Doubt.State.OPEN).delete()[0]


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _settle(lines: list[Line], job: Job, declared: Declared, counts: Counts, at: datetime) -> None:
    doubts = _doubts(lines, job, declared, at)
    there = {
        row.key: row for row in Row.objects.filter(dataset_id=job.dataset_id, key__in=[ln.key for ln in lines])
    }
    known = _still_there(lines)
    fresh: list[Row] = []
    changed: list[Row] = []
    for line in lines:
        row = there.get(line.key)
        is_new = row is None
        if row is None:
            row = Row(dataset_id=job.dataset_id, key=line.key, first_job=job, changed_at=at, mark=b"")
        same = bytes(row.mark) == bytes(line.mark or b"")
        row.mark, row.values, row.sealed = line.mark or b"", line.values, line.sealed
        row.lon, row.lat, row.job, row.line, row.came_at = line.lon, line.lat, job, line.number, at
        _match(row, line, doubts, known, declared, job.place_code, counts)
        if is_new:
            counts.added += 1
            fresh.append(row)
            continue
        if same:
            counts.same += 1
        else:
            counts.changed += 1
            row.changed_at = at
        changed.append(row)
    Row.objects.bulk_create(fresh)
    Row.objects.bulk_update(changed, _WRITTEN, batch_size=CHUNK)


def _match(
    row: Row,
    line: Line,
    doubts: dict[tuple[str, bytes], Doubt],
    known: set[str],
    declared: Declared,
    place_code: str,
    counts: Counts,
) -> None:
    """What a row means: what is sure, else what somebody decided about it, else nothing yet."""
    row.place_code, row.person_id, row.thing_id = place_code, None, None
    row.place_doubt = row.person_doubt = row.thing_doubt = None
    row.found = {}
    for subject in SUBJECTS:
        said = line.found.get(subject)
        if said is None:
            continue
        how, ref, reasons = said["how"], said["ref"], said["reasons"]
        if how == "doubtful":
            doubt = doubts[subject, print_of(subject, line, declared)]
            setattr(row, f"{subject}_doubt", doubt)
            if doubt.state != Doubt.State.OPEN:
                how, ref = ("decided", _meant(doubt)) if doubt.chosen else ("none", "")
        elif ref and subject != "place" and ref not in known:
            how, ref = "none", ""  # erased or retired while the table was read
        counts.count_found(subject, how)
        row.found[subject] = {"how": how, "reasons": reasons}
        if ref:
            put(row, subject, ref)


def _meant(doubt: Doubt) -> str:
    """What was chosen, by its code of today."""
    return (places.now_called(doubt.chosen) or doubt.place_code) if doubt.subject == "place" else doubt.chosen


def put(row: Row, subject: str, ref: str) -> None:
    """A row is at this place, about this person, of this device."""
    if subject == "place":
        row.place_code = ref
    elif subject == "person":
        row.person_id = UUID(ref)
    else:
        row.thing_id = UUID(ref)


def _still_there(lines: list[Line]) -> set[str]:
    refs = {s: {ln.found[s]["ref"] for ln in lines if s in ln.found} - {""} for s in ("person", "thing")}
    persons = Person.objects.filter(id__in=refs["person"], erased_at=None).values_list("id", flat=True)
    things = Thing.objects.filter(id__in=refs["thing"]).values_list("id", flat=True)
    return {str(one) for one in (*persons, *things)}


def print_of(subject: str, line: Line, declared: Declared) -> bytes:
    """By what a question is known again: the same words (and point) of the same subject."""
    if subject == "person":
        said = json.dumps(_said_of_person(line, declared), ensure_ascii=False, sort_keys=True)
        return fingerprint(f"doubt:person:{said}")
    point = f"{line.lon:.5f},{line.lat:.5f}" if subject == "place" and line.lon is not None else ""
    return fingerprint(f"doubt:{subject}:{line.found[subject]['said']}:{point}")


def _said_of_person(line: Line, declared: Declared) -> dict[str, str]:
    hidden = json.loads(unseal(line.sealed)) if line.sealed else {}
    return {part: str(hidden.get(name, "")) for part, name in declared.match["person"].items()}


def _doubts(lines: list[Line], job: Job, declared: Declared, at: datetime) -> dict[tuple[str, bytes], Doubt]:
    """The questions of these lines, old and new, by subject and print."""
    asked: dict[tuple[str, bytes], Doubt] = {}
    for line in lines:
        for subject, said in line.found.items():
            if said["how"] != "doubtful":
                continue
            mark = print_of(subject, line, declared)
            if (subject, mark) not in asked:
                asked[subject, mark] = _doubt(subject, mark, said, line, job, declared, at)
    Doubt.objects.bulk_create(asked.values(), ignore_conflicts=True)
    prints = [mark for _subject, mark in asked]
    found = Doubt.objects.filter(dataset_id=job.dataset_id, said_print__in=prints)
    return {(doubt.subject, bytes(doubt.said_print)): doubt for doubt in found}


def _doubt(
    subject: str, mark: bytes, said: dict[str, Any], line: Line, job: Job, declared: Declared, at: datetime
) -> Doubt:
    sealed = None
    if subject == "person":
        sealed = seal(json.dumps(_said_of_person(line, declared), ensure_ascii=False))
    return Doubt(
        dataset_id=job.dataset_id,
        place_code=job.place_code,
        subject=subject,
        said=said["said"],
        said_sealed=sealed,
        said_print=mark,
        reasons=said["reasons"],
        candidates=said["candidates"],
        asked_at=at,
    )
