"""Too many people at one place."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.ground import PEOPLE_COUNTER

people, crowded = Reading("people"), Reading("crowded")

APPROVED = "大型群众性活动安全管理条例：人员不得超过核准容量（未取得条文原文）；80 %、120 % 为示例"

RULES = (
    Rule(
        "crowd", of=(PEOPLE_COUNTER.name,), when=crowded.above(80, clears=70), lasts=60, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, crowded.above(100, clears=92)), (Severity.RED, crowded.above(120, clears=110))),
        clear_after=120, opens="crowding", gathers=0, standard=APPROVED,
    ),
    # Nothing is opened: it is a look at a screen, hours before a place is full.
    Rule(
        "crowd-unusual", of=(PEOPLE_COUNTER.name,), when=people.unusual(5, least=60, down=False), lasts=300,
        severity=Severity.BLUE, clear_after=600, gathers=0, standard="与本处过去几周同一时段相比，无外部标准",
    ),
)  # fmt: skip
