"""Stations, owners' committees, reading, cadence and rates in real Chromium: what axe finds, what sticks out, what a thumb
cannot hit; light and dark, Chinese and English, large."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from linli.kernel.access import Actor, as_system
from linli.kernel.clock.now import now
from linli.kernel.people.models import Person
from linli.kernel.people.verbs import give_consent
from linli.parts.tests import browser
from linli.parts.tests.browser import Served
from linli.parts.tests.looks import DESK, LARGE, LOOKS, PHONE, faults, in_chromium
from linli.scenes.party_building import verbs
from linli.scenes.party_building.founding import Counted

from .cast import HOOD, Cast, identity, signed_in
from .test_doorstep_pages import compound, document, seated, station

pytestmark = pytest.mark.slow
BASE = "/scenes/party_building/"
ON_PHONE = (
    "near-me/", "my-owners/", "my-owners/{serving}/", "my-owners/{founding}/", "reading/?words=季度", "reading/{document}/?from=61", "mine/",
)  # fmt: skip
ON_DESK = (
    "stations/",
    "stations/{station}/",
    "owners/",
    "owners/{serving}/",
    "owners/{founding}/",
    "cadence/",
    "rates/",
    "knowledge/",
)


def lived(cast: Cast) -> tuple[Actor, dict[str, str]]:
    """Something in every state that looks different, of today."""
    at = now()
    lin = cast.resident("lin", "林党员", identity(1))
    with as_system():
        Person.objects.filter(pk=lin.person_id).update(place_code=HOOD + "001")
    cast.register(1)
    give_consent(by=lin, at=at, person_id=lin.person_id, purpose="party-points")
    made, other = station(cast, "柳湾一居党群服务站"), station(cast, "听潮里邻里小屋")
    verbs.shut_station(
        by=cast.first, at=at, station_id=other.pk, until=(at + timedelta(days=3)).date(), reason="更换空调"
    )
    for ahead, who in enumerate(("王德明", "周玉兰", "冯小芳")):
        day = timezone.localdate(at) + timedelta(days=ahead)
        verbs.put_on_watch(by=cast.first, at=at, station_id=made.pk, day=day, times="8:30-11:30", who=who)
    verbs.count_visits(by=cast.first, at=at, station_id=made.pk, service="量血压", count=12)
    owners, founding = compound(cast), compound(cast, HOOD + "002", "望江苑")
    seated(cast, owners)
    verbs.take_step(by=cast.first, at=at, owners_id=founding.id, kind="ready", on=(at - timedelta(days=90)).date())
    verbs.take_step(by=cast.first, at=at, owners_id=founding.id, kind="asked", on=(at - timedelta(days=80)).date())
    verbs.keep_record(
        by=cast.first, at=at, owners_id=owners.id, kind="result", title="续筹维修资金", on=(at - timedelta(days=9)).date(), publish=True,
        counted=Counted(6, 4_000_050, 3_000_000, 2_250_000, 400, 300, 224),
    )  # fmt: skip
    verbs.keep_record(
        by=cast.first,
        at=at,
        owners_id=owners.id,
        kind="decision",
        title="非机动车停放",
        on=(at - timedelta(days=5)).date(),
        text="集中停放。",
    )
    version = document(cast)
    verbs.ask_question(
        by=cast.street,
        at=at,
        document_id=version.document_id,
        text="党员大会一般多久召开一次？",
        answers=["每月", "每季度", "每半年"],
        right=1,
    )
    verbs.set_cadence(by=cast.street, at=at, place_code=HOOD, kind="lecture", every="half", times=1)
    return lin, {
        "station": str(made.pk), "serving": str(owners.id), "founding": str(founding.id), "document": str(version.document_id),
    }  # fmt: skip


@in_chromium
@pytest.mark.parametrize("look", [*LOOKS, *LARGE])
def test_axe_finds_nothing_serious_and_everything_fits(
    cast: Cast, house: Served, chromium: Browser, look: str
) -> None:
    lin, filled = lived(cast)
    wrong: list[Any] = []
    for who, addresses, size in ((lin, ON_PHONE, PHONE), (cast.street, ON_DESK, DESK)):
        if look in LARGE and size is DESK:
            continue
        page = browser.opened(chromium, base_url=house.url, viewport=size)
        with house.turn:
            given = {**(LOOKS | LARGE)[look], "linli_session": signed_in(who).cookies["linli_session"].value}
        page.context.add_cookies([{"name": n, "value": v, "url": house.url} for n, v in given.items()])
        _hear(page, wrong)
        for address in addresses:
            page.goto(BASE + address.format(**filled))
            wrong += faults(page, thumb=size is PHONE)
        page.context.close()
    assert wrong == []


def _hear(page: Page, wrong: list[Any]) -> None:
    """What a script fails at is wrong too."""
    page.on("pageerror", lambda error: wrong.append(str(error)))
