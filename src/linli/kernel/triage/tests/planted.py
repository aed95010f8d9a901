"""A cause many people speak of, for the tests of topics."""

from __future__ import annotations

from datetime import timedelta

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people.models import Account, Person

MIXER = ("丽景花园东侧搅拌站噪音", "搅拌站夜里一直开工，轰隆声吵得全家睡不着，粉尘也大。")
LIFT = ("向阳大厦电梯停运", "电梯坏了半个月没人修，老人下不了楼，物业一直推。")


def plant(cast: Cast, told: tuple[str, str], reporters: int, *, place_code: str = HOOD) -> None:
    """The same cause told by so many people, each in their own words, over three weeks."""
    with as_system():
        people = [
            Person.objects.create(
                account=Account.objects.create(kind="resident", username=f"{told[0]}{place_code}{n}"),
                name=f"某甲{n}",
                place_code=place_code,
            )
            for n in range(reporters)
        ]
    cast.actors["system"] = SYSTEM
    for number, person in enumerate(people):
        cast.report(
            by="system",
            at=now() - timedelta(days=20 - 3 * number),
            title=told[0],
            body=f"{told[1]}这是第{number}次来说，{chr(0x4E00 + 91 * number)}{chr(0x6000 + 77 * number)}。",
            place_code=place_code,
            reporter_id=person.id,
        )
