"""What hangs on the walls of the cast's neighbourhood, for the tests of boards and televisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Notice
from linli.kernel.notices.verbs import Aim, Text

SECOND = {"social": "street_duty", "street_duty": "district_duty", "district_duty": "city_duty"}
"""Who looks at what another wrote."""
FIVE = ("phone", "board", "tv", "desk", "command")


def notice(cast: Cast, title: str, body: str, *, by: str = "social", **aim: Any) -> Notice:
    """A notice on every screen, an hour old; an emergency comes from the street and is a minute old."""
    emergency = aim.get("level") == "emergency"
    by = "street_duty" if emergency else by
    at = now() - (timedelta(minutes=1) if emergency else timedelta(hours=1))
    given = {"place_code": HOOD, "channels": FIVE, **aim}
    written = verbs.write(by=cast.actors[by], at=at, text=Text(title=title, body=body), aim=Aim(**given))
    if given.get("level") == "important" or (len(given["place_code"]) < len(HOOD) and not emergency):
        verbs.submit(notice_id=written.id, by=cast.actors[by], at=at)
        return verbs.approve(notice_id=written.id, by=cast.actors[SECOND[by]], at=at)
    return verbs.publish(notice_id=written.id, by=cast.actors[by], at=at)


def posted(
    cast: Cast, words: str = "临江路路口流动摊位占用盲道", reply: str = "摊主已劝离，盲道已清理。"
) -> Matter:
    """A matter whose outcome staff published; nobody in particular reported it."""
    made = matters.open_matter(
        by=cast.dispatcher, at=now() - timedelta(days=3), kind="unlicensed-stall", title="巡查发现摊位", body="路口摊位占道。",
        source="desk", place_code=HOOD,
    )  # fmt: skip
    return matters.publish(
        matter_id=made.id,
        by=cast.dispatcher,
        at=now() - timedelta(days=1),
        words=words,
        address="临江路",
        reply=reply,
    )


def office_phone(cast: Cast, phone: str = "021-6300 1234") -> None:
    with as_system():
        committee = cast.units["committee"]
        committee.phone = phone
        committee.save(update_fields=["phone"])
