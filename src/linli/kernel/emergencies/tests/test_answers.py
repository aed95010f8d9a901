"""What residents inside answer: who is asked, what follows from it, who may read it, and that it is gone afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Answer, Emergency, Task
from linli.kernel.emergencies.queries import course, mine, roll
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.people.keepers import keepers
from linli.kernel.people.looks import looks_at

from .homes import Homes, move_in, square

LATER = MONDAY + timedelta(minutes=3)


def declared(cast: Cast, **given: Any) -> Emergency:
    values = {
        "event": "居民楼火灾",
        "zone": Wanted(area=square(121.501, 31.201, 0.002)),
        "category": "fire",
        **given,
    }
    return verbs.declare(by=cast.street_duty, at=MONDAY, **values)


def said(emergency: Emergency, by: Any, kind: str = "safe", **given: Any) -> Answer:
    return verbs.answer(emergency_id=emergency.id, by=by, at=LATER, kind=kind, **given)


def test_who_lives_in_the_drawn_zone_sees_it_and_who_lives_beside_it_sees_nothing(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast, instruction="沿楼梯下楼", gather="东门广场")
    [found] = mine.mine(cast.granny, at=LATER)
    assert (found.emergency.gather, found.home, found.others) == ("东门广场", homes.inside, 0)
    assert mine.mine(cast.chen, at=LATER) == [], "the next building, outside the line"
    assert mine.mine(cast.grid, at=LATER) == []
    with pytest.raises(NotFound):
        mine.my(cast.chen, emergency.id, at=LATER)
    with pytest.raises(NotFound):
        said(emergency, cast.chen)
    with pytest.raises(NotAllowed):
        said(emergency, cast.grid)
    with as_system():
        called = Record.objects.filter(verb="emergencies.call").values_list("person_ids", flat=True)
    assert [list(ids) for ids in called] == [[cast.granny.person_id]], (
        "the stream of who is outside says nothing either"
    )


def test_who_is_registered_at_the_neighbourhood_only_is_warned_rather_than_not(cast: Cast, homes: Homes) -> None:
    move_in(cast.chen, HOOD)
    emergency = declared(cast)
    assert mine.my(cast.chen, emergency.id, at=LATER)
    move_in(cast.chen, OTHER_HOOD)
    assert mine.mine(cast.chen, at=LATER) == []


def test_the_zone_moves_and_people_inside_are_reckoned_again(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    verbs.move_zone(
        emergency_id=emergency.id, by=cast.street_duty, at=LATER, zone=Wanted(area=square(121.508, 31.201, 0.0015))
    )
    assert mine.mine(cast.granny, at=LATER) == []
    assert mine.my(cast.chen, emergency.id, at=LATER)
    with as_system():
        called = Record.objects.filter(verb="emergencies.call").order_by("seq").last()
        moved = Record.objects.get(verb="emergencies.move_zone")
    assert called is not None
    assert set(called.person_ids) == {cast.granny.person_id, cast.chen.person_id}, "who is out is told as well"
    assert moved.before["zone"]["coordinates"] != moved.after["zone"]["coordinates"], "the old zone is kept"


def test_a_call_for_help_is_a_task_at_once_and_once_and_the_log_names_nobody(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    first = said(emergency, cast.granny, "help", text="腿脚不便，在四楼")
    again = said(emergency, cast.granny, "help", text="腿脚不便，在四楼")
    assert first.id == again.id
    with as_system():
        task = Task.objects.get()
        assert (task.unit_id, task.answer_id, task.text) == (
            cast.units["committee"].id,
            first.id,
            "居民求助：柳湾家园 · 1号楼",
        )
        assert task.due_at == LATER + timedelta(minutes=15)
        assert cast.units["committee"].id in Emergency.objects.get().unit_ids
    with looking_as(cast.grid):
        told = course.course(emergency)
    text = "".join(f"{line.who}{line.sentence}{line.quote}" for line in told)
    assert "居民求助" in text
    assert "林阿婆" not in text
    assert "四楼" not in text
    said(emergency, cast.granny, "safe")
    with as_system():
        assert Answer.objects.get().kind == "safe"
        assert Task.objects.get().is_open, "who was sent still goes and looks"
    for wrong in ({"kind": "perhaps"}, {"kind": "help", "text": "长" * 201}):
        with pytest.raises(Invalid):
            said(emergency, cast.granny, **wrong)


def test_a_call_nobody_takes_goes_to_the_next_and_the_log_says_so_until_who_commands_has_it(
    cast: Cast, homes: Homes
) -> None:
    emergency = declared(cast)
    said(emergency, cast.granny, "help")
    assert verbs.pass_on_due(at=LATER + timedelta(minutes=2)) == 0
    assert verbs.pass_on_due(at=LATER + timedelta(minutes=3)) == 1
    with as_system():
        task = Task.objects.get()
        assert (task.unit_id, task.passed) == (cast.units["street"].id, [cast.units["committee"].id])
    assert verbs.pass_on_due(at=LATER + timedelta(minutes=6)) == 1
    assert verbs.pass_on_due(at=LATER + timedelta(hours=1)) == 0, "once, and then it is theirs to decide"
    with looking_as(cast.street_duty):
        told = [line.sentence for line in course.course(emergency)]
    assert "柳湾一居居委会 3 分钟没有人去，转给柳湾街道城运中心" in told
    assert "柳湾街道城运中心 3 分钟没有人去，没有别的单位可派，请指挥人员决定" in told


def test_a_call_that_was_taken_goes_to_nobody_else(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    said(emergency, cast.granny, "help")
    with as_system():
        task = Task.objects.get()
    verbs.take_task(emergency_id=emergency.id, task_id=task.id, by=cast.grid, at=LATER)
    assert verbs.pass_on_due(at=LATER + timedelta(hours=1)) == 0
    [look] = looks_at(cast.granny.person_id)
    assert (look.name, look.what, look.purpose) == ("赵网格", "接了您的求助，看了您的门牌和说明", "居民楼火灾")
    with looking_as(cast.grid):
        found = roll.help_of(_task(emergency), cast.grid)
        assert found is not None
        assert found.name == "林阿婆"
        assert roll.help_of(_task(emergency), cast.social) is None


def test_who_called_for_help_hears_how_far_it_is_and_nothing_of_that_is_left_afterwards(
    cast: Cast, homes: Homes
) -> None:
    emergency = declared(cast)
    made = said(emergency, cast.granny, "help")
    with as_system():
        task = Task.objects.get()
    given: dict[str, Any] = {"emergency_id": emergency.id, "task_id": task.id, "by": cast.grid}
    verbs.take_task(**given, at=LATER)
    verbs.arrive_task(**given, at=LATER)
    verbs.finish_task(**given, at=LATER, result="已扶下楼")
    with as_system():
        told = Record.objects.filter(stream=f"{emergency.stream}:{made.id}", verb="emergencies.call")
        assert [list(record.person_ids) for record in told] == [[cast.granny.person_id]] * 3
        assert all(told.last().after[name] for name in ("taken", "there", "done"))
    verbs.end(emergency_id=emergency.id, by=cast.street_duty, at=LATER, note="扑灭")
    with as_system():
        assert all(record.after is None for record in told.all())
    assert list(verify()) == []


def _task(emergency: Emergency) -> Task:
    return Task.objects.get(emergency=emergency)


def test_the_household_is_safe_with_one_word_but_not_who_asked_for_help(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    old = homes.add("林老伯", with_=cast.granny)
    said(emergency, cast.granny, household=True)
    with as_system():
        other = Answer.objects.get(person=old)
        assert (other.kind, other.said_by_id) == ("safe", cast.granny.person_id)
    young = homes.add("林小妹", with_=cast.granny)
    with as_system():
        Answer.objects.create(emergency=emergency, person_id=young, kind="help", place_code=homes.inside, at=LATER)
    said(emergency, cast.granny, household=True)
    with as_system():
        assert Answer.objects.get(person_id=young).kind == "help"


def test_numbers_for_who_sees_it_and_names_for_who_is_on_duty_old_and_alone_first(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    homes.add("小林", with_=homes.add("老林", year=1950))
    alone = homes.add("独居老人", year=1940)
    homes.add("年轻人", year=1999)
    said(emergency, cast.granny, "help")
    found = roll.counts(emergency, cast.grid, at=LATER)
    assert found == roll.Counts(asked=5, safe=0, help=1, waiting=1, silent=4, alone=1)
    rows = verbs.read_roll(emergency_id=emergency.id, by=cast.street_duty, at=LATER)
    assert (rows[0].person_id, rows[0].alone, len(rows)) == (alone, True, 4)
    assert rows[0].home == "柳湾家园 · 1号楼"
    [help_] = verbs.read_roll(emergency_id=emergency.id, by=cast.street_duty, at=LATER, only="help")
    assert help_.name == "林阿婆"
    fresh = verbs.read_roll(emergency_id=emergency.id, by=cast.grid, at=LATER, only="help")
    assert fresh, "the committee has a task in it now"
    for who in ("sweeper", "dispatcher"):
        with pytest.raises((NotAllowed, NotFound)):
            verbs.read_roll(emergency_id=emergency.id, by=cast.actors[who], at=LATER)
    assert [(look.name, look.what) for look in looks_at(alone)] == [("吴值班", "应急点名时看了您有没有报平安")]


def test_nobody_reads_names_where_they_have_no_task_and_no_shift(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    with looking_as(cast.grid), pytest.raises(NotAllowed):
        verbs.read_roll(emergency_id=emergency.id, by=cast.grid, at=LATER)


def test_it_ends_and_three_numbers_are_left(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    said(emergency, cast.granny, "help", text="胸口疼")
    verbs.end(emergency_id=emergency.id, by=cast.street_duty, at=LATER, note="火已扑灭")
    with as_system():
        assert not Answer.objects.exists()
        over = Emergency.objects.get()
        assert (over.asked, over.safe, over.helped) == (1, 0, 1)
        [record] = Record.objects.filter(verb="emergencies.answer")
        assert (record.actor_name, record.after) == (None, None)
        assert Task.objects.get().answer_id is None
    assert list(verify()) == []
    with pytest.raises(Conflict, match="已经结束"):
        said(emergency, cast.granny)
    with pytest.raises(NotAllowed):
        verbs.read_roll(emergency_id=emergency.id, by=cast.street_duty, at=LATER)
    [shown] = mine.mine(cast.granny, at=LATER)
    assert not shown.emergency.stands
    assert mine.mine(cast.granny, at=LATER + timedelta(days=8)) == []


def test_a_place_as_its_zone_takes_everybody_registered_in_it(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast, zone=Wanted(place_code=STREET))
    for who in ("granny", "chen"):
        assert mine.my(cast.actors[who], emergency.id, at=LATER)
    found = roll.counts(emergency, cast.street_duty, at=LATER)
    assert found is not None
    assert found.asked == 2


def test_each_sees_their_own_answer_and_no_other(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast, zone=Wanted(place_code=STREET))
    said(emergency, cast.granny, "help")
    for who, seen in (("granny", 1), ("chen", 0), ("grid", 0), ("street_duty", 0)):
        with looking_as(cast.actors[who]):
            assert Answer.objects.count() == seen, who
    copied = {c.name: c for c in _chapters(cast.granny.person_id)}
    assert copied["emergency_answers"].rows[0]["kind"] == "我需要帮助"


def _chapters(person: Any) -> Any:
    with as_system():
        return keepers.chapters(person, own=True)


def test_the_database_holds_what_an_answer_is(cast: Cast, homes: Homes) -> None:
    emergency = declared(cast)
    made = said(emergency, cast.granny)
    for wrong in (
        {"kind": "perhaps"},
        {"said_by": made.person_id},
        {"kind": "help", "said_by": cast.chen.person_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), as_system():
            Answer.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic(), as_system():
        Answer.objects.create(emergency=emergency, person_id=made.person_id, kind="safe", place_code=HOOD, at=LATER)


def test_a_phone_asks_one_question_while_nothing_stands(
    cast: Cast, homes: Homes, django_assert_max_num_queries: Any
) -> None:
    with looking_as(cast.granny), django_assert_max_num_queries(3):  # two of them set the eyes
        assert mine.mine(cast.granny, at=LATER) == []
    emergency = declared(cast)
    for n in range(9):
        homes.add(f"邻居{n}", with_=cast.granny)
    said(emergency, cast.granny, household=True)
    with looking_as(cast.granny), django_assert_max_num_queries(8):
        assert mine.my(cast.granny, emergency.id, at=LATER).others == 9
    with looking_as(cast.street_duty), django_assert_max_num_queries(4):
        counts = roll.counts(emergency, cast.street_duty, at=LATER)
    assert counts is not None
    assert (counts.asked, counts.safe) == (10, 10)
