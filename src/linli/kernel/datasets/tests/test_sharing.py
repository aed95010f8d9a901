"""A unit asks, the owner decides, access ends by itself; what is taken is written down, and nothing sensitive is whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.datasets import queries
from linli.kernel.datasets.models import Share, Use
from linli.kernel.datasets.verbs import approve, ask, declare_set, download, end, give, make_key, refuse, sharing
from linli.kernel.matters.tests.cast import DISTRICT, MONDAY, Cast

from .addresses import WATER, Town, row, take_in

UNTIL = MONDAY + timedelta(days=30)


@pytest.fixture
def asked(cast: Cast, town: Town) -> Share:
    """The street asks the district for what lies in it."""
    from dataclasses import replace

    cast.actors["keeper"] = replace(cast.keeper, scope=DISTRICT)
    dataset = declare_set(
        by=cast.keeper, at=MONDAY, name="water-use", owner_id=cast.units["district"].id, place_code=DISTRICT,
        declaration=WATER,
    )  # fmt: skip
    take_in(
        cast, dataset, [row(联系电话="19912345678", 户名="林秀珍"), row("A2"), row("A3", 用水地址="不知道哪里")]
    )
    return ask(
        by=cast.street_leader, at=MONDAY, dataset_id=dataset.id, fields=["account", "used", "phone", "holder"],
        purpose="安排上门看望独居老人", until=UNTIL,
    )  # fmt: skip


def granted(cast: Cast, asked: Share) -> Share:
    return approve(by=cast.district_duty, at=MONDAY, share_id=asked.id, fields=["account", "used", "phone"])


def test_the_owner_narrows_and_the_unit_gets_its_own_place_masked(cast: Cast, asked: Share) -> None:
    share = granted(cast, asked)
    assert share.granted == ["account", "used", "phone"] and share.ends_at == UNTIL
    given = download(by=cast.street_leader, at=MONDAY, share_id=share.id)
    assert [label for _name, label in given.heads] == ["户号", "用水量", "联系电话"]
    assert given.rows == [["A1", 12.5, "199****5678"], ["A2", 12.5, ""]]  # A3 matched no place of the street


def test_nothing_is_given_before_nor_after_nor_to_others(cast: Cast, asked: Share) -> None:
    with pytest.raises(Conflict):
        download(by=cast.street_leader, at=MONDAY, share_id=asked.id)
    share = granted(cast, asked)
    with pytest.raises(NotFound):
        download(by=cast.city_duty, at=MONDAY, share_id=share.id)
    with pytest.raises(Conflict):
        download(by=cast.street_leader, at=UNTIL, share_id=share.id)
    _share, key = make_key(by=cast.street_leader, at=MONDAY, share_id=share.id)
    assert len(give(key=key, at=UNTIL - timedelta(seconds=1)).rows) == 2
    for wrong, at in ((key, UNTIL), (key + "x", MONDAY), ("", MONDAY)):
        with pytest.raises(NotAllowed):
            give(key=wrong, at=at)


def test_each_use_is_written_down_and_shown_to_the_owner(cast: Cast, asked: Share) -> None:
    share = granted(cast, asked)
    _share, key = make_key(by=cast.street_leader, at=MONDAY, share_id=share.id)
    give(key=key, at=MONDAY, address="10.0.0.9")
    download(by=cast.street_leader, at=MONDAY + timedelta(hours=1), share_id=share.id)
    with looking_as(cast.district_duty):
        uses = queries.uses(cast.district_duty, queries.share(cast.district_duty, share.id))
        assert [(u.how, u.rows, u.name) for u in uses] == [
            ("download", 2, "郑主任"),
            ("api", 2, "柳湾街道城运中心"),
        ]
        _asked, of_us = queries.shares(cast.district_duty)
        assert of_us[0].used == 2
    with looking_as(cast.city_duty):
        assert not Share.objects.exists() and not Use.objects.exists()
    with as_system():
        assert Record.objects.filter(verb="datasets.use_share").count() == 2
        said = repr(list(Record.objects.filter(verb__startswith="datasets").values("after", "note")))
    assert key not in said and "19912345678" not in said


def test_only_the_owner_decides_and_nobody_their_own(cast: Cast, asked: Share) -> None:
    for nobody in (cast.street_leader, cast.city_duty, cast.keeper):
        with pytest.raises(NotAllowed):
            approve(by=nobody, at=MONDAY, share_id=asked.id, fields=["used"])
    with pytest.raises(Invalid):
        refuse(by=cast.district_duty, at=MONDAY, share_id=asked.id, reason="。")
    refuse(by=cast.district_duty, at=MONDAY, share_id=asked.id, reason="用途不具体")
    with pytest.raises(Conflict):
        granted(cast, asked)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.update(decided_by=asked.asked_by)


def test_the_owner_cannot_give_more_nor_longer_than_asked(cast: Cast, asked: Share) -> None:
    share = approve(
        by=cast.district_duty,
        at=MONDAY,
        share_id=asked.id,
        fields=["used", "month"],
        until=UNTIL + timedelta(days=9),
    )
    assert share.granted == ["used"] and share.ends_at == UNTIL


def test_access_is_taken_back_with_its_key(cast: Cast, asked: Share) -> None:
    share = granted(cast, asked)
    _share, key = make_key(by=cast.street_leader, at=MONDAY, share_id=share.id)
    end(by=cast.district_duty, at=MONDAY, share_id=share.id, reason="协议终止")
    with pytest.raises(NotAllowed):
        give(key=key, at=MONDAY)
    assert queries.state_of(share, UNTIL) == "over"


def test_a_program_reads_page_by_page(cast: Cast, asked: Share, monkeypatch) -> None:
    monkeypatch.setattr(sharing, "PAGE", 1)
    _share, key = make_key(by=cast.street_leader, at=MONDAY, share_id=granted(cast, asked).id)
    first = give(key=key, at=MONDAY)
    second = give(key=key, at=MONDAY, after=first.after)
    assert [first.rows[0][0], second.rows[0][0], second.after] == ["A1", "A2", ""]


@pytest.mark.parametrize(
    ("fields", "purpose", "days"),
    [
        ([], "安排上门看望", 30),
        (["nothing"], "安排上门看望", 30),
        (["used"], "用", 30),
        (["used"], "安排上门看望", 400),
    ],
)
def test_what_is_asked_must_be_whole(cast: Cast, asked: Share, fields: list[str], purpose: str, days: int) -> None:
    with pytest.raises(Invalid):
        ask(
            by=cast.street_leader, at=MONDAY, dataset_id=asked.dataset_id, fields=fields, purpose=purpose,
            until=MONDAY + timedelta(days=days),
        )  # fmt: skip
