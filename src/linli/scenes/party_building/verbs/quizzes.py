"""Quizzes of a version: written on the desk, answered by members, judged here. What somebody answered stays theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require

from ..models import DocumentVersion, Question, Read, Taken
from ..queries.own import own_member
from .common import CHANGES, act, over, record, record_member, refuse, text_of
from .rewarding import Earned, reward

RULE = "quiz-passed"
MOST = 20
"""Questions of one quiz."""


def ask_question(
    *, by: Actor, at: datetime, document_id: UUID, text: str, answers: Sequence[str], right: int
) -> Question:
    """A question for the quiz of the version that stands. Raises Invalid, NotFound."""
    words = text_of(text, 200, "text")
    kept = [text_of(one, 120, "answers") for one in answers]
    if not 2 <= len(kept) <= 6 or len(set(kept)) != len(kept):
        refuse("answers", _("请写二到六个不同的答案。"))
    if not 0 <= right < len(kept):
        refuse("right", _("请说明哪个答案对。"))
    with act():
        version = _kept(document_id, by)
        if version.questions.count() >= MOST:
            refuse("text", _("一份小测最多 %(n)d 题。") % {"n": MOST})
        question = Question.objects.create(version=version, text=words, answers=kept, right=right)
        after = {"title": version.document.title, "version": version.number}
        record(by, at, "ask_question", version.document.organisation, after=after)
    return question


def drop_question(*, by: Actor, at: datetime, question_id: int) -> None:
    """A question goes out of the quiz; who passed has passed. Raises NotFound."""
    with act():
        question = Question.objects.select_related("version").filter(pk=question_id).first()
        if question is None:
            raise NotFound(_("没有这道题。"))
        version = _kept(question.version.document_id, by)
        if question.version_id != version.id:
            raise NotFound(_("这道题属于旧版。"))
        record(by, at, "drop_question", version.document.organisation, before={"title": version.document.title})
        question.delete()


@dataclass(frozen=True, slots=True)
class Judged:
    """How a go at a quiz went: which questions were wrong, by id."""

    taken: Taken
    wrong: tuple[int, ...]


def take_quiz(*, by: Actor, at: datetime, version_id: UUID, answers: Mapping[int, int]) -> Judged:
    """Answers by question id are judged. With all of them right the version counts as read and points are given, once.

    Raises NotFound (no member, no quiz, not the version that stands), Invalid (a question without an answer).
    """
    require(by, "party.own")
    with act():
        member = own_member(by)
        version = DocumentVersion.objects.select_related("document").filter(pk=version_id).first()
        if (
            member is None
            or version is None
            or not _stands(version)
            or version.document.organisation_id not in member.branch.path
        ):
            raise NotFound(_("没有这份文件，或者它已经换了新版。"))
        questions = list(version.questions.order_by("pk"))
        if not questions:
            raise NotFound(_("这份文件没有小测。"))
        if any(question.pk not in answers for question in questions):
            refuse("answers", _("还有没答的题。"))
        wrong = tuple(question.pk for question in questions if answers[question.pk] != question.right)
        row, _made = Taken.objects.select_for_update().get_or_create(
            version=version, member=member, defaults={"at": at, "right": 0, "asked": len(questions)}
        )
        row.at, row.right, row.asked = at, len(questions) - len(wrong), len(questions)
        first = not wrong and row.passed_at is None
        row.passed_at = at if first else row.passed_at
        row.save(update_fields=["at", "right", "asked", "passed_at"])
        if first:
            Read.objects.get_or_create(version=version, member=member, defaults={"at": at})
            record_member(by, at, "pass_quiz", member, by.person_id, after={"title": version.document.title})
            earned = Earned(member, RULE, "quiz", str(version.id), at)
            reward([earned], at=at, place_code=member.branch.place_code)
    return Judged(row, wrong)


def _stands(version: DocumentVersion) -> bool:
    later = DocumentVersion.objects.filter(document=version.document_id, number__gt=version.number)
    return version.document.withdrawn_at is None and not later.exists()


def _kept(document_id: UUID, by: Actor) -> DocumentVersion:
    """The version of a document that stands, held, for who keeps it."""
    require(by, CHANGES)
    version = (
        DocumentVersion.objects.select_for_update(of=("self",)).select_related("document__organisation")
        .filter(document=document_id, document__withdrawn_at=None).order_by("-number").first()
    )  # fmt: skip
    if version is None or not over(by, version.document.organisation):
        raise NotFound(_("没有这份文件，或者它不归您管。"))
    return version
