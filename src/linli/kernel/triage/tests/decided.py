"""Matters reported and decided about, for tests of learning. The words are chosen to say nothing in the lexicon
of their kind: what is suggested can only come from decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import MONDAY, Cast
from linli.kernel.triage.learning import DECIDES, note_decisions

TALES = {
    "inquiry": ("紫色风筝", ("想打听紫色风筝节几号开始", "紫色风筝在哪里领", "问一问紫色风筝的报名办法")),
    "illegal-building": ("铁皮阁楼", ("顶楼又加了一间铁皮阁楼", "邻居的铁皮阁楼越盖越高", "天台铁皮阁楼没人管")),
}


def decide(cast: Cast, kind: str, told: str, *, at: datetime, number: int = 0) -> Matter:
    """Report the tale `told` and let the dispatcher accept it as `kind`."""
    title, bodies = TALES[told]
    matter = cast.report(
        kind="unlicensed-stall",
        title=f"{title}{number}号",
        body=f"{bodies[number % len(bodies)]}，第{number}回，{chr(0x4E00 + 37 * number)}{chr(0x5000 + 53 * number)}。",
        at=at,
    )
    return verbs.reclassify(
        matter_id=matter.id, by=cast.dispatcher, at=at + timedelta(minutes=5), kind=kind, note=""
    )


def decide_many(cast: Cast, pairs: dict[str, str], count: int, *, at: datetime = MONDAY, start: int = 0) -> None:
    """`count` matters of every (told, decided kind), alternating, a minute apart; noted as the follower does."""
    with as_system():
        seen = set(Record.objects.values_list("id", flat=True))
    for number in range(start, start + count):
        for told, kind in pairs.items():
            decide(cast, kind, told, at=at + timedelta(minutes=number), number=number)
    with as_system():
        note_decisions(
            [record for record in Record.objects.filter(verb__in=DECIDES).order_by("seq") if record.id not in seen]
        )
