"""From a code on a screen to a screen that shows something, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import (
    ANONYMOUS,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Role,
    TooMany,
    as_system,
    looking_as,
)
from linli.kernel.audit.models import Record
from linli.kernel.displays import codes, queries, verbs
from linli.kernel.displays.models import Display, State
from linli.kernel.displays.tests.cast import DISTRICT, HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, Cast
from linli.kernel.people import guard
from linli.kernel.people import verbs as people

SCREEN = replace(ANONYMOUS, address="198.51.100.7")
LATER = timedelta(minutes=1)


def shown(kind: str = "board", key: str = "") -> verbs.Shown:
    return verbs.show_code(by=SCREEN, at=MONDAY, kind=kind, key=key)


def board(cast: Cast, place: str = HOOD) -> tuple[Display, str]:
    told = shown()
    return (
        verbs.confirm_board(by=cast.social, at=MONDAY, code=told.code, place_code=place, name="一居门口"),
        told.key,
    )


def tv(cast: Cast, who: str = "granny") -> tuple[Display, str]:
    told = shown("tv")
    return verbs.bind_tv(by=cast.actors[who], at=MONDAY, code=told.code), told.key


def fresh(display: Display) -> Display:
    with as_system():
        return Display.objects.get(pk=display.pk)


def recorded(display: Display) -> list[str]:
    with as_system():
        return list(
            Record.objects.filter(stream=display.stream).order_by("stream_seq").values_list("verb", flat=True)
        )


def test_a_board_is_confirmed_with_the_code_on_it(cast: Cast) -> None:
    told = shown()
    assert len(told.code) == codes.LENGTH and set(told.code) <= set(codes.ALPHABET)
    found = verbs.confirm_board(
        by=cast.social, at=MONDAY, code=told.code.lower(), place_code=HOOD, name=" 一居 门口 "
    )
    assert (found.state, found.place_code, found.name) == (State.ENROLLED, HOOD, "一居 门口")
    known = queries.by_key("board", told.key)
    assert known is not None and known.pk == found.pk
    assert recorded(found) == ["displays.open", "displays.confirm_board"]


def test_neither_key_nor_code_is_kept(cast: Cast) -> None:
    told = shown()
    with as_system():
        row = Display.objects.values_list("key_print", "code_print", "name", "page").get(pk=told.display.pk)
    kept = b"".join(bytes(value) if not isinstance(value, str) else value.encode() for value in row)
    assert told.key.encode() not in kept and told.code.encode() not in kept


def test_a_code_is_used_once(cast: Cast) -> None:
    told = shown()
    verbs.confirm_board(by=cast.social, at=MONDAY, code=told.code, place_code=HOOD, name="门口")
    with pytest.raises(Invalid):
        verbs.confirm_board(by=cast.social, at=MONDAY, code=told.code, place_code=HOOD, name="又一块")


def test_a_screen_has_one_code_at_a_time(cast: Cast) -> None:
    first = shown()
    second = shown(key=first.key)
    assert second.display.pk == first.display.pk and second.key == first.key
    with pytest.raises(Invalid):
        verbs.asked(by=cast.social, at=MONDAY, code=first.code)
    assert verbs.asked(by=cast.social, at=MONDAY, code=second.code).kind == "board"


def test_a_code_ends_after_ten_minutes(cast: Cast) -> None:
    told = shown()
    with pytest.raises(Invalid):
        verbs.asked(by=cast.social, at=MONDAY + codes.LIVES, code=told.code)


def test_a_key_of_one_kind_opens_no_other(cast: Cast) -> None:
    display, key = board(cast)
    assert queries.by_key("tv", key) is None
    assert shown("tv", key).display.pk != display.pk


def test_who_has_a_screen_of_their_own_washes_off_no_wrong_try(cast: Cast) -> None:
    own = shown("tv")
    for _n in range(codes.TRIED.tries):
        with pytest.raises(Invalid):
            verbs.asked(by=cast.granny, at=MONDAY, code="AAAAAA")
        try:
            verbs.asked(by=cast.granny, at=MONDAY, code=own.code)
        except TooMany:
            break
    with pytest.raises(TooMany):
        verbs.asked(by=cast.granny, at=MONDAY, code=own.code)


def test_wrong_codes_from_one_address_end_too(cast: Cast) -> None:
    from_there = replace(cast.social, address="198.51.100.9")
    guard.spend(replace(codes.TRIED_FROM, tries=1), guard.network("198.51.100.9"), MONDAY)
    with pytest.raises(TooMany):
        verbs.asked(by=from_there, at=MONDAY, code="AAAAAA")


@pytest.mark.django_db
def test_an_address_gets_no_end_of_codes() -> None:
    for _n in range(codes.SHOWN.tries):
        shown()
    with pytest.raises(TooMany):
        shown()


def test_who_may_confirm_what(cast: Cast) -> None:
    told = shown()
    for who in ("granny", "grid", "handler", "dispatcher"):
        with pytest.raises(NotAllowed):
            verbs.confirm_board(by=cast.actors[who], at=MONDAY, code=told.code, place_code=HOOD, name="门口")
    for place in (OTHER_HOOD, OTHER_STREET):
        with pytest.raises(NotAllowed):
            verbs.confirm_board(by=cast.social, at=MONDAY, code=told.code, place_code=place, name="门口")
    with pytest.raises(Invalid):
        verbs.confirm_board(by=cast.district_duty, at=MONDAY, code=told.code, place_code=DISTRICT, name="门口")
    assert fresh(told.display).state == State.WAITING


def test_a_tv_code_is_no_boards_and_the_other_way_round(cast: Cast) -> None:
    with pytest.raises(Invalid):
        verbs.confirm_board(by=cast.social, at=MONDAY, code=shown("tv").code, place_code=HOOD, name="门口")
    with pytest.raises(Invalid):
        verbs.bind_tv(by=cast.granny, at=MONDAY, code=shown().code)


def test_a_tv_shows_whose_it_is_bound_to(cast: Cast) -> None:
    display, _key = tv(cast)
    assert (display.person_id, display.place_code) == (cast.granny.person_id, HOOD)
    with looking_as(cast.granny):
        assert [row.display.pk for row in queries.mine(cast.granny, at=MONDAY)] == [display.pk]
    with looking_as(cast.chen):
        assert queries.mine(cast.chen, at=MONDAY) == []
        assert not Display.objects.exists()


def test_at_the_counter_a_tv_is_bound_for_who_has_no_phone(cast: Cast) -> None:
    told = shown("tv")
    person = cast.granny.person_id
    for who in ("keeper", "granny", "street_duty"):
        with pytest.raises(NotAllowed):
            verbs.bind_tv_for(by=cast.actors[who], at=MONDAY, code=told.code, person_id=person)
    found = verbs.bind_tv_for(by=cast.social, at=MONDAY, code=told.code, person_id=person)
    assert found.person_id == person


def test_a_proxy_binds_for_whom_they_act(cast: Cast) -> None:
    acting = replace(cast.chen, role=Role.PROXY, person_id=cast.granny.person_id, on_behalf="林阿婆")
    found = verbs.bind_tv(by=acting, at=MONDAY, code=shown("tv").code)
    assert found.person_id == cast.granny.person_id


def test_a_person_has_at_most_five(cast: Cast) -> None:
    for _n in range(5):
        tv(cast)
    with pytest.raises(Conflict):
        tv(cast)


def test_revoked_on_the_desk_or_by_who_bound_it(cast: Cast) -> None:
    first, key = board(cast)
    with pytest.raises(NotFound):
        verbs.revoke(by=cast.granny, at=MONDAY, display_id=first.pk)
    with pytest.raises(NotFound):
        verbs.revoke(by=replace(cast.social, scope=OTHER_HOOD), at=MONDAY, display_id=first.pk)
    verbs.revoke(by=cast.social, at=MONDAY, display_id=first.pk)
    assert queries.by_key("board", key) is None
    with pytest.raises(NotFound):
        verbs.revoke(by=cast.social, at=MONDAY, display_id=first.pk)
    second, key = tv(cast)
    with pytest.raises(NotFound):
        verbs.revoke(by=cast.chen, at=MONDAY, display_id=second.pk)
    verbs.revoke(by=cast.granny, at=MONDAY, display_id=second.pk)
    gone = fresh(second)
    assert (gone.state, gone.person_id, gone.household_id, gone.name) == (State.REVOKED, None, None, "")
    assert queries.by_key("tv", key) is None
    assert shown("tv", key).display.pk != second.pk


def test_its_version_counts_what_its_eyes_stand_on(cast: Cast) -> None:
    display, _key = board(cast)
    verbs.rename(by=cast.social, at=MONDAY, display_id=display.pk, name="新名")
    assert fresh(display).version == display.version
    verbs.move(by=replace(cast.social, scope=HOOD[:9]), at=MONDAY, display_id=display.pk, place_code=OTHER_HOOD)
    assert fresh(display).version == display.version + 1


def test_the_database_refuses_a_tv_that_is_nobodys(cast: Cast) -> None:
    display, _key = tv(cast)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Display.objects.filter(pk=display.pk).update(person=None)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Display.objects.filter(pk=display.pk).update(code_print=b"1", code_until=MONDAY)
    other, _key = board(cast)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Display.objects.filter(pk=other.pk).update(person=cast.granny.person_id)


def test_whoever_is_forgotten_leaves_no_tv(cast: Cast) -> None:
    display, key = tv(cast)
    people.erase_person(by=cast.granny, at=MONDAY, person_id=cast.granny.person_id)
    assert fresh(display).state == State.REVOKED and queries.by_key("tv", key) is None


def test_whoever_moves_away_leaves_the_binding_behind(cast: Cast) -> None:
    display, _key = tv(cast)
    with as_system():
        record = Record(
            verb="people.move_in",
            before={"place_code": HOOD},
            person_ids=[cast.granny.person_id],
            place_code=OTHER_HOOD,
        )
        display.person.__class__.objects.filter(pk=display.person_id).update(place_code=OTHER_HOOD)
    verbs.follow_homes([record, record])
    assert fresh(display).state == State.REVOKED


def test_an_address_put_right_takes_the_tv_along(cast: Cast) -> None:
    display, _key = tv(cast)
    people.correct_person(
        by=replace(cast.social, scope=HOOD[:9]), at=MONDAY, person_id=cast.granny.person_id, place_code=OTHER_HOOD
    )
    with as_system():
        told = list(Record.objects.filter(verb="people.correct_person"))
    verbs.follow_homes(told)
    assert (fresh(display).state, fresh(display).place_code) == (State.ENROLLED, OTHER_HOOD)


def test_what_nobody_confirms_is_forgotten(cast: Cast) -> None:
    told = shown()
    kept, _key = board(cast)
    assert verbs.tidy(at=MONDAY + timedelta(hours=23)) == 0
    assert verbs.tidy(at=MONDAY + timedelta(hours=25)) == 1
    with as_system():
        assert not Display.objects.filter(pk=told.display.pk).exists()
        assert Display.objects.filter(pk=kept.pk).exists()


def test_offline_since(cast: Cast) -> None:
    display, _key = board(cast)
    verbs.seen(at=MONDAY, display_id=display.pk, page="1", sound=False)
    with looking_as(cast.social):
        assert queries.listing(cast.social, at=MONDAY + queries.AWAY)[0].offline_since is None
        row = queries.listing(cast.social, at=MONDAY + queries.AWAY + LATER)[0]
    assert row.offline_since == MONDAY and row.display.sound is False


def test_whoever_keeps_the_register_sees_boards_alone(cast: Cast) -> None:
    board(cast)
    tv(cast)
    with looking_as(cast.keeper):
        assert [row.display.kind for row in queries.listing(cast.keeper, at=MONDAY)] == ["board"]
        assert Display.objects.count() == 1
    with looking_as(cast.social):
        assert {row.display.kind for row in queries.listing(cast.social, at=MONDAY)} == {"board", "tv"}
    with looking_as(replace(cast.social, scope=OTHER_HOOD)):
        assert not Display.objects.exists()


def test_nothing_is_said_of_a_screen_that_is_none(cast: Cast) -> None:
    for who in ("social", "granny"):
        with pytest.raises(Refused):
            verbs.asked(by=cast.actors[who], at=MONDAY, code="")
