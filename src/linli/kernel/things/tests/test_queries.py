"""What can be asked about things: pages, counts, one, the map; and that fifty thousand cost little more than fifty."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, Actor, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.things import verbs
from linli.kernel.things.models import Stranger, Upkeep
from linli.kernel.things.queries import listing, maps, one, strangers
from linli.kernel.things.queries.listing import Asked

from .cast import AT, DISTRICT, FAR_HOOD, GRID, HOOD, OTHER_HOOD, STREET, Cast

HOUR = timedelta(hours=1)


@pytest.fixture
def some(cast: Cast) -> Cast:
    """Seven things: four in the first neighbourhood (one of them in its grid), two in the second, one elsewhere."""
    for n in range(3):
        cast.register(f"sd-{n}", place_code=HOOD, name=f"{n + 1}楼烟感", lon=121.5 + n / 100, lat=31.2)
    cast.register("wl-0", model="water-level", place_code=GRID, spot="桥墩")
    cast.register("sd-8", place_code=OTHER_HOOD, waits=True)
    cast.register("sd-9", place_code=OTHER_HOOD, lon=121.6, lat=31.2, owner_id=cast.units["team"].id)
    cast.register("far-0", by="far_keeper", place_code=FAR_HOOD)
    return cast


def keys(actor: Actor, after: str | None = None, limit: int = 50, at=AT, **asked) -> list[str]:
    with looking_as(actor):
        found = listing.page(actor, Asked(**asked), at=at, after=after, limit=limit)
    return [row.thing.key for row in found.rows]


@pytest.mark.parametrize(
    ("who", "asked", "expected"),
    [
        ("keeper", {}, ["sd-0", "sd-1", "sd-2", "sd-8", "sd-9", "wl-0"]),
        ("grid", {}, ["sd-0", "sd-1", "sd-2", "wl-0"]),
        ("grid", {"place_code": STREET}, ["sd-0", "sd-1", "sd-2", "wl-0"]),
        ("grid", {"place_code": OTHER_HOOD}, []),
        ("keeper", {"place_code": OTHER_HOOD}, ["sd-8", "sd-9"]),
        ("keeper", {"place_code": GRID}, ["wl-0"]),
        ("keeper", {"place_code": DISTRICT}, ["sd-0", "sd-1", "sd-2", "sd-8", "sd-9", "wl-0"]),
        ("keeper", {"model": "water-level"}, ["wl-0"]),
        ("keeper", {"state": "waiting"}, ["sd-8"]),
        ("keeper", {"state": "retired"}, []),
        ("keeper", {"words": "2楼"}, ["sd-1"]),
        ("keeper", {"words": "桥墩"}, ["wl-0"]),
        ("keeper", {"words": "%"}, []),
        ("keeper", {"model": "x", "words": "x"}, []),
        ("far_keeper", {}, ["far-0"]),
        ("handler", {}, ["sd-0", "sd-1", "sd-2", "sd-8", "sd-9", "wl-0"]),
    ],
)
def test_a_list_holds_what_is_asked_for_and_may_be_seen(some: Cast, who: str, asked: dict, expected: list[str]):
    assert keys(some.actors[who], **asked) == expected


def test_by_owner_and_by_number(some: Cast):
    with as_system():
        nos = {row.thing.key: row.thing.no for row in listing.page(SYSTEM, Asked(), at=AT).rows}
    assert keys(some.keeper, owner_id=some.units["team"].id) == ["sd-9"]
    assert keys(some.keeper, nos=[nos["sd-1"], nos["far-0"]]) == ["sd-1"]
    assert keys(some.keeper, nos=[]) == []


def test_pages_follow_each_other_and_lose_nothing(some: Cast):
    seen, after = [], None
    for _n in range(10):
        with looking_as(some.keeper):
            page = listing.page(some.keeper, Asked(), at=AT, after=after, limit=2)
        seen += [row.thing.key for row in page.rows]
        after = page.next_cursor
        if after is None:
            break
    assert seen == keys(some.keeper)


@pytest.mark.parametrize("cursor", ["x", "W10=", "bnVsbA==", "WyJhIiwxXQ==", "WyJhXHUwMDAwIiwiYiJd", "七"])
def test_a_cursor_that_is_none_of_ours_is_refused(some: Cast, cursor: str):
    with looking_as(some.keeper), pytest.raises(Invalid):
        listing.page(some.keeper, Asked(), at=AT, after=cursor)


def test_a_maintenance_shows_while_it_lasts(some: Cast):
    with looking_as(some.keeper):
        thing = listing.page(some.keeper, Asked(words="sd-1"), at=AT).rows[0].thing
    verbs.maintain(by=some.keeper, at=AT, thing_id=thing.id, ends=AT + HOUR)
    assert keys(some.keeper, state="maintained") == ["sd-1"]
    assert keys(some.keeper, state="maintained", at=AT + HOUR) == []
    with looking_as(some.keeper):
        rows = {row.thing.key: row.state for row in listing.page(some.keeper, Asked(), at=AT).rows}
        assert (rows["sd-0"], rows["sd-1"], rows["sd-8"]) == ("working", "maintained", "waiting")
        found = one.detail(some.keeper, thing.id, at=AT)
        assert (found.state, found.maintenance.what) == ("maintained", "maintenance")  # type: ignore[union-attr]
        later = one.detail(some.keeper, thing.id, at=AT + HOUR)
        assert (later.state, later.maintenance) == ("working", None)


def test_counts_by_place_and_model(some: Cast):
    with looking_as(some.keeper):
        found = listing.counts(some.keeper, digits=12)
        assert [(c.place_code, c.model, c.state, c.n) for c in found] == [
            (HOOD, "smoke-detector", "working", 3),
            (HOOD, "water-level", "working", 1),
            (OTHER_HOOD, "smoke-detector", "waiting", 1),
            (OTHER_HOOD, "smoke-detector", "working", 1),
        ]
        assert [(c.model, c.n) for c in listing.counts(some.keeper, place_code=GRID)] == [("water-level", 1)]


def test_one_thing_tells_how_old_its_proofs_are_and_never_what_they_are(some: Cast):
    made = some.register("x-1", waits=True)
    verbs.rotate(by=some.keeper, at=AT + HOUR, thing_id=made.thing.id)
    verbs.note_upkeep(by=some.keeper, at=AT + HOUR, thing_id=made.thing.id, what="battery")
    with looking_as(some.keeper), CaptureQueriesContext(connection) as asked:
        found = one.detail(some.keeper, made.thing.id, at=AT + HOUR)
    assert len(asked) <= 8
    assert [(p.issued_at, p.ends_at) for p in found.proofs] == [(AT + HOUR, None), (AT, AT + 25 * HOUR)]
    assert found.label_at == AT and [u.what for u in found.upkeep] == ["battery"]
    assert made.secret not in repr(found) and made.code not in repr(found)


def test_what_lies_elsewhere_is_not_there(some: Cast):
    with as_system():
        far = listing.page(SYSTEM, Asked(words="far-0"), at=AT).rows[0].thing
    with looking_as(some.keeper):
        for ask in (
            lambda: one.find(some.keeper, far.id),
            lambda: one.find_by_no(some.keeper, far.no),
            lambda: one.detail(some.keeper, uuid4(), at=AT),
        ):
            with pytest.raises(NotFound):
                ask()


def test_who_may_not_look_is_told_so(some: Cast):
    for who in ("admin", "auditor"):
        actor = some.actors[who]
        for ask in (
            lambda actor=actor: listing.page(actor, Asked(), at=AT),
            lambda actor=actor: listing.counts(actor),
            lambda actor=actor: maps.as_geojson(actor, Asked(), at=AT),
            lambda actor=actor: one.find_by_no(actor, 1),
            lambda actor=actor: strangers.waiting(actor),
        ):
            with pytest.raises(NotAllowed):
                ask()


def test_a_map_shows_what_has_a_position_within_the_box(some: Cast):
    def shown(**given) -> list[str]:
        with looking_as(some.keeper):
            found = json.loads(maps.as_geojson(some.keeper, Asked(), at=AT, **given))
        assert found["type"] == "FeatureCollection"
        return sorted(f["properties"]["name"] + str(f["geometry"]["coordinates"][0]) for f in found["features"])

    assert shown() == ["1楼烟感121.5", "2楼烟感121.51", "3楼烟感121.52", "烟感121.6"]
    assert shown(box=(121.505, 31, 121.53, 32)) == ["2楼烟感121.51", "3楼烟感121.52"]
    with looking_as(some.keeper):
        cut = json.loads(maps.as_geojson(some.keeper, Asked(), at=AT, most=2))
    assert (len(cut["features"]), cut["more"]) == (2, True)
    for box in ((1, 2, 3), (2, 1, 1, 2), (float("nan"), 0, 1, 1)):
        with looking_as(some.keeper), pytest.raises(Invalid):
            maps.as_geojson(some.keeper, Asked(), at=AT, box=box)


def test_strangers_are_listed_until_they_are_settled(some: Cast):
    with as_system():
        for n in range(3):
            Stranger.objects.create(key=f"who-{n}", why="unknown", first_at=AT, last_at=AT + n * HOUR)
    assert [s.key for s in strangers.waiting(some.keeper)] == ["who-2", "who-1", "who-0"]
    verbs.dismiss_stranger(by=some.keeper, at=AT, stranger_id=strangers.waiting(some.keeper)[0].id)
    assert strangers.how_many(some.keeper) == 2


def test_who_knocked_in_the_moment_before_they_were_let_in_is_no_stranger(some: Cast):
    with as_system():
        for key, why in (("sd-1", "waiting"), ("sd-8", "waiting"), ("sd-1", "retired"), ("sd-1", "unknown")):
            Stranger.objects.create(key=key, why=why, first_at=AT, last_at=AT)
    with looking_as(some.keeper):
        assert [(s.key, s.why) for s in strangers.waiting(some.keeper)] == [("sd-8", "waiting")]
        assert strangers.how_many(some.keeper) == 1


def test_a_page_of_many_things_reads_its_index_and_stops(cast: Cast):
    """The plan, not the clock: fifty rows of ten thousand come out of the index of the prefix in order."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, spot, registered_at)"
            " SELECT uuidv7(), 'k-' || n, (ARRAY['smoke-detector','water-level'])[1 + n % 2], 'x', 'working', 1,"
            " '990101001' || lpad((n % 40)::text, 3, '0'), n % 16, '', now() FROM generate_series(1, 10000) n"
        )
        cursor.execute("ANALYZE things_thing")
    with looking_as(cast.keeper):
        found = listing.matching(cast.keeper, Asked(), AT).order_by("model", "key")[:51]
        plan = found.explain()
        assert "thing_p9" in plan and "Seq Scan on things_thing" not in plan and "Sort" not in plan
        first = listing.page(cast.keeper, Asked(), at=AT)
        with CaptureQueriesContext(connection) as asked:
            listing.page(cast.keeper, Asked(), at=AT, after=first.next_cursor)
            listing.counts(cast.keeper, digits=12)
    assert len(asked) == 2
    with as_system():
        assert Upkeep.objects.count() == 0
