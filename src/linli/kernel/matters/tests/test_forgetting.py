"""Somebody asks to be forgotten: no name and no word of theirs stays anywhere, and every chain still verifies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from linli.kernel.access import as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.files.models import Blob, File
from linli.kernel.matters import verbs
from linli.kernel.matters.forgetting import ENDS, erase_owed
from linli.kernel.matters.models import ERASED_WORDS, Matter, State
from linli.kernel.matters.queries.story import story
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person

from .cast import HOOD, MONDAY, Cast, fresh

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NAME, WORD = "林阿婆", "独居的林阿婆怕得很"


def told(cast: Cast, **changes: Any) -> Matter:
    """A report in which the reporter's name and a private word stand wherever anybody could write."""
    matter = cast.assigned(title=WORD, body=WORD, address=f"{NAME}家502室", files=[cast.photo("granny")], **changes)
    on = {"matter_id": matter.id, "at": MONDAY}
    verbs.ask(**on, by=cast.handler, text=f"{WORD}？", pauses=True)
    verbs.answer(**on, by=cast.granny, text=WORD, files=[cast.photo("granny")])
    verbs.pause(**on, by=cast.handler, reason="weather", words=WORD)
    verbs.resume(**on, by=cast.handler)
    verbs.ask_extension(**on, by=cast.handler, span="1 working_day", reason=WORD)
    verbs.decide_extension(**on, by=cast.street_duty, granted=False, decision=WORD)
    verbs.comment(**on, by=cast.handler, text=WORD, for_reporter=True)
    verbs.supervise(**on, by=cast.district_duty, text=WORD)
    verbs.reply_order(**on, by=cast.handler, order_id=fresh(matter).orders.get().id, text=WORD)
    return matter


def finished(cast: Cast, matter: Matter, *, rated: bool = True) -> None:
    on = {"matter_id": matter.id, "at": MONDAY + HOUR}
    verbs.report_done(**on, by=cast.handler, outcome="solved", result=WORD, files=[cast.photo()])
    verbs.verify(**on, by=cast.grid, passed=True, words=WORD)
    verbs.close(**on, by=cast.dispatcher, outcome="solved", reply=WORD)
    if rated:
        verbs.rate(**on, by=cast.granny, stars=2, words=WORD)


def everything_kept() -> str:
    """All rows of all tables that could hold what somebody wrote."""
    found: list[str] = []
    tables = ("people_person", "people_account", "files_file", "audit_record", "matters_matter")
    steps = ("assignment", "question", "pause", "request", "order", "link")
    with as_system(), connection.cursor() as cursor:
        for table in (*tables, *(f"matters_{step}" for step in steps)):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def forget(cast: Cast, at: Any = MONDAY + 2 * HOUR) -> None:
    people.erase_person(by=cast.granny, at=at, person_id=cast.granny.person_id)


def where(text: str, word: str) -> list[str]:
    return [line[:300] for line in text.splitlines() if word in line]


def test_of_an_ended_matter_only_that_it_was_stays(cast: Cast) -> None:
    matter = told(cast)
    finished(cast, matter)
    verbs.publish(matter_id=matter.id, by=cast.dispatcher, at=MONDAY + HOUR, reply=WORD)
    assert where(everything_kept(), NAME) and where(everything_kept(), "独居")
    forget(cast)
    kept = everything_kept()
    assert not where(kept, NAME) and not where(kept, "独居"), "\n".join(where(kept, NAME) + where(kept, "独居"))
    left = fresh(matter)
    assert (left.state, left.kind, left.rating, left.outcome) == (State.CLOSED, "unlicensed-stall", 2, "solved")
    assert (left.title, left.body, left.reporter_id, left.person_ids) == (ERASED_WORDS, ERASED_WORDS, None, [])
    assert left.finish_due == matter.finish_due and left.ended_at
    with as_system():
        assert list(verify()) == []


def test_the_photos_of_the_report_are_erased_and_the_proof_of_the_work_stays(cast: Cast) -> None:
    matter = told(cast)
    finished(cast, matter)
    forget(cast)
    with as_system():
        assert [a.purpose for a in matter.attachments.all()] == ["proof"]
        assert File.objects.filter(uploaded_by=cast.granny.account_id).count() == 0
        assert Blob.objects.count() == 1


def test_who_acted_for_the_authority_can_still_be_told(cast: Cast) -> None:
    matter = told(cast)
    finished(cast, matter)
    forget(cast)
    look_as(cast.dispatcher)
    steps = story(matter.id, cast.dispatcher)
    assert [s.verb for s in steps][:2] == ["open", "assign"] and steps[-1].verb == "forget_words"
    assert steps[1].who == "柳湾街道城运中心", "the unit is told by the post, which is no content"
    with as_system():
        closing = Record.objects.get(stream=matter.stream, verb="matters.close")
    assert closing.actor_account == cast.dispatcher.account_id and closing.actor_name is None


def test_a_matter_in_hand_goes_on_without_a_reporter_and_loses_its_words_when_it_ends(cast: Cast) -> None:
    matter = told(cast)
    verbs.ask(matter_id=matter.id, by=cast.handler, at=MONDAY, text="哪一天？", pauses=True)
    assert fresh(matter).paused_at
    forget(cast, at=MONDAY + HOUR / 2)
    open_one = fresh(matter)
    assert (open_one.state, open_one.body, open_one.reporter_id) == (State.ASSIGNED, WORD, None)
    assert open_one.paused_at is None and open_one.reporter_left_at, "no clock waits for somebody who is gone"
    with as_system():
        assert not Record.objects.filter(actor_name=NAME).exists(), "the name is gone at once"
        assert (
            not Record.objects.filter(actor_person=cast.granny.person_id, erased_at=None)
            .exclude(verb="people.erase_person")
            .exists()
        )
        assert not matter.questions.filter(answered_at=None).exists()
    finished(cast, matter, rated=False)
    with as_system():
        erase_owed(list(Record.objects.filter(verb__in=ENDS).order_by("tx", "seq")))
    kept = everything_kept()
    assert not where(kept, NAME) and not where(kept, "独居"), "\n".join(where(kept, NAME) + where(kept, "独居"))
    with as_system():
        before = fresh(matter).version
        erase_owed(list(Record.objects.filter(stream=matter.stream, verb__in=ENDS)))
        assert fresh(matter).version == before, "told twice, nothing happens"
        assert list(verify()) == []


def test_who_was_registered_at_the_counter_and_never_had_an_account_is_forgotten_too(cast: Cast) -> None:
    with as_system():
        person = people.register_person(by=cast.social, at=MONDAY, name="陈阿公", place_code=HOOD)
    matter = verbs.open_matter(
        by=cast.social, at=MONDAY, kind="unlicensed-stall", title="陈阿公说门口有摊", body="陈阿公说的",
        source="counter", place_code=HOOD, reporter_id=person.id, contact={"name": "陈阿公", "phone": "13900001111"},
    )  # fmt: skip
    verbs.decline(matter_id=matter.id, by=cast.dispatcher, at=MONDAY, outcome="not-ours", reply="陈阿公您好")
    people.erase_person(by=cast.social, at=MONDAY + HOUR, person_id=person.id, reason="本人书面申请")
    kept = everything_kept()
    assert not where(kept, "陈阿公"), "\n".join(where(kept, "陈阿公"))
    assert fresh(matter).contact_sealed is None
    with as_system():
        assert Person.objects.get(id=person.id).name == "已注销"


def test_what_others_reported_is_untouched(cast: Cast) -> None:
    other = cast.report("chen", title="小陈写的")
    forget(cast)
    assert fresh(other).title == "小陈写的"
    with as_system():
        assert Record.objects.get(stream=other.stream).actor_name == "小陈"
