"""Screens of the demo: boards at two committees' doors and a television in a living room, each with a link of its own.

Their keys are known to everybody, as the demo's password is; outside a demo the verb refuses.
"""

from __future__ import annotations

from datetime import datetime

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.displays import verbs
from linli.kernel.matters.models import Matter, State
from linli.kernel.matters.verbs import publish
from linli.kernel.people.models import Person
from linli.kernel.places.queries import names
from linli.kernel.sealed import fingerprint
from linli.parts.words import word

from .staff import RESIDENTS

BOARD, OTHER_BOARD, TV = "wanglan-board", "wanglan-board-2", "wanglan-tv"
_POSTED = 6


def hang(at: datetime) -> int:
    """Returns how many screens were hung; none the second time."""
    with as_system():
        person = Person.objects.filter(phone_print=fingerprint(RESIDENTS[0][1]), account__isnull=False).first()
    if person is None:
        return 0
    hood = person.place_code[:12]
    other = hood[:9] + ("002" if hood.endswith("001") else "001")
    called = names([hood, other])
    boards = [(BOARD, f"{called[hood]}门口", hood), (OTHER_BOARD, f"{called[other]}活动室", other)]
    made = verbs.demo_displays(boards, [(TV, "家里的电视", person.id)], at=at)
    if made:
        _post(hood, at)
    return made


def _post(hood: str, at: datetime) -> None:
    """What staff published lately: the last few that ended well there, of those nobody in particular reported."""
    with as_system():
        ended = list(
            Matter.objects.filter(
                place_code__startswith=hood, state=State.CLOSED, public=True, reporter=None, published_at=None
            ).order_by("-ended_at")[:_POSTED]
        )
    for matter in reversed(ended):
        words = f"{matter.address or ''}{word('matter', matter.kind)}"[:60]
        publish(
            matter_id=matter.id, by=SYSTEM, at=at, words=words, address=matter.address, reply=_told(matter.reply)
        )


def _told(reply: str) -> str:
    """What was done, without what was said to the one who reported it."""
    return reply.partition("已办理：")[2].removesuffix("感谢您的监督。")


def links() -> list[dict[str, str]]:
    """For the start page: as which screen to open each."""
    return [
        {"screen": "board", "name": "居委会门口的屏", "href": f"/board/?demo={BOARD}"},
        {"screen": "tv", "name": f"{RESIDENTS[0][0]}家的电视", "href": f"/tv/?demo={TV}"},
    ]
