"""From what is known of a place to a suggestion, a decision, an inspection and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.datasets.tests.addresses import WATER, Town
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import MONDAY, STREET, Cast
from linli.kernel.people.keepers import Leaving
from linli.kernel.people.models import Person
from linli.kernel.signs import keeping, queries, verbs
from linli.kernel.signs.evidence import read
from linli.kernel.signs.models import Look, State, Suggestion
from linli.kernel.signs.sentences import sentence
from linli.kernel.signs.verbs import looking

from .evident import DAY, HOME, NIGHT, QUIET, complaint, flows, raise_one, seen, suggestions

HOUR = timedelta(hours=1)


def follow() -> None:
    """What the follower is told, as often as one likes."""
    with as_system():
        records = list(Record.objects.filter(verb__in=verbs.FOLLOWS).order_by("seq"))
    verbs.follow(records)


def outcome(cast: Cast, word: str, matter: Matter) -> None:
    """The inspector goes, finds and closes."""
    matters.assign(matter_id=matter.id, by=cast.dispatcher, at=NIGHT + HOUR, unit_id=cast.units["enforcement"].id)
    matters.report_done(
        matter_id=matter.id, by=cast.handler, at=NIGHT + 2 * HOUR, outcome=word, result="已到现场看过。", files=[]
    )
    matters.close(matter_id=matter.id, by=cast.dispatcher, at=NIGHT + 3 * HOUR, outcome=word, reply="已核查。")


def test_water_and_complaints_at_one_home_are_a_suggestion_with_every_number(cast: Cast, town: Town) -> None:
    flows(cast)
    for _ in range(3):
        complaint(cast)
    (made,) = seen()
    assert (made.place_code, made.state, made.sign) == (HOME, State.OPEN, "crowded")
    water, noise = sorted(read(made.evidence), key=lambda one: one.name, reverse=True)
    assert (water.now, water.own.n, water.alike.n) == (34, 12, 15) and water.monthly and water.speaks
    assert (noise.now, noise.own.middle, noise.alike.n) == (3, 0, 31) and noise.source["n"] == 3
    assert made.weight == pytest.approx(2.0)
    assert "2026 年 8 月，34 m³" in sentence("crowded", water) and "15 处同期中位" in sentence("crowded", water)
    with as_system():
        look = Look.objects.get()
        record = Record.objects.get(verb="signs.raise")
    assert (look.looked, look.raised) == (1, 1) and record.person_ids == [] and record.place_code == HOME


def test_one_of_both_is_none(cast: Cast, town: Town) -> None:
    flows(cast)
    assert not seen()
    for _ in range(5):
        complaint(cast, QUIET)
    assert not seen(days=1)


def test_one_neighbour_who_writes_ten_times_is_one_voice(cast: Cast, town: Town) -> None:
    flows(cast)
    for ago in range(1, 11):
        complaint(cast, by="granny", ago=ago)
    assert not seen()
    complaint(cast)
    assert len(seen(days=1)) == 1


def test_a_data_set_that_does_not_name_this_use_is_not_looked_at(cast: Cast, town: Town) -> None:
    flows(cast, WATER)
    for _ in range(3):
        complaint(cast)
    assert not seen()


def test_the_same_night_twice_is_one_look_and_each_place_has_one_live_suggestion(cast: Cast, town: Town) -> None:
    raise_one(cast)
    assert len(seen()) == 1
    assert len(seen(days=1)) == 1
    with pytest.raises(IntegrityError, match="one_live_suggestion"), transaction.atomic(), as_system():
        one = Suggestion.objects.get()
        one.pk, one._state.adding = None, True
        Suggestion.objects.create(
            sign=one.sign, place_code=one.place_code, weight=1, raises=1, evidence=one.evidence, made_at=NIGHT,
            looked_at=NIGHT,
        )  # fmt: skip


def test_accepted_it_opens_its_matter_in_the_same_transaction(cast: Cast, town: Town) -> None:
    made = raise_one(cast)
    with pytest.raises(RuntimeError), transaction.atomic():
        verbs.accept(by=cast.street_duty, at=NIGHT, suggestion_id=made)
        raise RuntimeError
    with as_system():
        assert not Matter.objects.filter(source="sign").exists()
    matter = verbs.accept(by=cast.street_duty, at=NIGHT, suggestion_id=made, note="请带好证件")
    assert (matter.kind, matter.place_code, matter.public, matter.source) == ("crowded-check", HOME, False, "sign")
    assert "34 m³" in matter.body and "请带好证件" in matter.body and "吴值班" in matter.body
    (found,) = suggestions()
    assert (found.state, found.matter_id, found.decided_name) == (State.INSPECTING, matter.id, "吴值班")
    with pytest.raises(Conflict, match="吴值班"):
        verbs.accept(by=cast.social, at=NIGHT, suggestion_id=made)
    assert len(seen(days=1)) == 1, "while somebody is on the way nothing new is said"


@pytest.mark.parametrize(
    ("word", "state"), [("confirmed", "confirmed"), ("not-found", "not_found"), ("not-let-in", "unsettled")]
)
def test_what_the_inspection_found_is_what_the_sign_is_measured_by(
    cast: Cast, town: Town, word: str, state: str
) -> None:
    made = raise_one(cast)
    matter = verbs.accept(by=cast.street_duty, at=NIGHT, suggestion_id=made)
    outcome(cast, word, matter)
    follow()
    follow()
    (found,) = suggestions()
    assert found.state == state and found.ended_at and found.rests_until
    with looking_as(cast.street_duty):
        (figures,) = [one for one in queries.figures(cast.street_duty) if one.sign == "crowded"]
    assert (figures.made, figures.inspected, figures.confirmed) == (
        1,
        int(state != "unsettled"),
        int(state == "confirmed"),
    )
    assert figures.precision == {"confirmed": 1.0, "not_found": 0.0, "unsettled": None}[state] and figures.few
    with as_system():
        assert Record.objects.filter(verb="signs.settle").count() == 1


def test_reopened_it_is_inspected_again(cast: Cast, town: Town) -> None:
    made = raise_one(cast)
    matter = verbs.accept(by=cast.street_duty, at=NIGHT, suggestion_id=made)
    outcome(cast, "not-found", matter)
    follow()
    matters.reopen(matter_id=matter.id, by=cast.dispatcher, at=NIGHT + 4 * HOUR, reason="邻居说看错了楼")
    follow()
    (found,) = suggestions()
    assert found.state == State.INSPECTING and found.ended_at is None


def test_dismissed_it_rests_unless_the_evidence_grows(cast: Cast, town: Town) -> None:
    made = raise_one(cast)
    with pytest.raises(Invalid):
        verbs.dismiss(by=cast.street_duty, at=NIGHT, suggestion_id=made, reason=" ")
    verbs.dismiss(by=cast.street_duty, at=NIGHT, suggestion_id=made, reason="刚添了双胞胎，已上门看望过")
    assert len(seen(days=1)) == 1
    complaint(cast)
    assert len(seen(days=2)) == 1, "a third more is no news"
    complaint(cast)
    again = seen(days=3)
    assert len(again) == 2 and again[1].state == State.OPEN


def test_after_its_rest_it_may_be_said_again(cast: Cast, town: Town) -> None:
    made = raise_one(cast)
    verbs.dismiss(by=cast.street_duty, at=NIGHT, suggestion_id=made, reason="已核实是一大家人")
    with as_system():
        Suggestion.objects.update(rests_until=NIGHT + timedelta(days=1))
    assert len(seen(days=2)) == 2


def test_what_is_no_more_fades_and_what_was_decided_stays(cast: Cast, town: Town) -> None:
    raise_one(cast)
    later = seen(days=60)
    assert [one.state for one in later] == [State.FADED]
    with as_system():
        assert Record.objects.filter(verb="signs.fade").count() == 1


def test_the_matters_it_opens_are_no_evidence(cast: Cast, town: Town) -> None:
    flows(cast)
    complaint(cast)
    for n in range(4):
        matters.open_matter(
            by=cast.grid, at=MONDAY, kind="noise", title="核查", body="核查。", source="sign", source_key=str(n),
            place_code=HOME,
        )  # fmt: skip
    assert not seen()


def test_a_resident_cannot_report_an_inspection(cast: Cast, town: Town) -> None:
    with pytest.raises(Invalid):
        cast.report(kind="crowded-check")


def test_who_may_see_and_decide(cast: Cast, town: Town) -> None:
    made = raise_one(cast)
    for who, count in (
        ("street_duty", 1), ("social", 1), ("street_leader", 1), ("dispatcher", 1), ("district_duty", 0),
        ("city_duty", 0), ("keeper", 0), ("handler", 0), ("granny", 0), ("stranger", 0),
    ):  # fmt: skip
        with looking_as(cast.actors[who]):
            assert Suggestion.objects.count() == count, who
    for who, refusal in (("street_leader", NotAllowed), ("district_duty", NotAllowed), ("dispatcher", NotAllowed)):
        with pytest.raises(refusal):
            verbs.accept(by=cast.actors[who], at=NIGHT, suggestion_id=made)
    with looking_as(cast.district_duty):
        assert queries.listing(cast.district_duty).suggestions == []
        assert queries.figures(cast.district_duty)[0].by_street[STREET].made == 1
        with pytest.raises(NotAllowed):
            queries.one(cast.district_duty, made)


def test_switched_off_somewhere_nothing_is_raised_and_what_is_open_goes(cast: Cast, town: Town) -> None:
    raise_one(cast)
    with pytest.raises(NotAllowed):
        verbs.set_sign(by=cast.social, at=NIGHT, sign="crowded", place_code=HOME[:12], off=True, reason="试点结束")
    verbs.set_sign(by=cast.street_duty, at=NIGHT, sign="crowded", place_code=HOME[:12], off=True, reason="试点结束")
    assert [one.state for one in seen(days=1)] == [State.FADED]
    assert len(seen(days=2)) == 1


def test_a_place_may_ask_for_more(cast: Cast, town: Town) -> None:
    with pytest.raises(Invalid):
        verbs.set_sign(by=cast.street_duty, at=NIGHT, sign="crowded", place_code=STREET, raises=9, reason="太多了")
    verbs.set_sign(by=cast.street_duty, at=NIGHT, sign="crowded", place_code=STREET, raises=2.2, reason="误报多")
    flows(cast)
    for _ in range(3):
        complaint(cast)
    assert not seen()


def test_every_street_and_sign_is_looked_at_once_a_night(cast: Cast, town: Town) -> None:
    flows(cast)
    for _ in range(3):
        complaint(cast)
    count = 0
    while verbs.look_when_due(at=NIGHT + HOUR):
        count += 1
    with as_system():
        assert count == Look.objects.filter(day=DAY).count() == 6
    assert verbs.look_when_due(at=NIGHT + HOUR) == 0
    assert verbs.look_when_due(at=NIGHT + timedelta(days=1)) == 1
    assert len(suggestions()) == 1


def test_a_worker_that_dies_in_a_street_leaves_nothing_of_it(
    cast: Cast, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows(cast)
    for _ in range(3):
        complaint(cast)
    whole = looking._raise

    def dies(*given: object) -> None:
        whole(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(looking, "_raise", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        seen()
    with as_system():
        assert not Suggestion.objects.exists() and not Look.objects.exists()
    monkeypatch.undo()
    assert len(seen()) == 1


def test_what_was_forgotten_is_not_kept_and_old_suggestions_go(cast: Cast, town: Town) -> None:
    with as_system():
        Person.objects.filter(pk=cast.granny.person_id).update(place_code=HOME)
    made = raise_one(cast)
    assert not queries.mine(cast.granny.person_id), "before anybody has decided nobody is suspected"
    verbs.dismiss(by=cast.street_duty, at=NIGHT, suggestion_id=made, reason="已核实是一大家人")
    (mine,) = queries.mine(cast.granny.person_id)
    assert len(mine.said) == 2
    with pytest.raises(NotFound):
        verbs.contest(by=cast.chen, at=NIGHT, suggestion_id=made, words="不是我家，也要说两句。")
    verbs.contest(by=cast.granny, at=NIGHT, suggestion_id=made, words="我家六口人，一直这么用水。")
    with pytest.raises(IntegrityError, match="a_second_person_answers"), transaction.atomic(), as_system():
        Suggestion.objects.update(answered_at=NIGHT, answered_by=cast.street_duty.account_id, answer="知道了")
    chapters = keeping.chapters(cast.granny.person_id, True)
    assert "六口人" in str(chapters[0].rows) and "34 m³" in str(chapters[0].rows)
    with as_system():
        keeping.forget(Leaving(cast.granny.person_id, None), NIGHT)
    assert "六口人" not in suggestions()[0].contest and suggestions()[0].contested_by is None
    assert verbs.tidy(at=NIGHT + timedelta(days=729)) == 0 and verbs.tidy(at=NIGHT + timedelta(days=731)) == 1
