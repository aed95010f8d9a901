"""Lines of a table read and matched, one batch at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.kernel.places.sentences import Sentence
from linli.kernel.sealed import fingerprint, seal

from ..cells import Read, read_row
from ..declared import Declared
from ..matching import Found, match_person, match_place, match_thing
from ..models import Job, Line
from ..saying import pack, pack_all
from ..tallying import Counts

if TYPE_CHECKING:
    from .running import Given

KEPT = 20_000
"""Addresses remembered within one job: a table says the same ones again and again."""
_KEY = 300


class Reader:
    """Reads the lines of one job; knows what it has matched already."""

    def __init__(self, job_id: UUID, declared: Declared, zone: ZoneInfo) -> None:
        self.job_id, self.declared, self.zone = job_id, declared, zone
        self.places: dict[tuple[Any, ...], Found] = {}

    def take(self, given: Sequence[Given], job: Job) -> None:
        """Store what became of these lines and count it; `job` is locked, and moved on."""
        counts = Counts.of(job.counts) if job.counts else Counts()
        reads = [(row, self._read(row)) for row in given]
        before = self._before({read.key for _row, read in reads if not read.faults})
        lines = [self._line(row.line, read, before, counts) for row, read in reads]
        Line.objects.bulk_create(lines)
        job.position, job.counts = given[-1].line, counts.kept()

    def _read(self, row: Given) -> Read:
        if row.fault:
            return Read(faults=(Sentence("%(why)s", {"why": row.fault}),))
        read = read_row(self.declared, row.cells, self.zone)
        if len(read.key) > _KEY:
            return Read(faults=(Sentence("合起来的主键太长。"),))
        return read

    def _before(self, keys: set[str]) -> dict[str, tuple[int, bytes]]:
        found = Line.objects.filter(job_id=self.job_id, key__in=keys, state=Line.State.TAKEN)
        return {
            key: (number, bytes(mark or b"")) for key, number, mark in found.values_list("key", "number", "mark")
        }

    def _line(self, number: int, read: Read, before: dict[str, tuple[int, bytes]], counts: Counts) -> Line:
        counts.lines += 1
        line = Line(job_id=self.job_id, number=number, key=read.key)
        if read.faults:
            counts.refused += 1
            line.state, line.faults = Line.State.REFUSED, pack_all(read.faults)
            return line
        line.mark = mark_of(read.every)
        if (first := before.get(read.key)) is not None:
            return self._again(line, first, counts)
        before[read.key] = (number, line.mark)
        counts.taken += 1
        counts.asked += len(self.declared.columns)
        counts.filled += len(read.every)
        line.state, line.values = Line.State.TAKEN, dict(read.values)
        line.sealed = seal(json.dumps(dict(read.sensitive), ensure_ascii=False)) if read.sensitive else None
        if read.point:
            line.lon, line.lat = read.point
        line.found = {subject: packed(found) for subject, found in self._match(read).items()}
        return line

    @staticmethod
    def _again(line: Line, first: tuple[int, bytes], counts: Counts) -> Line:
        """The same row twice in a table: said alike it is a double, said otherwise nobody knows which is right."""
        number, mark = first
        if mark == line.mark:
            counts.doubled += 1
            line.state = Line.State.DOUBLED
            line.faults = [pack(Sentence("与第 %(line)s 行完全相同。", {"line": number}))]
        else:
            counts.refused += 1
            line.state = Line.State.REFUSED
            line.faults = [pack(Sentence("与第 %(line)s 行主键相同，内容不同。", {"line": number}))]
        line.mark = None
        return line

    def _match(self, read: Read) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for subject, parts in self.declared.match.items():
            said = {part: str(read.every.get(name, "")) for part, name in parts.items()}
            if subject == "place":
                found[subject] = self._place(said.get("address", ""), read.point)
            elif subject == "person":
                found[subject] = match_person(**said)
            else:
                found[subject] = match_thing(said["key"])
        return found

    def _place(self, address: str, point: tuple[float, float] | None) -> Found:
        asked = (address, point)
        if asked not in self.places:
            if len(self.places) >= KEPT:
                self.places.clear()
            self.places[asked] = match_place(address, point)
        return self.places[asked]


def mark_of(values: Mapping[str, Any]) -> bytes:
    """Equal for equal values, and says nothing about them."""
    return fingerprint("row:" + json.dumps(dict(values), ensure_ascii=False, sort_keys=True))


def packed(found: Found) -> dict[str, Any]:
    return {
        "how": found.how.value,
        "said": found.said,
        "ref": found.ref,
        "reasons": pack_all(found.reasons),
        "candidates": [
            {"ref": one.ref, "score": one.score, "reasons": pack_all(one.reasons)} for one in found.candidates
        ],
    }
