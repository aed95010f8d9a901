"""光荣榜 names only who agreed, and no longer than that."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import as_system
from linli.kernel.clock.now import frozen
from linli.kernel.people.models import Person
from linli.kernel.people.verbs import erase_person, give_consent, withdraw_consent
from linli.parts import leaves
from linli.scenes.self_governance import board as boards
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.keeping import PUBLISHING
from linli.scenes.self_governance.queries import honours

from .cast import HOOD, HOUR, STARTS, Neighbours

LATER = STARTS + 6 * HOUR
PAGE = "/scenes/self_governance/honours/"


def honoured(town: Neighbours, who: str = "granny") -> None:
    one = town.served(who, town.shift(), minutes=90)
    verbs.certify(by=town.social, at=STARTS + 4 * HOUR, sign_up_id=one.id)
    verbs.record_commendation(
        by=town.social, at=LATER, person_id=getattr(town, who).person_id, title="好邻居", what="陪诊", given_on=date(2026, 9, 1)
    )  # fmt: skip


def consent(town: Neighbours, who: str, *, gives: bool = True) -> None:
    by = getattr(town, who)
    (give_consent if gives else withdraw_consent)(by=by, at=LATER, person_id=by.person_id, purpose=PUBLISHING)


def test_a_name_stands_there_as_long_as_its_owner_agrees(town: Neighbours) -> None:
    honoured(town)
    stranger = Client()
    with frozen(LATER):
        assert "林阿婆" not in stranger.get(PAGE).content.decode()
        assert boards.honoured(HOOD, LATER) == []
        consent(town, "granny")
        page = stranger.get(PAGE).content.decode()
        assert "林阿婆" in page and "好邻居" in page and "1.5 小时" in page
        assert [row.title for row in boards.honoured(HOOD, LATER)] == ["林阿婆"]
        assert "volunteers-honoured" in {leaf.name for leaf in leaves.told(HOOD, at=LATER)}
        consent(town, "granny", gives=False)
        assert "林阿婆" not in stranger.get(PAGE).content.decode()
        assert boards.honoured(HOOD, LATER) == []


def test_a_minor_is_not_named_and_who_leaves_is_gone(town: Neighbours) -> None:
    honoured(town)
    consent(town, "granny")
    with as_system():
        Person.objects.filter(pk=town.granny.person_id).update(birth_year=2010)
    assert honours.board(HOOD, at=LATER).named == []
    with as_system():
        Person.objects.filter(pk=town.granny.person_id).update(birth_year=1950)
    assert [one.name for one in honours.board(HOOD, at=LATER).named] == ["林阿婆"]
    assert honours.board("990101002", at=LATER).named == []
    assert honours.board(HOOD, at=LATER + timedelta(days=400)).named == []
    erase_person(by=town.granny, at=LATER, person_id=town.granny.person_id)
    assert honours.board(HOOD, at=LATER).named == []


def test_who_is_not_named_is_counted_from_five_on(town: Neighbours) -> None:
    activity = town.activity()
    shift = town.shift(activity, starts=STARTS + 24 * HOUR, seats=9)
    people = ("granny", "chen", "zhang", "old_li", "father")
    for n, who in enumerate(people):
        if n == 4:
            assert honours.board(HOOD, at=LATER + 48 * HOUR).others is None
        verbs.certify(by=town.social, at=shift.ends_at, sign_up_id=town.served(who, shift, minutes=60).id)
    found = honours.board(HOOD, at=LATER + 48 * HOUR)
    assert found.others == honours.Others(5, 300) and found.named == []
    consent(town, "granny")
    found = honours.board(HOOD, at=LATER + 48 * HOUR)
    assert len(found.named) == 1 and found.others is None


def test_it_asks_as_much_for_one_as_for_many(town: Neighbours) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            honours.board(HOOD, at=LATER)
        return len(seen)

    honoured(town)
    consent(town, "granny")
    asked()  # what places are called is asked once
    few = asked()
    honoured(town, "chen")
    consent(town, "chen")
    assert len(honours.board(HOOD, at=LATER).named) == 2
    assert asked() == few
