"""Somebody asks that their name goes from what others wrote: it is found wherever it stands, and blacked out."""

from __future__ import annotations

from typing import Any

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters import verbs
from linli.kernel.matters.mentions import MARK, Wanted
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.story import story
from linli.kernel.matters.words import tables
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person

from .cast import HOOD, MONDAY, OTHER_HOOD, Cast, fresh
from .test_forgetting import everything_kept, where

pytestmark = pytest.mark.django_db
NAME, PHONE, IDENTITY = "周大山", "13911112222", "11010519491231002X"
WHY = "本人书面申请"


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody registered whom others write about; never reported anything."""
    with as_system():
        return people.register_person(
            by=cast.social, at=MONDAY, name=NAME, phone=PHONE, identity=IDENTITY, place_code=HOOD
        )


def gossip(cast: Cast) -> Matter:
    """Another's report in which the name or a number stands wherever anybody could write."""
    said = "楼上周大山又在敲墙，电话139-1111 2222"
    matter = cast.assigned(
        by="chen",
        title=f"{NAME}敲墙",
        body=f"{said}，证件 １１０１０５１９４９１２３１００２Ｘ",
        address="周大山家",
    )
    on = {"matter_id": matter.id, "at": MONDAY}
    verbs.ask(**on, by=cast.handler, text=f"{NAME}几点敲？", pauses=True)
    verbs.answer(**on, by=cast.chen, text="周 大山 天天敲")
    verbs.pause(**on, by=cast.handler, reason="weather", words=said)
    verbs.resume(**on, by=cast.handler)
    verbs.ask_extension(**on, by=cast.handler, span="1 working_day", reason=said)
    verbs.decide_extension(**on, by=cast.street_duty, granted=False, decision=said)
    verbs.comment(**on, by=cast.handler, text="周大山不在家", for_reporter=True)
    verbs.supervise(**on, by=cast.district_duty, text=said)
    verbs.reply_order(**on, by=cast.handler, order_id=fresh(matter).orders.get().id, text=said)
    verbs.link(**on, by=cast.dispatcher, other_id=cast.report("granny").id, words=said)
    return matter


def find(cast: Cast, person: Person) -> verbs.Mentions:
    return verbs.find_mentions(person_id=person.id, by=cast.social, at=MONDAY, purpose=WHY)


def redact(cast: Cast, matter: Matter, person: Person, **changes: Any) -> Matter:
    given = {"by": cast.social, "at": MONDAY, "reason": WHY, "person_id": person.id}
    return verbs.redact(matter_id=matter.id, **{**given, **changes})


def others(kept: str) -> str:
    """Without the person's own card and history, which go when they are erased."""
    return "\n".join(line for line in kept.splitlines() if "people_person" not in line and '"person:' not in line)


def left_of(kept: str) -> list[str]:
    plain = kept.replace(" ", "").replace("-", "")
    return [word for word in (NAME, PHONE, "１１０１０５１９４９１２３１００２Ｘ") if where(plain, word)]


def test_a_name_and_its_numbers_are_found_and_blacked_out_wherever_others_wrote_them(
    cast: Cast, person: Person
) -> None:
    matter = gossip(cast)
    assert len(left_of(others(everything_kept()))) == 3
    linked, mention = find(cast, person).found
    assert mention.matter.id == matter.id and not mention.contact
    assert linked.excerpts, "the words of a link stand on both its matters"
    assert {piece.found for piece in mention.excerpts} >= {NAME}
    before = fresh(matter)
    redact(cast, matter, person)
    assert left_of(others(everything_kept())) == [], "\n".join(where(others(everything_kept()), NAME))
    after = fresh(matter)
    assert (after.title, after.address) == (f"{MARK}敲墙", f"{MARK}家")
    assert after.body == f"楼上{MARK}又在敲墙，电话{MARK}，证件 {MARK}", "what else was written stays"
    assert (after.state, after.due_at, after.lead_unit_id) == (before.state, before.due_at, before.lead_unit_id)
    assert after.version == before.version + 1
    assert find(cast, person).found == ()
    with as_system():
        assert list(verify()) == []


def test_every_column_of_words_is_read(cast: Cast) -> None:
    """A new column of text in a matter or its steps has to be listed, or be named here as written by no hand."""
    by_rule = {
        "number", "kind", "department", "urgency", "source", "source_key", "place_code", "state", "finish_span", "leg",
        "leg_span", "outcome", "state_before", "p4", "p6", "p9", "p12", "part", "cause", "reason", "what", "span", "id",
    }  # fmt: skip
    read: dict[str, set[str]] = {}
    for model, _column, texts in tables():
        read.setdefault(model.__name__, set()).update(texts)
    for model, _column, _texts in tables():
        kinds = {
            f.column for f in model._meta.concrete_fields if f.get_internal_type() in ("CharField", "TextField")
        }
        assert kinds - read[model.__name__] <= by_rule, model
    assert "reason" in read["Request"] and "reason" not in read["Pause"], "a pause's reason is chosen, not written"


def test_the_contact_that_was_left_goes_when_it_is_theirs(cast: Cast, person: Person) -> None:
    called = {"name": NAME, "phone": PHONE}
    matter = cast.report(by="social", source="desk", contact=called)
    other = cast.report(by="social", source="desk", contact={"name": "王五", "phone": "13899990000"})
    (mention,) = find(cast, person).found
    assert mention.matter.id == matter.id and mention.contact and mention.excerpts == ()
    redact(cast, matter, person)
    assert fresh(matter).contact_sealed is None and fresh(other).contact_sealed is not None
    with pytest.raises(Conflict):
        redact(cast, other, person)
    with pytest.raises(Conflict):
        redact(cast, matter, person)


def test_the_record_says_that_and_why_and_neither_what_nor_whom(cast: Cast, person: Person) -> None:
    matter = gossip(cast)
    redact(cast, matter, person)
    with as_system():
        record = Record.objects.get(stream=matter.stream, verb="matters.redact")
    assert record.note == WHY and record.after["places"] > 8 and record.after["records"] > 8
    assert str(person.id) not in f"{record.after} {record.person_ids}"
    assert record.actor_account == cast.social.account_id
    look_as(cast.dispatcher)
    told = story(matter.id, cast.dispatcher)[-1]
    assert told.verb == "redact" and "隐去" in told.sentence
    with pytest.raises(Invalid):
        redact(cast, matter, person, reason=f"{NAME}申请")
    with pytest.raises(Invalid):
        redact(cast, matter, person, reason=" ")


def test_that_it_was_looked_for_stands_in_the_persons_own_history(cast: Cast, person: Person) -> None:
    gossip(cast)
    find(cast, person)
    look_as(cast.social)
    with as_system():
        record = Record.objects.get(verb="matters.find_mentions")
    assert record.person_ids == [person.id] and record.after == {"purpose": WHY, "found": 2}


def test_what_lies_elsewhere_is_neither_found_nor_blacked_out(cast: Cast, person: Person) -> None:
    far = cast.report("chen", title=f"{NAME}敲墙", place_code=OTHER_HOOD)
    assert find(cast, person).found == ()
    with pytest.raises(NotFound):
        redact(cast, far, person)
    assert NAME in fresh(far).title


def test_only_the_counter_may_and_only_for_those_it_may_erase(cast: Cast, person: Person) -> None:
    matter = gossip(cast)
    for who in ("dispatcher", "handler", "grid", "keeper", "street_leader", "chen"):
        with pytest.raises(NotAllowed):
            verbs.find_mentions(person_id=person.id, by=getattr(cast, who), at=MONDAY, purpose=WHY)
        with pytest.raises(NotAllowed):
            redact(cast, matter, person, by=getattr(cast, who))
    with as_system():
        Person.objects.filter(id=person.id).update(place_code=OTHER_HOOD)
    with pytest.raises(NotFound):
        find(cast, person)
    with pytest.raises(NotFound):
        redact(cast, matter, person)
    assert NAME in fresh(matter).title


def test_ones_own_reports_are_left_to_the_farewell(cast: Cast) -> None:
    own = cast.report("granny", title="林阿婆说路灯坏了")
    with as_system():
        granny = Person.objects.get(id=cast.granny.person_id)
    assert find(cast, granny).found == ()
    assert fresh(own).title == "林阿婆说路灯坏了"


def test_a_namesake_stays_until_somebody_says_so(cast: Cast, person: Person) -> None:
    """Names are not unique: finding changes nothing, and each matter is decided by itself."""
    one, other = cast.report("chen", body=f"{NAME}家漏水"), cast.report("granny", body=f"同名的{NAME}家漏水")
    assert {m.matter.id for m in find(cast, person).found} == {one.id, other.id}
    redact(cast, one, person)
    assert fresh(one).body == f"{MARK}家漏水" and fresh(other).body == f"同名的{NAME}家漏水"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("周　大山家", f"{MARK}家"),
        ("打１３９１１１１２２２２", f"打{MARK}"),
        ("139 1111-2222。", f"{MARK}。"),
        ("编号 139111122223 不是电话", "编号 139111122223 不是电话"),
        ("11010519491231002x", MARK),
        ("大山", "大山"),
    ],
)
def test_how_a_name_and_a_number_may_be_written(text: str, left: str) -> None:
    assert Wanted.of(NAME, [PHONE, IDENTITY]).blacked_out(text) == left


def test_signs_in_a_name_are_only_signs(cast: Cast) -> None:
    assert Wanted.of("A.*", []).blacked_out("AAA A.* ABC") == f"AAA {MARK} ABC"
    assert Wanted.of("王", ["12"]).pattern == ""
    with as_system():
        short = people.register_person(by=cast.social, at=MONDAY, name="王", place_code=HOOD)
    with pytest.raises(Conflict):
        find(cast, short)
