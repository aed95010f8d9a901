"""What is past its time is erased; a tombstone stays that says which element of whom it was, when, from where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, require
from linli.kernel.declare import About
from linli.kernel.files import verbs as files
from linli.kernel.files.models import File

from ..models import Contest, Decision, Entry, Fact, State
from ..subjects import Subject
from .common import act, put_in_force, record


def erase_due(*, by: Actor, at: datetime, limit: int = 500) -> int:
    """One batch of the worker's; returns how many facts were erased, 0 when none is left that nobody holds."""
    require(by, "*")
    with act():
        due = Fact.objects.select_for_update(skip_locked=True).filter(keep_until__lt=at.date())
        facts = list(due.exclude(state=State.ERASED).order_by("keep_until", "id")[:limit])
        by_subject: dict[UUID, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_subject[fact.subject].append(fact)
        for group in by_subject.values():
            erase_facts(group, at)
            target = _target(group[0])
            names = sorted({fact.element for fact in group})
            put_in_force(target, names, at)
            record(by, at, "erase_due", target, after={"elements": names})
    return len(facts)


def erase_facts(facts: Sequence[Fact], at: datetime) -> None:
    """Values, fingerprints and what was said about them; the rows stay. Who calls reckons what is in force then."""
    ids = [fact.id for fact in facts]
    Fact.objects.filter(pk__in=ids).update(
        state=State.ERASED, value=None, sealed=None, print=None, erased_at=at, contested=False
    )
    contests = Contest.objects.filter(fact__in=ids)
    contests.update(reason_sealed=None)
    gone = _("保存时间已到，这条内容已经消除。")
    contests.filter(state=Contest.State.OPEN).update(state=Contest.State.GONE, answered_at=at, answer=gone)
    contests.filter(state=Contest.State.AGAIN).update(state=Contest.State.GONE)
    Decision.objects.filter(fact__in=ids).delete()
    _erase_files(ids, at)
    forget_notes({fact.entry_id for fact in facts if fact.entry_id})


def _erase_files(facts: Sequence[UUID], at: datetime) -> None:
    """A picture or a paper that was all a fact said goes with it."""
    for file_id in File.objects.filter(subject_type="fact", subject_id__in=facts).values_list("id", flat=True):
        files.erase(by=SYSTEM, at=at, file_id=file_id, reason="")


def forget_notes(entries: Iterable[UUID]) -> None:
    """The remark of an entry goes with the last of its facts."""
    left = Fact.objects.filter(entry=OuterRef("pk")).exclude(state=State.ERASED)
    Entry.objects.filter(pk__in=list(entries)).exclude(Exists(left)).update(note="")


def _target(fact: Fact) -> Subject:
    """Who it was about may be gone: their history is told all the same."""
    persons = ((fact.subject, fact.place_code),) if fact.about == About.PERSON else ()
    return Subject(About(fact.about), fact.subject, fact.place_code, "", persons)
