"""Talking about a matter: a question to the reporter and its answer, remarks among colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor

from ..models import Matter, Question
from .core import act, needed
from .timing import resumed, stand_still


def ask(
    *, matter_id: UUID, by: Actor, at: datetime, text: str, pauses: bool = False, version: int | None = None
) -> Matter:
    """Ask the reporter something. With `pauses` the clock stands still until the answer comes."""
    needed(text=text)
    with act("ask", matter_id, by=by, at=at, version=version) as doing:
        stops = pauses and doing.matter.paused_at is None and doing.matter.answered_at is not None
        Question.objects.create(
            matter=doing.matter,
            text=text.strip(),
            asked_at=at,
            asked_by_id=by.account_id,
            unit_id=by.unit_id,
            pauses=stops,
        )
        if stops:
            stand_still(doing, "reporter", text.strip())
        doing.says["question"] = text.strip()
    return doing.matter


def answer(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    text: str,
    files: Iterable[UUID] = (),
    version: int | None = None,
) -> Matter:
    """The reporter's answer; a clock that waited for it runs again, its date moved, the arithmetic shown."""
    needed(text=text)
    with act("answer", matter_id, by=by, at=at, version=version) as doing:
        question = doing.matter.questions.get(answered_at=None)
        question.answer, question.answered_at = text.strip(), at
        question.save(update_fields=["answer", "answered_at"])
        doing.attach(files, "answer")
        if question.pauses and doing.matter.paused_at is not None:
            resumed(doing)
        doing.says["question"], doing.says["answer"] = question.text, question.answer
    return doing.matter


def comment(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    text: str,
    files: Iterable[UUID] = (),
    for_reporter: bool = False,
    version: int | None = None,
) -> Matter:
    """A remark: among colleagues, or with `for_reporter` for the reporter to read."""
    needed(text=text)
    with act("comment", matter_id, by=by, at=at, version=version) as doing:
        doing.attach(files, "comment", for_reporter=for_reporter)
        doing.says["text"], doing.says["for_reporter"] = text.strip(), for_reporter
    return doing.matter
