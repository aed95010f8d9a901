"""Nothing of another street on any wall: not in a page, not in what a page asks for; as every role. The raw stream is read
in project/tests/test_emergency_streams.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.models import Emergency
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast
from linli.parts.tiles import declared
from linli.screens.command.tiles import TILES

from .warned import warned

SignIn = Callable[[str], Client]
EVERYBODY = (
    "grid", "social", "dispatcher", "handler", "head", "street_duty", "street_leader", "keeper", "granny",
)  # fmt: skip
"""Everybody of the street and beneath: none of them may hear of the other street."""


def elsewhere(cast: Cast) -> tuple[str, ...]:
    """A matter with an order, a grave warning and an emergency with a task, all in the other street; their ids."""
    matter = cast.report(place_code=OTHER_STREET + "001", by="district_duty", at=now() - timedelta(days=30))
    verbs.supervise(matter_id=matter.id, by=cast.district_duty, at=now(), text="限期回复")
    warning = warned(OTHER_STREET + "001", name="桥头烟感")
    emergency = emergencies.declare(
        by=cast.district_duty, at=now(), event="桥头火灾", zone=Wanted(place_code=OTHER_STREET)
    )
    emergencies.set_task(
        emergency_id=emergency.id, by=cast.district_duty, at=now(), text="封闭桥面", who="交警",
        due_at=now() + timedelta(hours=1),
    )  # fmt: skip
    return (str(matter.id), matter.number, str(warning.id), str(emergency.id), "桥头火灾", "封闭桥面", "桥头烟感")


def test_no_page_and_nothing_a_page_asks_for_knows_of_another_street(cast: Cast, sign_in: SignIn) -> None:
    secrets = elsewhere(cast)
    parts = ["", "panels/", "marks.json", "ground.json"]
    tiles = [(tile.url, tile.name) for tile in (*TILES, *declared("command"))]
    assert {name for _url, name in tiles} >= {
        "today",
        "duty",
        "deciding",
        "stream",
        "sensing-health",
        "surroundings",
    }
    for who in EVERYBODY:
        client = sign_in(who)
        addresses = [f"/command/{code}/{part}" for code in (STREET, HOOD) for part in parts]
        addresses += [
            f"/command/{code}/{name}/"
            for code in (STREET, HOOD)
            for name in ("deciding", "stream", "today", "duty")
        ]
        addresses += [
            f"/scenes/{scene}/{code}/{name}/"
            for scene, name in (("public_safety", "sensing-health"), ("city_management", "surroundings"))
            for code in (STREET, OTHER_STREET)
        ]
        addresses += [
            "/desk/emergencies/",
            f"/desk/emergencies/{secrets[3]}/",
            f"/desk/emergencies/{secrets[3]}/course/",
            f"/command/matters/{secrets[0]}/",
        ]
        for address in addresses:
            answer = client.get(address)
            said = answer.content.decode()
            found = [one for one in secrets if one in said]
            assert not found, (who, address, found)
            if OTHER_STREET in address:
                assert answer.status_code in (302, 403), (who, address)
    whole = sign_in("district_duty")
    assert secrets[4] in whole.get(f"/command/{OTHER_STREET}/").content.decode(), "who may see it does"
    assert secrets[0] in whole.get(f"/command/{DISTRICT}/marks.json").content.decode()


def test_a_wall_clears_everything_away_and_comes_back(cast: Cast, sign_in: SignIn) -> None:
    duty, district = sign_in("street_duty"), sign_in("district_duty")
    emergency = emergencies.declare(
        by=cast.street_duty, at=now(), event="居民楼火灾", zone=Wanted(place_code=HOOD), instruction="沿楼梯下楼"
    )
    page = duty.get(f"/command/{STREET}/").content.decode()
    assert f'data-emergency="{emergency.id}"' in page
    assert 'data-part="today"' not in page
    assert "沿楼梯下楼" in page
    assert f'data-emergency="{emergency.id}"' not in duty.get(f"/command/{OTHER_HOOD}/").content.decode()
    above = district.get(f"/command/{DISTRICT}/").content.decode()
    assert 'data-part="today"' in above
    assert "进入应急画面" in above
    with as_system():
        assert Emergency.objects.count() == 1
    emergencies.end(emergency_id=emergency.id, by=cast.street_duty, at=now(), note="误报")
    back = duty.get(f"/command/{STREET}/panels/").content.decode()
    assert 'data-emergency=""' in back
    assert 'data-part="today"' in back
