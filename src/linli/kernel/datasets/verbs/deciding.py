"""Deciding what doubtful rows mean: one of those proposed, another place, or none of them; and taking that back.

A person is compared without being shown: whether name, number and year agree is told in words, the data themselves are
masked, and whoever may be meant can read that somebody looked (docs/rights.md, 5 and 6).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require
from linli.kernel.access.lines import clean_line
from linli.kernel.places import queries as places

from ..models import Doubt, Row
from .common import act, record
from .settling import put

PERMISSION = "datasets.change"


def open_doubt(*, by: Actor, at: datetime, doubt_id: UUID) -> Doubt:
    """The question, for who decides it; of persons with a record for each who may be meant. Raises NotFound."""
    with act():
        doubt = _locked(doubt_id, by)
        if doubt.subject == "person" and doubt.state == Doubt.State.OPEN:
            persons = [UUID(one["ref"]) for one in doubt.candidates]
            after = {"purpose": doubt.dataset.declared.purpose, "dataset": doubt.dataset.name}
            audit.append_each(
                [audit.Entry(f"person:{p}", doubt.place_code, person_ids=(p,), after=after) for p in persons],
                by=by,
                at=at,
                verb="datasets.compare_person",
            )
    return doubt


def choose(*, by: Actor, at: datetime, doubt_id: UUID, ref: str, note: str = "") -> Doubt:
    """It is this one: one of those proposed, or any place below that of the data set. Raises Invalid, Conflict."""
    with act():
        doubt = _open(doubt_id, by)
        if ref not in {one["ref"] for one in doubt.candidates}:
            _other_place(doubt, ref)
        if doubt.subject == "place":
            ref = places.now_called(ref) or ref  # it may have another code since it was proposed
        return _decide(doubt, Doubt.State.CHOSEN, ref, by, at, note)


def neither(*, by: Actor, at: datetime, doubt_id: UUID, note: str) -> Doubt:
    """It is none of them. Needs to be said why."""
    note = clean_line(note, "note")
    with act():
        return _decide(_open(doubt_id, by), Doubt.State.NEITHER, "", by, at, note)


def reopen(*, by: Actor, at: datetime, doubt_id: UUID, reason: str) -> Doubt:
    """Take a decision back: the rows mean nothing again until it is decided anew."""
    reason = clean_line(reason, "reason")
    with act():
        doubt = _locked(doubt_id, by)
        if doubt.state == Doubt.State.OPEN:
            raise Conflict(_("这一条还没有核对过。"))
        before = {"state": doubt.state, "chosen": doubt.chosen}
        doubt.state, doubt.chosen, doubt.note = Doubt.State.OPEN, "", ""
        doubt.decided_at, doubt.decided_by, doubt.decided_name = None, None, ""
        doubt.save()
        rows = _mean(doubt, "doubtful", "")
        after = {"doubt": str(doubt.id), "rows": rows}
        record(by, at, "reopen_doubt", doubt.dataset, before=before, after=after, note=reason)
    return doubt


def _decide(doubt: Doubt, state: str, ref: str, by: Actor, at: datetime, note: str) -> Doubt:
    doubt.state, doubt.chosen, doubt.note = state, ref, note[:500]
    doubt.decided_at, doubt.decided_by, doubt.decided_name = at, by.account_id, by.name
    doubt.save()
    rows = _mean(doubt, "decided" if ref else "none", ref)
    after = {"doubt": str(doubt.id), "subject": doubt.subject, "chosen": ref, "rows": rows}
    persons = [UUID(ref)] if ref and doubt.subject == "person" else []
    record(by, at, "decide_doubt", doubt.dataset, after=after, note=note or None, persons=persons)
    return doubt


def _mean(doubt: Doubt, how: str, ref: str) -> int:
    """Every row that asked this means `ref` now, or nothing."""
    rows = list(Row.objects.select_for_update(of=("self",)).filter(**{f"{doubt.subject}_doubt": doubt}))
    for row in rows:
        if doubt.subject == "place":
            row.place_code = ref or doubt.place_code
        elif ref:
            put(row, doubt.subject, ref)
        else:
            setattr(row, doubt.subject, None)
        row.found[doubt.subject] = {"how": how, "reasons": doubt.reasons}
    Row.objects.bulk_update(rows, ("place_code", "person", "thing", "found"), batch_size=500)
    return len(rows)


def _other_place(doubt: Doubt, ref: str) -> None:
    if doubt.subject == "place" and ref.startswith(doubt.place_code) and places.exists(ref):
        return
    sentence = _("请从列出的几个里选，或填一个这个数据集范围内的地点代码。")
    raise Invalid(sentence, fields={"ref": sentence})


def _open(doubt_id: UUID, by: Actor) -> Doubt:
    doubt = _locked(doubt_id, by)
    if doubt.state != Doubt.State.OPEN:
        raise Conflict(_("%(name)s已经核对过这一条了。") % {"name": doubt.decided_name or _("系统")})
    return doubt


def _locked(doubt_id: UUID, by: Actor) -> Doubt:
    doubt = Doubt.objects.select_for_update(of=("self",)).select_related("dataset").filter(pk=doubt_id).first()
    if doubt is None:
        raise NotFound(_("没有这一条核对，可能数据更新后已不再需要。"))
    require(by, PERMISSION, doubt.place_code)
    return doubt
