"""While rows are being carried over nothing is lost and nothing is refused: every batch is one row here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from linli.kernel.access import SYSTEM, Actor, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter, State
from linli.kernel.matters.queries.counts import QUEUES, counts
from linli.kernel.matters.queries.detail import detail
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.queries.story import story
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_STREET, STREET, fresh
from linli.kernel.matters.verbs.bulk import Incoming, take_in
from linli.kernel.people.models import Account, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.people.verbs import issue_key, move_household, register_person
from linli.kernel.places import queries as places
from linli.kernel.places import verbs as place_verbs
from linli.kernel.places.models import Recoding
from linli.kernel.places.rows import PlaceRow
from linli.project import recoding

from .merged import AFTER, KEEPER, NEW_HOOD, READY, Street, act_of, carry_all, merge

pytestmark = pytest.mark.django_db
EVERY = Filter(state=tuple(s.value for s in State))
PEOPLE = ("dispatcher", "social", "handler", "head", "sweeper", "street_duty", "district_duty")


def seen_by(actor: Actor) -> dict[str, set[str]]:
    """What the ways of looking show: the queue, the search, the numbers on the rail."""
    look_as(actor)
    searched = replace(EVERY, text="摊")
    return {
        "queue": {row["id"] for row in queue(actor, EVERY, limit=500).rows},
        "search": {row["id"] for row in queue(actor, searched, limit=500).rows},
        "counts": {f"{name}={n}" for name, n in counts(actor, QUEUES).items()},
    }


def remembered(street: Street, name: str) -> Actor:
    """The actor as a session remembered it just after the act, in the old post."""
    with as_system():
        account = Account.objects.get(username=name)
        post = Post.objects.filter(account=account, valid__contains=AFTER).order_by("place_code").first()
        return actor_in(account, post)


def test_at_every_moment_everybody_sees_all_they_saw(street: Street):
    before = {name: seen_by(street.actor(name, AFTER)) for name in PEOPLE}
    assert len(before["dispatcher"]["queue"]) >= len(street.matters) - 1 and before["dispatcher"]["search"]
    stories = {m.id: len(_story(street.cast.dispatcher, m)) for m in street.matters.values()}
    record = merge()
    old = {name: remembered(street, name) for name in PEOPLE}
    assert old["dispatcher"].scope == STREET and old["dispatcher"].also == (OTHER_STREET,)
    rounds = 0
    for _done in carry_all(record, most=1):
        rounds += 1
        if rounds % 7:
            continue
        for name in PEOPLE:
            for actor in (old[name], street.actor(name, READY)):
                for way, shown in seen_by(actor).items():
                    if way == "counts":  # the street it now belongs to has one more
                        continue
                    assert before[name][way] <= shown, (name, actor.scope, way, rounds)
    assert rounds > 50
    for name in PEOPLE:
        shown = seen_by(street.actor(name, READY))
        more = {str(street.matters["elsewhere"].id)} if name in ("dispatcher", "street_duty") else set()
        assert shown["queue"] == before[name]["queue"] | more, name
    dispatcher = street.actor("dispatcher", READY)
    assert {m.id: len(_story(dispatcher, m)) - 1 for m in street.matters.values() if m.id != elsewhere(street)} == {
        key: n for key, n in stories.items() if key != elsewhere(street)
    }


def _story(actor: Actor, matter: Matter) -> list[object]:
    look_as(actor)
    return list(story(matter.id, actor))


def elsewhere(street: Street) -> UUID:
    return street.matters["elsewhere"].id


def test_at_every_moment_work_goes_on_for_who_was_remembered_and_who_comes_anew(street: Street):
    cast = street.cast
    record = merge()
    old = {name: remembered(street, name) for name in ("dispatcher", "handler", "social")}
    at, acts = READY, 0
    for _done in carry_all(record, most=1):
        acts += 1
        if acts % 5:
            continue
        for who in (old, {name: street.actor(name, READY) for name in old}):
            matter = street.matters["accepted"]
            verbs.comment(matter_id=matter.id, by=who["dispatcher"], at=at, text="看看")
            verbs.assign(
                matter_id=matter.id, by=who["dispatcher"], at=at, unit_id=cast.units["enforcement"].id,
            )  # fmt: skip
            verbs.give_back(matter_id=matter.id, by=who["handler"], at=at, reason="再看看")
            assert fresh(matter).finish_due == matter.finish_due
            look_as(who["social"])
            assert detail(who["social"], street.matters["reported"].id)["number"]
            for code in (HOOD, NEW_HOOD):  # a form made before, and one made after
                opened = verbs.open_matter(
                    by=who["social"], at=at, kind="unlicensed-stall", title="又有摊位", body="又有摊位", source="desk",
                    place_code=code,
                )  # fmt: skip
                assert opened.place_code == NEW_HOOD
    assert acts > 50
    with as_system():
        assert not Matter.objects.filter(place_code__startswith=STREET).exists()


def test_an_open_page_is_not_stale_because_a_street_was_renamed(street: Street):
    matter = fresh(street.matters["accepted"])
    list(carry_all(merge()))
    by = street.actor("dispatcher", READY)
    verbs.reclassify(matter_id=matter.id, by=by, at=READY, kind="illegal-building", version=matter.version)


def test_it_begins_when_no_remembered_actor_can_be_ignorant_of_it(street: Street):
    record = merge()
    for seconds in (0, 29):
        assert recoding.carry(record, AFTER + timedelta(seconds=seconds)) == 0
    with as_system():
        assert Matter.objects.filter(place_code=HOOD).exists()
    assert recoding.carry(record, AFTER + timedelta(seconds=30))


def test_who_does_not_know_of_it_yet_may_report_where_they_work(street: Street):
    ignorant = street.cast.social
    assert ignorant.also == () and ignorant.scope == HOOD
    merge()
    opened = verbs.open_matter(
        by=ignorant, at=AFTER, kind="unlicensed-stall", title="摊", body="摊", source="desk", place_code=HOOD
    )
    assert opened.place_code == NEW_HOOD
    person = register_person(by=ignorant, at=AFTER, name="新来的", place_code=HOOD)
    assert person.place_code == NEW_HOOD
    moved = move_household(by=ignorant, at=AFTER, household_id=street.household.id, place_code=HOOD)
    assert moved.place_code == NEW_HOOD
    with pytest.raises(NotAllowed):
        verbs.open_matter(
            by=ignorant, at=AFTER, kind="unlicensed-stall", title="摊", body="摊", source="desk",
            place_code=OTHER_STREET + "001",
        )  # fmt: skip


def test_a_draft_written_with_the_old_code_lands_long_after(street: Street):
    list(carry_all(merge()))
    draft = street.cast.report("granny", at=READY + timedelta(days=30), source_key="draft", place_code=HOOD)
    assert draft.place_code == NEW_HOOD
    assert street.cast.report("granny", at=READY, source_key="draft", place_code=HOOD).id == draft.id


def test_old_matters_are_taken_in_at_what_their_place_is_called_today(street: Street):
    list(carry_all(merge()))
    row = Incoming(
        source="import:old", source_key="1", kind="unlicensed-stall", title="旧事", body="旧事", place_code=HOOD,
        state="reported", opened_at=MONDAY,
    )  # fmt: skip
    taken = take_in([row], by=SYSTEM, at=READY)
    assert taken.refused == {} and fresh(taken.new[0]).place_code == NEW_HOOD


def test_staff_of_the_street_a_neighbourhood_left_see_it_no_more_and_its_own_go_along(street: Street):
    """Not a merger: both streets stay, and one neighbourhood goes from the one to the other."""
    matter = street.matters["reported"]
    place_verbs.recode_place(by=KEEPER, at=AFTER, code=HOOD, new_code=NEW_HOOD)
    record = act_of(Recoding.objects.get())
    list(carry_all(record))
    left, grid = street.actor("street_duty", READY), street.actor("social", READY)
    assert (left.scope, grid.scope) == (STREET, NEW_HOOD)
    look_as(left)
    with pytest.raises(NotFound):
        detail(left, matter.id)
    stranger = replace(street.cast.stranger, scope=OTHER_STREET)
    for actor in (grid, stranger):
        look_as(actor)
        assert detail(actor, matter.id)["place_code"] == NEW_HOOD and story(matter.id, actor)


def test_of_a_street_that_was_split_everybody_has_both_parts_and_a_position_finds_its_own(street: Street):
    west, east = "990101021", "990101022"
    ring = {
        "type": "Polygon",
        "coordinates": [[[121.4, 31.1], [121.5, 31.1], [121.5, 31.3], [121.4, 31.3], [121.4, 31.1]]],
    }
    place_verbs.split_place(
        by=KEEPER,
        at=AFTER,
        code=STREET,
        into=[PlaceRow(code=west, name="柳西街道"), PlaceRow(code=east, name="柳东街道", boundary=ring)],
        children={HOOD: west, HOOD[:-1] + "2": east},
    )
    unsure = street.cast.report("granny", at=AFTER, place_code=STREET)
    sure = street.cast.report("granny", at=AFTER, place_code=STREET, lon=121.45, lat=31.2)
    assert (unsure.place_code, sure.place_code) == (west, east)
    before = seen_by(remembered(street, "dispatcher"))["queue"]
    list(carry_all(act_of(Recoding.objects.get())))
    with as_system():
        account = Account.objects.get(username="dispatcher")
        posts = list(Post.objects.filter(account=account, valid__contains=READY).order_by("place_code"))
        actors = [actor_in(account, post) for post in posts]
    assert [a.scope for a in actors] == [west, east]
    shown = [seen_by(actor)["queue"] for actor in actors]
    assert shown[0] | shown[1] == before and not shown[0] & shown[1]
    assert fresh(street.matters["street"]).place_code == west, "the part that took what lay at the street itself"
    handler = street.actor("handler", READY)
    look_as(handler)
    assert detail(handler, street.matters["ordered"].id)["place_code"] == west + "001"


def test_a_partner_goes_on_reporting_and_asking_by_the_old_code(street: Street):
    _key, plain = issue_key(by=SYSTEM, at=MONDAY, name="随手拍", place_code=STREET)
    record = merge()
    client, told = Client(), {"service_code": "unlicensed-stall", "description": "路边摊", "address_id": HOOD}
    opened = 0
    for n, _done in enumerate(carry_all(record, most=1)):
        if n % 25:
            continue
        answer = client.post("/open311/v2/requests.json", {**told, "api_key": plain, "description": f"路边摊 {n}"})
        assert answer.status_code == 200, answer.content.decode()
        opened += 1
    assert opened > 2
    with as_system():
        assert Matter.objects.filter(source="open311", place_code=NEW_HOOD).count() == opened
    listed = client.get("/open311/v2/services.json", {"jurisdiction_id": STREET})
    assert listed.status_code == 200 and {s["service_code"] for s in listed.json()}


def test_what_was_never_an_old_code_is_refused_as_before(street: Street):
    merge()
    assert places.now_called("990101001777") is None
    for by in (Actor(role=Role.DISPATCHER, scope="990101003"), street.cast.stranger):
        look_as(by)
        with pytest.raises((NotFound, NotAllowed)):
            verbs.accept(matter_id=street.matters["reported"].id, by=replace(by, scope="990101003"), at=READY)
