"""A list asks the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.clock.now import frozen
from linli.kernel.people.verbs import give_consent
from linli.scenes.self_governance import cards, verbs
from linli.scenes.self_governance.keeping import PUBLISHING
from linli.scenes.self_governance.verbs.spending import signing_key

from .cast import HOOD, HOUR, MONDAY, Neighbours
from .test_spending import give_phone

SignIn = Callable[[str], Client]
BASE = "/scenes/self_governance/"
NOW = MONDAY + timedelta(days=6)
PAGES = {
    "": "granny",
    "mine/": "granny",
    "record/": "granny",
    "card/": "granny",
    "time/": "granny",
    "integrity/": "granny",
    "honours/": "granny",
    "shop/{shop}/": "zhang",
    "showing/": "social",
    "desk/activities/": "social",
    "desk/shifts/{shift}/": "social",
    "desk/appeals/": "street_duty",
    "desk/time/": "street_duty",
    "desk/integrity/": "social",
    "desk/shops/": "social",
    "desk/figures/": "social",
}


class Life:
    """Days of a neighbourhood, each of which leaves a row more on every list."""

    def __init__(self, town: Neighbours) -> None:
        self.town, self.day = town, 0
        give_phone(town, "zhang", "13900000001")
        self.shop = verbs.enrol_shop(
            by=town.social, at=MONDAY, name="阿婆馄饨", place_code=HOOD, offers="馄饨", keeper_name="张姐", keeper_phone="13900000001"
        )  # fmt: skip
        today = town.activity(at=MONDAY, publish=False, title="手机小课堂")
        self.shift = verbs.add_shift(
            by=town.social, at=MONDAY, activity_id=today.id, starts_at=NOW - HOUR, ends_at=NOW + HOUR, seats=9
        )
        verbs.publish_activity(by=town.social, at=MONDAY, activity_id=today.id)

    def goes_on(self) -> None:
        self.day += 1
        town, social, at = self.town, self.town.social, MONDAY + timedelta(days=self.day)
        who = ("granny", "chen", "zhang", "old_li", "father")[self.day - 1]
        served = town.activity(publish=False, title=f"清洁 {self.day}", kind="environment")
        shifts = [town.shift(served, MONDAY + timedelta(days=self.day, hours=3 * n), seats=4) for n in (1, 2)]
        coming = town.shift(served, NOW + timedelta(days=self.day), seats=4)
        verbs.publish_activity(by=social, at=MONDAY, activity_id=served.id)
        verbs.certify(by=social, at=NOW, sign_up_id=town.served("granny", shifts[0], minutes=120).id)
        town.join("granny", shifts[1])
        town.join("granny", coming)
        town.join(who, self.shift)
        contested = town.served("chen", shifts[0], minutes=60)
        verbs.certify(by=social, at=NOW, sign_up_id=contested.id)
        verbs.appeal(by=town.chen, at=NOW, sign_up_id=contested.id, text="还要多")
        verbs.close_over(at=at + timedelta(hours=12))
        self._praised(who)
        self._helped(at)
        code = cards.made(signing_key(), verbs.take_card(by=town.granny, at=NOW).number, NOW)
        verbs.ask_points(by=town.zhang, at=NOW, shop_id=self.shop.pk, code=code, amount=5, what="茶叶蛋")

    def _praised(self, who: str) -> None:
        person = getattr(self.town, who)
        give_consent(by=person, at=NOW, person_id=person.person_id, purpose=PUBLISHING)
        for title in ("好邻居", "热心人"):
            made = verbs.record_commendation(
                by=self.town.social, at=NOW, person_id=person.person_id, title=f"{title} {self.day}", what="陪诊",
                given_on=date(2026, 9, 8),
            )  # fmt: skip
        verbs.reward_commended(by=self.town.social, at=NOW, commendation_id=made.id)

    def _helped(self, at: object) -> None:
        """One more request of mine that somebody offers to help with, and one more of a neighbour's."""
        town, starts = self.town, NOW + timedelta(days=10 + self.day)
        elders = town.activity(publish=False, title=f"陪诊 {self.day}")
        shift = town.shift(elders, MONDAY + timedelta(days=self.day, hours=10))
        verbs.publish_activity(by=town.social, at=MONDAY, activity_id=elders.id)
        for who in ("granny", "father"):
            verbs.certify(by=town.social, at=NOW, sign_up_id=town.served(who, shift, minutes=120).id)
            asked = verbs.ask_help(
                by=getattr(town, who), at=NOW, kind="elders", what=f"配老花镜 {self.day}", starts_at=starts,
                ends_at=starts + HOUR, minutes=30,
            )  # fmt: skip
            verbs.offer_help(by=town.chen, at=NOW, request_id=asked.id)
        verbs.give_time(by=town.granny, at=NOW, key=uuid4(), minutes=5)


@pytest.fixture
def life(town: Neighbours) -> Life:
    life = Life(town)
    life.goes_on()
    return life


def test_pages_ask_as_often_for_many_as_for_few(life: Life, sign_in: SignIn) -> None:
    clients = {who: sign_in(who) for who in set(PAGES.values())}

    def asked() -> dict[str, int]:
        counted = {}
        for page, who in PAGES.items():
            with frozen(NOW), CaptureQueriesContext(connection) as seen:
                answer = clients[who].get(BASE + page.format(shop=life.shop.pk, shift=life.shift.id))
            assert answer.status_code == 200, page
            counted[page] = len(seen)
        return counted

    asked()  # what is kept for the process is asked once
    few = asked()
    for _day in range(3):
        life.goes_on()
    many = asked()
    assert {page: (few[page], n) for page, n in many.items() if n > few[page]} == {}
    assert max(many.values()) <= 45
