"""A kind switched off at a place: refused to residents there, open to staff, and the nearest place decides."""

from __future__ import annotations

import pytest

from linli.kernel.access import Actor, Invalid, Role, Via
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.offering import switched_off
from linli.kernel.matters.queries.promise import promise_for

from .cast import CITY, DISTRICT, HOOD, MONDAY, OTHER_HOOD, STREET, Cast

OFF = "unlicensed-stall"


def switch(cast: Cast, place_code: str, off: bool) -> None:
    verbs.set_numbers(
        by=Actor(role=Role.DATA_KEEPER, scope=CITY), at=MONDAY, kind=OFF, place_code=place_code, off=off
    )


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER, Role.PARTNER])
def test_residents_doors_are_refused_with_a_sentence_and_the_field(cast: Cast, role: Role):
    switch(cast, STREET, off=True)
    granny = cast.granny
    by = Actor(role=role, scope=CITY if role is Role.PARTNER else "", person_id=granny.person_id, via=Via.API)
    cast.actors["caller"] = by
    with pytest.raises(Invalid, match="这里不在线上受理“无证设摊”") as refused:
        cast.report("caller", source_key="once")
    assert set(refused.value.fields) == {"kind"} and refused.value.status == 422
    assert cast.report("caller", kind="inquiry").kind == "inquiry", "the others are taken"


def test_staff_may_still_open_it_there(cast: Cast):
    switch(cast, STREET, off=True)
    assert isinstance(cast.report("social"), Matter)


def test_the_nearest_place_decides(cast: Cast):
    switch(cast, DISTRICT, off=True)
    switch(cast, HOOD, off=False)
    assert [OFF in switched_off(code) for code in (CITY, DISTRICT, OTHER_HOOD, HOOD)] == [False, True, True, False]
    assert cast.report("granny").place_code == HOOD
    assert promise_for(kind=OFF, at=MONDAY, place_code=HOOD).where.code == HOOD
    with pytest.raises(Invalid):
        promise_for(kind=OFF, at=MONDAY, place_code=OTHER_HOOD)


def test_what_was_taken_before_it_was_switched_off_is_still_the_same_matter(cast: Cast):
    first = cast.report(source_key="draft")
    switch(cast, STREET, off=True)
    assert cast.report(source_key="draft").id == first.id
