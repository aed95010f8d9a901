"""报结、核查、结案、核销: done with proof, checked by somebody else, closed with words for the reporter or the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Check, Proof
from linli.kernel.files.queries import photos_among

from .. import legs
from ..models import Leg, Matter, Request, State
from .answering import check_outcome
from .core import Doing, act, fitting, needed
from .timing import decided


def report_done(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    outcome: str,
    result: str,
    files: Iterable[UUID] = (),
    version: int | None = None,
) -> Matter:
    """报结 with the proof the kind asks for. The leg of checking and closing begins."""
    needed(result=result)
    proofs = list(files)
    with act("report_done", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        check_outcome(matter, outcome)
        if catalogue().kind(matter.kind).proof == Proof.PHOTO and not (photos_among(proofs) or _shown(doing)):
            raise Invalid(_("这类事项报结时要有现场照片。"), fields={"files": _("请上传至少一张照片。")})
        doing.attach(proofs, "proof")
        matter.state, matter.done_at, matter.outcome = State.DONE, at, outcome
        matter.ever_late = matter.ever_late or at > matter.finish_due
        matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(
            finished_at=at, result=result.strip()
        )
        settle = doing.numbers.settle
        legs.start(matter, Leg.SETTLE, since=at, span=settle, due=doing.calendar.due_at(at, settle))
        doing.says["result"] = result.strip()
    return doing.matter


def _shown(doing: Doing) -> bool:
    """Whether whoever went has shown what they found there already, in a photo."""
    since = doing.facts.went_at
    if since is None or doing.facts.found_at is None:
        return False
    attached = doing.matter.attachments.filter(purpose="proof", added_at__gte=since).values_list(
        "file_id", flat=True
    )
    return bool(photos_among(list(attached)))


def verify(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    passed: bool,
    words: str = "",
    files: Iterable[UUID] = (),
    how: str = "visit",
    version: int | None = None,
) -> Matter:
    """核查 on the spot ("visit") or 回访 by telephone ("call"). Not passed, it goes back to the lead."""
    if not passed:
        needed(words=words)
    fitting(words=words)
    with act("verify", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        asked = catalogue().kind(matter.kind).check
        if asked in (Check.VISIT, Check.CALL) and how != asked.value:
            sentence = _("这类事项须到现场核查。") if asked == Check.VISIT else _("这类事项须回访上报人。")
            raise Invalid(sentence, fields={"how": sentence})
        doing.attach(files, "check")
        doing.says["check"] = {"how": how, "passed": passed, "words": words.strip()}
        if passed:
            matter.state, matter.verified_at = State.VERIFIED, at
        else:
            matter.given_back += 1
            back_to_work(doing)
    return doing.matter


def back_to_work(doing: Doing) -> None:
    """What was reported done is not: it is with its lead again, by the date promised before."""
    matter = doing.matter
    matter.state, matter.done_at, matter.verified_at = State.ASSIGNED, None, None
    matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(finished_at=None)
    numbers, calendar = doing.numbers, doing.calendar
    legs.start(matter, Leg.FINISH, since=matter.opened_at, span=numbers.finish, due=matter.finish_due)
    legs.move_due(matter, matter.finish_due, at=doing.at, numbers=numbers, calendar=calendar)


def close(
    *, matter_id: UUID, by: Actor, at: datetime, outcome: str = "", reply: str, version: int | None = None
) -> Matter:
    """结案, with the reply the reporter reads; where nobody reported it is the conclusion in the record."""
    needed(reply=reply)
    with act("close", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        matter.outcome = outcome or matter.outcome
        check_outcome(matter, matter.outcome)
        matter.state, matter.reply = State.CLOSED, reply.strip()
        legs.stop(matter, at=at)
    return doing.matter


def decide_write_off(
    *, matter_id: UUID, by: Actor, at: datetime, granted: bool, decision: str, version: int | None = None
) -> Matter:
    """审批核销: granted, the matter ends written off; refused, the work goes on."""
    needed(decision=decision)
    with act("decide_write_off", matter_id, by=by, at=at, version=version) as doing:
        request = decided(doing, Request.What.WRITE_OFF, granted, decision)
        doing.says["request"] = {"granted": granted, "decision": request.decision, "reason": request.reason}
        if granted:
            doing.matter.state, doing.matter.reply = State.WRITTEN_OFF, decision.strip()
            legs.stop(doing.matter, at=at)
    return doing.matter
