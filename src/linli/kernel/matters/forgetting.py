"""What becomes of matters when their reporter asks to be forgotten (PIPL art. 47).

A matter in hand is a duty: it is handled to its end, without a reporter from now on, and its words are needed for
that long. When it ends, and at once when it has ended, everything anybody wrote in it is erased: the report, the
answers, what staff wrote, the photos of the report, and what the records of its history say. What stays is that
there was a matter of a kind in a compound, when, in whose hands, whether in time, and how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit import append
from linli.kernel.audit.models import Record
from linli.kernel.audit.verbs import erase
from linli.kernel.files.verbs import erase as erase_file
from linli.kernel.people.keepers import Leaving

from . import flow, public
from .models import ERASED_WORDS, FINAL, Matter
from .verbs.core import act
from .verbs.publishing import show_publicly
from .verbs.timing import resumed
from .words import STEPS

_SENT_BY_REPORTER = ("report", "answer")
_OWN = ("reporter", "person_ids", "contact_sealed", "reporter_left_at", "words_erased_at", "version")
_WORDS = (
    *("title", "body", "reply", "rating_words", "address", "place_code", "lon", "lat"),
    *("public_words", "public_address", "public_reply", "published_at"),
)


ENDS = frozenset(f"matters.{verb}" for verb, rule in flow.VERBS.items() if rule.to in FINAL)
"""The records after which words may be owed."""


def let_go(leaving: Leaving, at: datetime) -> None:
    """The person reported these matters; in the transaction in which they are forgotten."""
    for matter in Matter.objects.select_for_update().filter(reporter_id=leaving.person_id).order_by("id"):
        if matter.state in FINAL:
            matter.reporter_left_at = at
            erase_words(matter, at)
        else:
            _go_on_without(matter.id, at)


def _go_on_without(matter_id: UUID, at: datetime) -> None:
    """Nobody can be asked any more: a clock that waits for an answer runs on."""
    with act("reporter_left", matter_id, by=SYSTEM, at=at, rule="") as doing:
        matter = doing.matter
        question = matter.questions.filter(answered_at=None).first()
        if question is not None:
            question.answered_at = at
            question.save(update_fields=["answered_at"])
            if question.pauses and matter.paused_at is not None:
                resumed(doing)
        matter.reporter, matter.person_ids, matter.contact_sealed = None, [], None
        matter.reporter_left_at = at
        show_publicly(doing, address=matter.public_address, reply=matter.public_reply)


def erase_owed(records: Sequence[Record]) -> None:
    """A follower: a matter without reporter has ended, so its words go now. The same record twice changes nothing."""
    ids = {UUID(record.stream.removeprefix("matter:")) for record in records}
    look_as(SYSTEM)
    owed = Matter.objects.select_for_update().filter(
        id__in=ids, reporter_left_at__isnull=False, words_erased_at=None, state__in=FINAL
    )
    for matter in owed.order_by("id"):
        erase_words(matter, records[-1].happened_at)


def erase_words(matter: Matter, at: datetime) -> None:
    """Everything that was written in a matter that has ended, wherever it stands; the chain still verifies."""
    for attached in matter.attachments.filter(purpose__in=_SENT_BY_REPORTER):
        erase_file(by=SYSTEM, at=at, file_id=attached.file_id, reason="")
    for steps, blank in STEPS.items():
        getattr(matter, steps).update(**blank)
    matter.title = matter.body = ERASED_WORDS
    matter.reply = matter.rating_words = matter.address = ""
    matter.public_words = matter.public_address = matter.public_reply = ""
    matter.published_at = None
    matter.lon, matter.lat = public.position(matter.place_code, matter.lon, matter.lat)
    matter.place_code = public.place(matter.place_code)
    matter.reporter, matter.person_ids, matter.contact_sealed = None, [], None
    matter.words_erased_at, matter.version = at, matter.version + 1
    matter.save(update_fields=[*_OWN, *_WORDS])
    count = erase(streams=[matter.stream], at=at)
    append(
        by=SYSTEM,
        at=at,
        verb="matters.forget_words",
        stream=matter.stream,
        place_code=matter.place_code,
        unit_ids=matter.unit_ids,
        after={"records": count},
    )
