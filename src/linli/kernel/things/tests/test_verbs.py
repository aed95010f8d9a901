"""What can happen to a thing, one act at a time: state, record, refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from linli.kernel.access import (
    SYSTEM,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    TooMany,
    as_system,
    look_as,
    looking_as,
)
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import story
from linli.kernel.files.models import File
from linli.kernel.things import verbs
from linli.kernel.things.models import Claim, Credential, Stranger, Thing, Upkeep
from linli.kernel.things.proofs import plain_code
from linli.kernel.things.queries import resting
from linli.kernel.things.queries.listing import Asked, page, shown_states
from linli.kernel.things.queries.one import detail
from linli.kernel.things.queries.registry import Registry
from linli.kernel.things.verbs.common import shard_of

from .cast import AT, DISTRICT, FAR_HOOD, GRID, HOOD, OTHER_HOOD, STREET, Cast, fresh

HOUR = timedelta(hours=1)


def said(thing: Thing | UUID) -> list[str]:
    with as_system():
        return [r.verb.removeprefix("things.") for r in story(f"thing:{getattr(thing, 'id', thing)}")]


def proves(thing: Thing, secret: str, at=AT) -> bool:
    registry = Registry()
    registry.load()
    known = registry.find(thing.key)
    assert known is not None
    return registry.proves(known, secret.encode(), at.timestamp())


# -- registering --------------------------------------------------------------------------------------------------


def test_a_thing_without_a_name_is_called_as_its_model_and_works_at_once(cast: Cast):
    made = cast.register()
    assert (made.thing.name, made.thing.state, made.code) == ("烟感", "working", "")
    assert made.thing.installed_at == AT and made.thing.shard == shard_of(HOOD)
    assert said(made.thing) == ["register"]


def test_numbers_are_given_once(cast: Cast):
    first, second = cast.register("a"), cast.register("b")
    assert first.thing.no != second.thing.no


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "-a"}, "key"),
        ({"key": "烟感1"}, "key"),
        ({"key": "a" * 65}, "key"),
        ({"key": ""}, "key"),
        ({"model": "toaster"}, "model"),
        ({"place_code": "12x"}, "place_code"),
        ({"place_code": "9901"}, "place_code"),
        ({"place_code": "990109"}, "place_code"),
        ({"name": "x" * 65}, "name"),
        ({"spot": "x" * 121}, "spot"),
        ({"lon": 121.5}, "lon"),
        ({"lon": float("nan"), "lat": 31.0}, "lon"),
        ({"lon": 200.0, "lat": 31.0}, "lon"),
        ({"every": 0}, "every"),
        ({"every": 10**9}, "every"),
        ({"owner_id": uuid4()}, "owner"),
    ],
)
def test_what_cannot_be_is_said_by_field_and_makes_no_thing(cast: Cast, changes: dict, field: str):
    with pytest.raises(Invalid) as refused:
        cast.register(**changes)
    assert list(refused.value.fields) == [field] and refused.value.fields[field]
    with as_system():
        assert not Thing.objects.exists()


def test_a_key_is_one_things_in_the_whole_house(cast: Cast):
    cast.register("a")
    with pytest.raises(Conflict) as refused:
        cast.register("a", by="far_keeper", place_code=FAR_HOOD)
    assert refused.value.fields["key"] == "已经有这个编号的设备。"


# -- secrets ------------------------------------------------------------------------------------------------------


def test_a_rotation_leaves_the_old_secret_good_for_its_overlap_and_no_third(cast: Cast):
    made = cast.register()
    thing = made.thing
    second = verbs.rotate(by=cast.keeper, at=AT + HOUR, thing_id=thing.id)
    assert second.old_until == AT + 25 * HOUR
    # AT lies in the past of PostgreSQL's clock, so what runs out is looked at through the rows.
    assert _good(thing, AT + 24 * HOUR) == 2 and _good(thing, AT + 26 * HOUR) == 1
    third = verbs.rotate(by=cast.keeper, at=AT + 2 * HOUR, thing_id=thing.id)
    assert _good(thing, AT + 3 * HOUR) == 2, "the first one ended: never more than two"
    assert proves(thing, third.secret) and not proves(thing, made.secret)
    verbs.rotate(by=cast.keeper, at=AT + 4 * HOUR, thing_id=thing.id, overlap=timedelta(0))
    assert _good(thing, AT + 4 * HOUR) == 1
    assert len({made.secret, second.secret, third.secret}) == 3


def test_two_rotations_in_the_same_instant_are_two_rotations(cast: Cast):
    made = cast.register()
    verbs.rotate(by=cast.keeper, at=AT, thing_id=made.thing.id)
    verbs.rotate(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert _good(made.thing, AT) == 2


def test_revoked_is_revoked_at_once_and_a_new_one_is_issued(cast: Cast):
    made = cast.register()
    verbs.rotate(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert verbs.revoke(by=cast.keeper, at=AT, thing_id=made.thing.id, reason="丢失") == 2
    assert not proves(made.thing, made.secret)
    for act in (verbs.revoke, verbs.rotate):
        with pytest.raises(Conflict):
            act(by=cast.keeper, at=AT, thing_id=made.thing.id)
    issued = verbs.issue(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert proves(made.thing, issued.secret)
    with pytest.raises(Conflict):
        verbs.issue(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert said(made.thing) == ["register", "rotate", "revoke", "issue"]


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_has_bounds(cast: Cast, overlap: timedelta):
    made = cast.register()
    with pytest.raises(Invalid):
        verbs.rotate(by=cast.keeper, at=AT, thing_id=made.thing.id, overlap=overlap)
    assert _good(made.thing, AT) == 1


def _good(thing: Thing, at) -> int:
    with as_system():
        rows = Credential.objects.filter(thing=thing, revoked_at=None)
        return sum(row.ends_at is None or row.ends_at > at for row in rows)


# -- claiming -----------------------------------------------------------------------------------------------------


def test_whoever_installs_it_claims_it_once(cast: Cast):
    made = cast.register(place_code=STREET, waits=True)
    assert made.thing.state == "waiting" and made.thing.installed_at is None
    assert len(made.code.replace("-", "")) == 16
    typed = made.code.lower().replace("-", " ").replace("0", "o")
    assert verbs.peek(by=cast.grid, at=AT, code=typed).id == made.thing.id
    thing = verbs.claim(
        by=cast.grid, at=AT + HOUR, code=typed, place_code=GRID, spot=" 三楼走廊 ", lon=121.5, lat=31.2
    )
    assert (thing.state, thing.place_code, thing.spot, thing.installed_at) == (
        "working",
        GRID,
        "三楼走廊",
        AT + HOUR,
    )
    assert fresh(thing).shard == shard_of(GRID) == shard_of(HOOD)
    with as_system():
        upkeep = Upkeep.objects.get(thing=thing)
    assert (upkeep.what, upkeep.by_name) == ("install", "赵网格")
    with pytest.raises(Conflict) as used:
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    assert used.value.code == "used"
    assert said(thing) == ["register", "claim"]
    assert proves(thing, made.secret), "the secret in the device is the one it was registered with"


def test_a_device_is_installed_within_the_place_it_was_registered_for(cast: Cast):
    made = cast.register(place_code=OTHER_HOOD, waits=True)
    with pytest.raises(Conflict) as refused:
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    assert "柳湾二居" in refused.value.sentence
    with pytest.raises(NotAllowed):
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=OTHER_HOOD)
    assert fresh(made.thing).state == "waiting"


def test_wrong_codes_are_counted_and_end_in_a_wait_that_right_ones_do_not_shorten(cast: Cast):
    made = cast.register(waits=True)
    for _n in range(10):
        with pytest.raises(NotFound):
            verbs.peek(by=cast.grid, at=AT, code="0000-0000-0000-0000")
    with pytest.raises(TooMany):
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    assert verbs.peek(by=cast.handler, at=AT, code=made.code), "somebody else is not held up"
    assert verbs.claim(by=cast.grid, at=AT + timedelta(minutes=16), code=made.code, place_code=GRID)


@pytest.mark.parametrize("code", ["", "x", "7KQM", "7KQM-03FX-0000-000!", "7" * 400, "\x00" * 16, "七" * 16])
def test_what_is_no_code_is_no_code(cast: Cast, code: str):
    assert plain_code(code) == ""
    with pytest.raises(NotFound):
        verbs.peek(by=cast.grid, at=AT, code=code)


def test_photos_go_to_the_thing(cast: Cast):
    from io import BytesIO

    from PIL import Image

    from linli.kernel.files.verbs import store

    made = cast.register(waits=True)
    upload = BytesIO()
    Image.effect_noise((48, 32), 90).convert("RGB").save(upload, "JPEG")
    upload.seek(0)
    photo = store(by=cast.grid, at=AT, upload=upload, name="现场.jpg", purpose="install")
    with pytest.raises(Invalid):
        verbs.claim(by=cast.handler, at=AT, code=made.code, place_code=HOOD, photos=[photo.id])
    assert fresh(made.thing).state == "waiting", "a photo of somebody else's stops the whole"
    verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=HOOD, photos=[photo.id])
    with as_system():
        assert File.objects.get(pk=photo.id).subject_id == made.thing.id


def test_a_label_printed_again_makes_the_old_one_worthless(cast: Cast):
    made = cast.register(waits=True)
    [(thing, code)] = verbs.issue_codes(by=cast.keeper, at=AT, thing_ids=[made.thing.id])
    assert thing.id == made.thing.id and code != made.code
    with pytest.raises(NotFound):
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    verbs.claim(by=cast.grid, at=AT, code=code, place_code=GRID)
    with pytest.raises(Conflict):
        verbs.issue_codes(by=cast.keeper, at=AT, thing_ids=[made.thing.id])
    with pytest.raises(NotFound):
        verbs.issue_codes(by=cast.keeper, at=AT, thing_ids=[uuid4()])


def test_no_code_is_in_the_database(cast: Cast):
    made = cast.register(waits=True)
    with as_system():
        claim = Claim.objects.get()
        assert made.code.encode() not in bytes(claim.digest)
        assert all(made.code not in str(r.after) for r in story(made.thing.stream))


# -- moving and changing ------------------------------------------------------------------------------------------


def test_a_move_takes_its_shard_along_and_is_written_into_its_history(cast: Cast):
    made = cast.register(place_code=HOOD, spot="一楼", lon=121.5, lat=31.2)
    moved = verbs.move(by=cast.handler, at=AT, thing_id=made.thing.id, place_code=OTHER_HOOD, spot="二楼")
    assert (moved.place_code, moved.spot, moved.lon, moved.lat) == (OTHER_HOOD, "二楼", None, None)
    assert fresh(moved).shard == shard_of(OTHER_HOOD) and fresh(moved).p12 == OTHER_HOOD
    again = verbs.move(by=cast.handler, at=AT, thing_id=made.thing.id, place_code=OTHER_HOOD, spot="二楼")
    assert again.version == moved.version, "moved to where it is: nothing happened"
    assert said(moved) == ["register", "move"]


def test_renamed_given_to_another_unit_and_told_its_interval(cast: Cast):
    made = cast.register()
    verbs.rename(by=cast.duty, at=AT, thing_id=made.thing.id, name="三楼烟感")
    verbs.change_owner(by=cast.duty, at=AT, thing_id=made.thing.id, unit_id=cast.units["team"].id)
    verbs.set_interval(by=cast.duty, at=AT, thing_id=made.thing.id, every=600)
    verbs.set_interval(by=cast.duty, at=AT, thing_id=made.thing.id, every=600)
    thing = fresh(made.thing)
    assert (thing.name, thing.owner_id, thing.every, thing.version) == ("三楼烟感", cast.units["team"].id, 600, 4)
    assert said(thing) == ["register", "rename", "change_owner", "set_interval"]
    verbs.change_owner(by=cast.duty, at=AT, thing_id=made.thing.id, unit_id=None)
    assert fresh(thing).owner_id is None
    for act, given in ((verbs.rename, {"name": " "}), (verbs.change_owner, {"unit_id": uuid4()})):
        with pytest.raises(Invalid):
            act(by=cast.duty, at=AT, thing_id=made.thing.id, **given)


def test_retired_proves_nothing_waits_for_nobody_and_comes_back_with_a_new_secret(cast: Cast):
    made = cast.register(waits=True)
    verbs.maintain(by=cast.keeper, at=AT, thing_id=made.thing.id, ends=AT + HOUR)
    thing = verbs.retire(by=cast.keeper, at=AT + HOUR / 2, thing_id=made.thing.id, reason="损坏")
    assert (thing.state, thing.retired_at) == ("retired", AT + HOUR / 2)
    assert not proves(thing, made.secret)
    with pytest.raises(NotFound):
        verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    with as_system():
        assert Upkeep.objects.get(what="maintenance").lasts.upper == AT + HOUR / 2
    for act, given in (
        (verbs.retire, {}),
        (verbs.issue, {}),
        (verbs.rotate, {}),
        (verbs.move, {"place_code": HOOD}),
        (verbs.maintain, {"ends": AT + HOUR}),
        (verbs.note_upkeep, {"what": "battery"}),
    ):
        with pytest.raises(Conflict):
            act(by=cast.keeper, at=AT, thing_id=thing.id, **given)
    back = verbs.return_to_use(by=cast.keeper, at=AT + HOUR, thing_id=thing.id, waits=True)
    assert back.thing.state == "waiting" and back.code and back.secret != made.secret
    assert proves(thing, back.secret)
    verbs.claim(by=cast.grid, at=AT, code=back.code, place_code=GRID)
    with pytest.raises(Conflict):
        verbs.return_to_use(by=cast.keeper, at=AT, thing_id=thing.id)


# -- upkeep -------------------------------------------------------------------------------------------------------


def test_what_was_done_to_it_is_noted(cast: Cast):
    made = cast.register()
    verbs.note_upkeep(by=cast.handler, at=AT, thing_id=made.thing.id, what="battery", note="换了 2 节")
    with as_system():
        row = Upkeep.objects.get()
    assert (row.what, row.note, row.by_account, row.lasts.lower) == (
        "battery",
        "换了 2 节",
        cast.handler.account_id,
        AT,
    )
    for what in ("", "maintenance", "install", "dance"):
        with pytest.raises(Invalid):
            verbs.note_upkeep(by=cast.handler, at=AT, thing_id=made.thing.id, what=what)


def test_a_maintenance_has_one_at_a_time_and_can_end_earlier(cast: Cast):
    made = cast.register()
    first = verbs.maintain(by=cast.keeper, at=AT, thing_id=made.thing.id, ends=AT + HOUR)
    with pytest.raises(Conflict):
        verbs.maintain(by=cast.keeper, at=AT, thing_id=made.thing.id, ends=AT + HOUR / 2)
    later = verbs.maintain(
        by=cast.keeper, at=AT, thing_id=made.thing.id, begins=AT + HOUR, ends=AT + 2 * HOUR, note="换电池"
    )
    verbs.end_maintenance(by=cast.handler, at=AT + HOUR / 2, upkeep_id=first.id)
    verbs.end_maintenance(by=cast.handler, at=AT + HOUR / 2, upkeep_id=later.id)
    for row in (first, later):
        with pytest.raises(Conflict):
            verbs.end_maintenance(by=cast.handler, at=AT + HOUR / 2, upkeep_id=row.id)
    with as_system():
        rows = {row.id: row.lasts for row in Upkeep.objects.all()}
    assert rows[first.id].upper == AT + HOUR / 2 and rows[later.id].isempty
    assert verbs.maintain(by=cast.keeper, at=AT + HOUR / 2, thing_id=made.thing.id, ends=AT + 2 * HOUR)


def test_who_stands_before_it_may_silence_it_for_four_hours(cast: Cast):
    made = cast.register()
    for given in ({"ends": AT + 5 * HOUR}, {"begins": AT + HOUR, "ends": AT + 2 * HOUR}):
        with pytest.raises(NotAllowed):
            verbs.maintain(by=cast.grid, at=AT, thing_id=made.thing.id, **given)
    assert verbs.maintain(by=cast.grid, at=AT, thing_id=made.thing.id, ends=AT + 4 * HOUR)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(0, 0), (0, -1), (2, 1), (0, 24 * 91), (24 * 370, 24 * 371), (-2, 5)],
)
def test_a_maintenance_that_cannot_be_is_refused(cast: Cast, begins: int, ends: int):
    made = cast.register()
    with pytest.raises(Invalid):
        verbs.maintain(
            by=cast.keeper, at=AT, thing_id=made.thing.id, begins=AT + begins * HOUR, ends=AT + ends * HOUR
        )


# -- strangers ----------------------------------------------------------------------------------------------------


def stranger(key: str = "who-1", why: str = "unknown") -> Stranger:
    with as_system():
        return Stranger.objects.create(key=key, why=why, first_at=AT, last_at=AT)


def test_a_place_rests_with_everything_below_it_and_who_works_there_knows_why(cast: Cast):
    here, there = cast.register(), cast.register(key="sd-2", place_code=OTHER_HOOD)
    row = verbs.maintain_place(by=cast.duty, at=AT, place_code=HOOD, ends=AT + HOUR, note="消防演练")
    both = [here.thing, there.thing]
    with looking_as(cast.duty):
        assert list(shown_states(both, AT).values()) == ["maintained", "working"]
        assert list(shown_states(both, AT + HOUR).values()) == ["working", "working"]
        assert [r.thing.key for r in page(cast.duty, Asked(state="maintained"), at=AT).rows] == [here.thing.key]
        (window,) = resting.windows(cast.duty, at=AT)
    assert (window.stands, window.things, window.upkeep.note, window.upkeep.by_name) == (
        "now",
        1,
        "消防演练",
        "吴值班",
    )
    with looking_as(cast.grid):  # whose scope is smaller, or the same
        assert [w.upkeep.id for w in resting.windows(cast.grid, at=AT)] == [row.id]
        assert [r.id for r in resting.running(cast.grid, at=AT)] == [row.id]
    with looking_as(cast.far_keeper):
        assert resting.windows(cast.far_keeper, at=AT) == []
    with as_system():
        record = Record.objects.get(verb="things.maintain_place")
    assert (record.place_code, record.note) == (HOOD, "消防演练")
    after = verbs.end_place_maintenance(by=cast.keeper, at=AT + HOUR / 2, upkeep_id=row.id)
    assert after.lasts.upper == AT + HOUR / 2
    with pytest.raises(Conflict):
        verbs.end_place_maintenance(by=cast.keeper, at=AT + HOUR, upkeep_id=row.id)


def test_a_place_that_rests_already_is_not_put_to_rest_again_but_a_larger_one_may(cast: Cast):
    given = {"by": cast.duty, "at": AT, "ends": AT + HOUR, "note": "停电"}
    verbs.maintain_place(place_code=HOOD, **given)
    with pytest.raises(Conflict):
        verbs.maintain_place(place_code=HOOD, **given)
    verbs.maintain_place(place_code=STREET, **given)
    made = cast.register()
    with looking_as(cast.duty):
        assert len(detail(cast.duty, made.thing.id, at=AT).around) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place_code": DISTRICT}, "place_code"),
        ({"place_code": "123"}, "place_code"),
        ({"note": "  "}, "note"),
        ({"ends": AT}, "ends"),
        ({"ends": AT + timedelta(days=91)}, "ends"),
        ({"begins": AT + timedelta(days=366), "ends": AT + timedelta(days=367)}, "ends"),
    ],
)
def test_a_place_is_not_put_to_rest_without_a_reason_an_end_or_a_bound(cast: Cast, changes: dict, field: str):
    keeper = replace(cast.duty, scope=DISTRICT)
    given = {"by": keeper, "at": AT, "place_code": HOOD, "ends": AT + HOUR, "note": "停电", **changes}
    with pytest.raises(Invalid) as refused:
        verbs.maintain_place(**given)
    assert field in refused.value.fields


def test_who_only_installs_puts_no_place_to_rest(cast: Cast):
    given = {"at": AT, "place_code": HOOD, "ends": AT + HOUR, "note": "停电"}
    for who in (cast.grid, cast.dispatcher, cast.far_keeper, cast.leader):
        with pytest.raises(NotAllowed):
            verbs.maintain_place(by=who, **given)
    row = verbs.maintain_place(by=cast.duty, **given)
    with pytest.raises(NotFound):
        verbs.end_place_maintenance(by=cast.far_keeper, at=AT, upkeep_id=row.id)


def test_a_stranger_becomes_a_thing_with_a_new_secret(cast: Cast):
    found = stranger()
    made = verbs.claim_stranger(
        by=cast.keeper, at=AT, stranger_id=found.id, model="water-level", place_code=HOOD, spot="桥墩"
    )
    assert (made.thing.key, made.thing.model, made.thing.name) == ("who-1", "water-level", "水位计")
    assert proves(made.thing, made.secret)
    with as_system():
        assert Stranger.objects.get().settled_at == AT
    with pytest.raises(Conflict):
        verbs.dismiss_stranger(by=cast.keeper, at=AT, stranger_id=found.id)


def test_one_that_is_registered_otherwise_is_no_stranger_any_more(cast: Cast):
    stranger("sd-0001")
    stranger("sd-0001", "secret")
    cast.register("sd-0001")
    with as_system():
        assert [(s.why, s.settled_at) for s in Stranger.objects.order_by("why")] == [
            ("secret", None),
            ("unknown", AT),
        ]


def test_what_kept_a_device_out_is_over_with_the_act_that_lets_it_in(cast: Cast):
    made = cast.register("sd-0001", waits=True)
    for why in ("waiting", "secret", "retired"):
        stranger("sd-0001", why)

    def left() -> set[str]:
        with as_system():
            return {s.why for s in Stranger.objects.filter(settled_at=None)}

    verbs.claim(by=cast.grid, at=AT, code=made.code, place_code=GRID)
    assert left() == {"secret", "retired"}
    verbs.rotate(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert left() == {"retired"}
    verbs.retire(by=cast.keeper, at=AT, thing_id=made.thing.id)
    verbs.return_to_use(by=cast.keeper, at=AT, thing_id=made.thing.id)
    assert left() == set()


def test_a_known_key_with_a_wrong_secret_is_not_registered_twice(cast: Cast):
    cast.register("sd-0001")
    found = stranger("sd-0001", "secret")
    with pytest.raises(Conflict):
        verbs.claim_stranger(by=cast.keeper, at=AT, stranger_id=found.id, model="water-level", place_code=HOOD)


def test_a_stranger_with_a_key_no_thing_can_have_is_dismissed(cast: Cast):
    found = stranger("水位计")
    with pytest.raises(Invalid):
        verbs.claim_stranger(by=cast.keeper, at=AT, stranger_id=found.id, model="water-level", place_code=HOOD)
    verbs.dismiss_stranger(by=cast.keeper, at=AT, stranger_id=found.id, reason="不是我们的")
    with pytest.raises(NotFound):
        verbs.dismiss_stranger(by=cast.keeper, at=AT, stranger_id=uuid4())


# -- permission ---------------------------------------------------------------------------------------------------

_OF_THING = {
    "issue": {},
    "rotate": {},
    "revoke": {},
    "move": {"place_code": HOOD},
    "rename": {"name": "x"},
    "set_interval": {"every": 5},
    "change_owner": {"unit_id": None},
    "retire": {},
    "return_to_use": {},
    "maintain": {"ends": AT + HOUR},
    "note_upkeep": {"what": "check"},
}
_MAY = {
    "keeper": set(_OF_THING),
    "duty": set(_OF_THING) - {"issue", "rotate", "revoke"},
    "dispatcher": {"move", "maintain", "note_upkeep"},
    "grid": {"move", "maintain", "note_upkeep"},
    "handler": {"move", "maintain", "note_upkeep"},
    "leader": set(),
    "admin": set(),
    "auditor": set(),
}


@pytest.mark.parametrize("who", [*_MAY])
@pytest.mark.parametrize("verb", [*_OF_THING])
def test_who_may_do_what(cast: Cast, who: str, verb: str):
    made = cast.register()
    actor = cast.actors[who]
    look_as(actor)
    try:
        getattr(verbs, verb)(by=actor, at=AT, thing_id=made.thing.id, **_OF_THING[verb])
        allowed = True
    except Conflict:
        allowed = True  # it may, and the thing is in no state for it
    except NotAllowed:
        allowed = False
    finally:
        look_as(SYSTEM)
    assert allowed == (verb in _MAY[who])


@pytest.mark.parametrize("verb", [*_OF_THING])
def test_nobody_touches_what_lies_outside_their_place(cast: Cast, verb: str):
    made = cast.register(place_code=FAR_HOOD, by="far_keeper")
    for who in ("keeper", "grid"):
        with pytest.raises((NotFound, NotAllowed)):
            getattr(verbs, verb)(by=cast.actors[who], at=AT, thing_id=made.thing.id, **_OF_THING[verb])
    assert said(made.thing) == ["register"]


def test_nobody_moves_a_thing_to_where_they_do_not_work(cast: Cast):
    made = cast.register()
    with pytest.raises(NotAllowed):
        verbs.move(by=cast.grid, at=AT, thing_id=made.thing.id, place_code=OTHER_HOOD)


def test_a_refused_act_changes_nothing(cast: Cast):
    made = cast.register()
    before = fresh(made.thing).version
    with pytest.raises(NotAllowed):
        verbs.rename(by=replace(cast.grid), at=AT, thing_id=made.thing.id, name="x")
    assert fresh(made.thing).version == before and said(made.thing) == ["register"]
