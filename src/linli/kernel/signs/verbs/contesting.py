"""Who lives at a home says that it is not so; somebody other than who decided answers (docs/rights.md, 5 and 7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, require
from linli.kernel.access.lines import clean_line

from ..models import Suggestion
from .common import WORDS, act, living_at, locked, record
from .deciding import PERMISSION


def contest(*, by: Actor, at: datetime, suggestion_id: UUID, words: str) -> Suggestion:
    """Say that a suggestion about one's own home is wrong. Raises NotFound for any other, Conflict for a second time."""
    require(by, "people.read_self")
    words = clean_line(words, "words", most=WORDS)
    with act():
        found = Suggestion.objects.select_for_update(of=("self",)).filter(pk=suggestion_id).first()
        if found is None or found.decided_at is None or by.person_id not in living_at(found.place_code):
            raise NotFound(_("没有关于您住处的这条线索。"))
        if found.contested_at is not None:
            raise Conflict(_("对这条线索已经提出过异议。"))
        found.contested_at, found.contested_by, found.contest = at, by.person_id, words
        found.version += 1
        found.save()
        record(by, at, "contest", found, note=words, persons=living_at(found.place_code))
    return found


def answer_contest(*, by: Actor, at: datetime, suggestion_id: UUID, words: str) -> Suggestion:
    """Answer who contests it, in words. Not by who decided about it: somebody else looks at it anew."""
    words = clean_line(words, "words", most=WORDS)
    with act():
        found = locked(suggestion_id, by, PERMISSION)
        if found.contested_at is None:
            raise Conflict(_("没有人对这条线索提出异议。"))
        if found.answered_at is not None:
            raise Conflict(_("%(name)s已经答复过了。") % {"name": found.answered_name})
        if found.decided_by == by.account_id:
            raise NotAllowed(_("异议要由当初决定的人以外的人来答复。"))
        found.answered_at, found.answered_by, found.answered_name, found.answer = at, by.account_id, by.name, words
        found.version += 1
        found.save()
        record(by, at, "answer_contest", found, note=words, persons=living_at(found.place_code))
    return found
