"""What a board and a television hear: notices where they hang, a television its person's own; nothing of anybody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from linli.kernel.clock.now import now
from linli.kernel.displays import queries, verbs
from linli.kernel.displays.models import Display
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast
from linli.parts.tests.hung import notice
from linli.project.stream import token_for_display

from .pages import Stream

pytestmark = pytest.mark.django_db(transaction=True)


def tv(cast: Cast, who: str = "granny") -> Display:
    code = verbs.show_code(by=cast.granny, at=now(), kind="tv").code
    return verbs.bind_tv(by=cast.actors[who], at=now(), code=code)


def board(cast: Cast) -> Display:
    code = verbs.show_code(by=cast.granny, at=now(), kind="board").code
    return verbs.confirm_board(by=cast.social, at=now(), code=code, place_code=HOOD, name="门口")


def token(display: Display) -> str:
    eyes = queries.own_eyes(display) if display.kind == "tv" else queries.public_eyes(display)
    return token_for_display(eyes, display)


@contextmanager
def listening(address: str, display: Display) -> Iterator[Stream]:
    with httpx.stream("GET", f"{address}/stream", params={"token": token(display)}, timeout=30) as response:
        assert response.status_code == 200
        stream = Stream(response)
        assert stream.next("retry:")
        yield stream


def opens(address: str, display: Display) -> bool:
    with httpx.stream("GET", f"{address}/stream", params={"token": token(display)}, timeout=30) as response:
        return response.status_code == 200


def test_a_tv_hears_of_its_persons_own_and_of_notices_and_of_no_neighbour(address: str, cast: Cast) -> None:
    with listening(address, tv(cast)) as stream:
        cast.report("chen", place_code=HOOD)  # the neighbour's, in the same house
        cast.assigned(by="chen")
        tv(cast, "chen")
        notice(cast, "二居停水", "周日停水。", by="street_duty", place_code=OTHER_HOOD)
        own = cast.report("granny")
        assert str(own.id) in stream.told(), "the first it hears is its person's own"
        told = notice(cast, "一居停水", "周六停水。")
        assert str(told.pk) in stream.told()


def test_a_board_hears_of_notices_at_its_place_and_above_and_of_nothing_else(address: str, cast: Cast) -> None:
    hung = board(cast)
    with listening(address, hung) as stream:
        cast.report("granny")
        cast.done()
        verbs.rename(by=cast.social, at=now(), display_id=hung.pk, name="大厅")
        notice(cast, "二居停水", "周日停水。", by="street_duty", place_code=OTHER_HOOD)
        notice(cast, "桥头停水", "周日停水。", by="district_duty", place_code=OTHER_STREET)
        street = notice(cast, "全街停水", "周六停水。", by="street_duty", place_code=STREET)
        assert str(street.pk) in stream.told(), "the first it hears is a notice that concerns it"


@pytest.mark.parametrize("kind", ["board", "tv"])
def test_a_stream_ends_within_seconds_of_its_screen_being_taken_back(address: str, cast: Cast, kind: str) -> None:
    found = board(cast) if kind == "board" else tv(cast)
    with listening(address, found) as stream:
        verbs.revoke(by=cast.social, at=now(), display_id=found.pk)
        began = time.monotonic()
        assert stream.ends()
        assert time.monotonic() - began < 15
    assert not opens(address, found)


def test_a_board_that_hangs_elsewhere_hears_of_the_old_place_no_more(address: str, cast: Cast) -> None:
    found = board(cast)
    with listening(address, found) as stream:
        street = replace(cast.social, scope=STREET)
        moved = verbs.move(by=street, at=now(), display_id=found.pk, place_code=OTHER_HOOD)
        assert stream.ends()
    assert not opens(address, found) and opens(address, moved)
