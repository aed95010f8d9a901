"""Every page of this scene in real Chromium, light and dark, Chinese and English, large: what axe finds, what sticks out, what
a thumb cannot hit. A new address must be entered here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from linli.kernel.clock.now import now
from linli.kernel.people.verbs import give_consent
from linli.parts.tests import browser
from linli.parts.tests.browser import Served
from linli.parts.tests.looks import DESK, LARGE, LOOKS, PHONE, faults, in_chromium
from linli.scenes.self_governance import cards, certificates, urls, verbs
from linli.scenes.self_governance.keeping import PUBLISHING
from linli.scenes.self_governance.verbs.spending import signing_key

from .cast import HERE, HOOD, HOUR, Neighbours, coming
from .test_spending import give_phone

pytestmark = pytest.mark.slow

BASE = "/scenes/self_governance/"
ON_PHONE = {
    "find": ("granny", ("", "?kind=other")),
    "activity": ("chen", ("activities/{open}/",)),
    "mine": ("granny", ("mine/",)),
    "sign_up": ("granny", ("mine/{coming}/", "mine/{serving}/", "mine/{appealed}/")),
    "record": ("granny", ("record/",)),
    "verify": ("", ("verify/", "verify/?number={number}&code={code}", "verify/?number=ZY2026-00000000&code=0")),
    "card": ("granny", ("card/",)),
    "shops": ("chen", ("shop/",)),
    "shop": ("zhang", ("shop/{shop}/",)),
    "bank": ("granny", ("time/",)),
    "honours": ("", ("honours/",)),
    "my_integrity": ("granny", ("integrity/",)),
    "showing": ("social", ("showing/",)),
    "code": ("social", ("showing/{now}/",)),
}
ON_DESK = {
    "activities": ("social", ("desk/activities/", "desk/activities/?tab=over")),
    "organise": ("social", ("desk/activities/{open}/", "desk/activities/{draft}/")),
    "roster": ("social", ("desk/shifts/{now}/",)),
    "appeals": ("street_duty", ("desk/appeals/",)),
    "volunteer": ("social", ("desk/volunteers/{granny}/",)),
    "disputes": ("street_duty", ("desk/time/",)),
    "integrity": ("street_duty", ("desk/integrity/",)),
    "partners": ("social", ("desk/shops/",)),
    "figures": ("social", ("desk/figures/",)),
}
NO_PAGES = {"scanned": "leads to a sign-up", "certificate": "a PDF"}


def test_every_address_is_looked_at_or_says_why_not() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == {*ON_PHONE, *ON_DESK, *NO_PAGES}


def lived(town: Neighbours) -> dict[str, str]:
    """Something in every state that looks different."""
    at = now()
    past = town.activity(at=at - timedelta(days=3), publish=False)
    starts = at - timedelta(days=1)
    shift = verbs.add_shift(
        by=town.social,
        at=at - timedelta(days=3),
        activity_id=past.id,
        starts_at=starts,
        ends_at=starts + 3 * HOUR,
        seats=5,
    )
    verbs.publish_activity(by=town.social, at=at - timedelta(days=3), activity_id=past.id)
    made = {}
    for who in ("granny", "chen"):
        one = verbs.join(by=getattr(town, who), at=at - timedelta(days=2), shift_id=shift.id)
        verbs.mark_arrived(by=town.social, at=starts, sign_up_id=one.id)
        verbs.mark_left(by=town.social, at=starts + 2 * HOUR, sign_up_id=one.id)
        made[who] = one
    verbs.certify(by=town.social, at=starts + 4 * HOUR, sign_up_id=made["granny"].id, stars=5)
    paper = verbs.issue_certificate(by=town.granny, at=starts + 4 * HOUR)
    verbs.certify(by=town.social, at=starts + 4 * HOUR, sign_up_id=made["chen"].id, minutes=60, note="中途离开")
    verbs.appeal(by=town.chen, at=starts + 5 * HOUR, sign_up_id=made["chen"].id, text="我没有离开")
    verbs.appeal(by=town.granny, at=starts + 5 * HOUR, sign_up_id=made["granny"].id, text="还应该多算半小时")
    coming_up = town.activity(
        at=at, publish=False, skills=["nursing", "first-aid"], title="陪独居老人去医院看病并送回家"
    )
    later = verbs.add_shift(
        by=town.social, at=at, activity_id=coming_up.id, starts_at=at + 25 * HOUR, ends_at=at + 28 * HOUR, seats=2
    )
    verbs.publish_activity(by=town.social, at=at, activity_id=coming_up.id)
    joined = verbs.join(by=town.granny, at=at, shift_id=later.id)
    today = town.activity(at=at - 2 * HOUR, publish=False, title="手机小课堂")
    running = verbs.add_shift(
        by=town.social, at=at - 2 * HOUR, activity_id=today.id, starts_at=at - HOUR, ends_at=at + 2 * HOUR, seats=4
    )
    verbs.publish_activity(by=town.social, at=at - 2 * HOUR, activity_id=today.id)
    serving = verbs.join(by=town.granny, at=at - 2 * HOUR, shift_id=running.id)
    came = at - HOUR
    verbs.check_in(by=town.granny, at=came, sign_up_id=serving.id, code=coming(running, came), position=HERE)
    verbs.record_training(
        by=town.social, at=at, person_id=town.granny.person_id, title="急救员培训", held_on=at.date() - timedelta(days=9),
        minutes=240, skill="first-aid",
    )  # fmt: skip
    _integrity(town)
    verbs.give_time(by=town.granny, at=at, key=uuid4(), minutes=20)
    later_on = {"starts_at": at + 30 * HOUR, "ends_at": at + 32 * HOUR}
    verbs.ask_help(by=town.granny, at=at, kind="elders", what="陪我去配老花镜", minutes=60, **later_on)
    give_phone(town, "zhang", "13900000001")
    shop = verbs.enrol_shop(
        by=town.social, at=at, name="阿婆馄饨", place_code=HOOD, offers="馄饨一碗 60 分", keeper_name="张姐",
        keeper_phone="13900000001",
    )  # fmt: skip
    for amount, agreed in ((60, True), (15, False)):
        code = cards.made(signing_key(), verbs.take_card(by=town.granny, at=at).number, at)
        charge = verbs.ask_points(
            by=town.zhang, at=at, shop_id=shop.pk, code=code, amount=amount, what="小馄饨一碗"
        )
        if agreed:
            verbs.agree_charge(by=town.granny, at=at, charge_id=charge.id)
    return {
        "open": str(coming_up.id), "draft": str(town.activity(at=at, publish=False).id), "now": str(running.id),
        "coming": str(joined.id), "serving": str(serving.id), "appealed": str(made["granny"].id),
        "granny": str(town.granny.person_id), "shop": str(shop.pk), "number": paper.number,
        "code": certificates.check_code(paper.hash),
    }  # fmt: skip


def _integrity(town: Neighbours) -> None:
    """Commended and rewarded, named by consent; two absences, one of them spoken of."""
    at = now()
    give = {
        "by": town.social,
        "at": at,
        "person_id": town.granny.person_id,
        "given_on": at.date() - timedelta(days=2),
    }
    for title in ("季度好邻居", "优秀志愿者"):
        praised = verbs.record_commendation(**give, title=title, what="常年陪诊")
    verbs.reward_commended(by=town.social, at=at, commendation_id=praised.id)
    give_consent(by=town.granny, at=at, person_id=town.granny.person_id, purpose=PUBLISHING)
    for days in (4, 5):
        activity = town.activity(at=at - timedelta(days=9), publish=False, title="平安夜巡")
        starts = at - timedelta(days=days)
        shift = verbs.add_shift(
            by=town.social, at=at - timedelta(days=9), activity_id=activity.id, starts_at=starts, ends_at=starts + HOUR, seats=5
        )  # fmt: skip
        verbs.publish_activity(by=town.social, at=at - timedelta(days=9), activity_id=activity.id)
        missed = verbs.join(by=town.granny, at=at - timedelta(days=8), shift_id=shift.id)
    verbs.close_over(at=at)
    verbs.propose_deduction(by=town.social, at=at, sign_up_id=missed.id, reason="电话核实，本人忘了时间")


@in_chromium
@pytest.mark.parametrize("look", [*LOOKS, *LARGE])
def test_axe_finds_nothing_serious_and_everything_fits(
    town: Neighbours, sign_in: Callable[[str], Client], house: Served, chromium: Browser, look: str
) -> None:
    filled = lived(town)
    wrong: list[str] = []

    def open_for(who: str, size: dict[str, int]) -> Page:
        page = browser.opened(chromium, base_url=house.url, viewport=size)
        given = dict((LOOKS | LARGE)[look])
        if who:
            with house.turn:
                given["linli_session"] = sign_in(who).cookies["linli_session"].value
        page.context.add_cookies([{"name": n, "value": v, "url": house.url} for n, v in given.items()])
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    for pages, size in ((ON_PHONE, PHONE), (ON_DESK, DESK)):
        if look in LARGE and pages is ON_DESK:
            continue
        opened: dict[str, Page] = {}  # one browser each: it keeps scripts and styles
        for who, addresses in pages.values():
            if who not in opened:
                opened[who] = open_for(who, size)
            for address in addresses:
                opened[who].goto(BASE + address.format(**filled))
                wrong.extend(faults(opened[who], thumb=pages is ON_PHONE))
        for page in opened.values():
            page.context.close()
    assert wrong == []
