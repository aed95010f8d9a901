"""督办 in every state: waiting, late, answered, sent back, passed down from the city, withdrawn; and what else a supervisor
looks into, as far as chance has not brought it: extended twice, wrongly merged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import Order

from .acts import ZONE, Act

if TYPE_CHECKING:
    from .today import Living, Replay

_STREET = 9  # digits
UNDONE = timedelta(minutes=50)
"""After so long a dispatcher sees that two reports are not one."""

ASKED = (
    "该事项已多次反映，请查明原因，写明整改措施和完成时间。",
    "请分管负责同志到现场看一次，当面向反映人说明，并书面报结果。",
    "同一路段一周内三次上报，请说明为什么反复，拿出长效办法。",
    "涉及老人出行安全，请优先办理，两日内书面回复进展。",
    "请核对现场照片与办结说明是否一致，并说明差异。",
)
SAID = (
    "已到现场核实，原因已查明，责任单位已约谈；今晚起专人盯守，预计后天完成。",
    "已安排两组人员错时巡查，现场已清理一遍；长效措施已商定，材料已到位。",
    "已与反映人电话沟通并取得理解，整改方案已交居委会，本周内完成。",
)
SHORT = "正在办理中。"
NOT_ENOUGH = "没有写明原因和完成时间，请补充后再报。"
WITHDRAWN = "与另一份督办重复，合并到那一份一起回复。"
ABOVE = "请区城运中心督促承办单位办理，并汇总情况报市里。"
STILL = {"reason": "works", "words": "已列入今年管网改造计划，等待施工单位进场。"}
TOGETHER = "同一小区集中反映，请一次说明三件事的进展和完成时间。"


def tell(waiting: list[Living], replay: Replay) -> None:
    """Give orders about matters in hand that have no story yet; each is taken out of `waiting`.

    The oldest first: who ordered what three days ago needs a matter that was in its unit's hands by then.
    """
    until = replay.until
    old = sorted(
        (one for one in waiting if _since(one, until) < _at(until, 3, 9)), key=lambda one: _since(one, until)
    )
    of_streets = [one for one in old if len(one.lead.place_code) == _STREET]

    def take(count: int) -> list[Living]:
        taken, of_streets[:count] = of_streets[:count], []
        for living in taken:
            waiting.remove(living)
        return taken

    for living in take(2):
        replay.add(living, Act("pause", max(_since(living, until), _at(until, 9, 10)), "handler", dict(STILL)))
    for n, (story, living) in enumerate(zip(_STORIES, take(len(_STORIES)), strict=False)):
        for act in story(until, ASKED[n % len(ASKED)]):
            replay.add(living, act)
    batch = uuid7()
    for living in take(3):
        replay.add(living, _given(_at(until, 1, 10), TOGETHER, _at(until, -1, 17), batch=batch))
    for story_of in (_extended_twice, _given_back_twice):
        for living in take(2):
            for act in story_of(until):
                replay.add(living, act)


def wrongly_merged(new: list[Living], replay: Replay) -> None:
    """Two reports that looked like one, and were parted again the same day; twice, where there are such."""
    streets: dict[str, list[Living]] = {}
    for living in new:
        streets.setdefault(living.life.place_code[:9], []).append(living)
    for one, other, *_rest in [near for near in streets.values() if len(near) > 1][:2]:
        at = max(one.life.opened, other.life.opened) + timedelta(minutes=5)
        replay.add(one, Act("merge", at, "dispatcher", {"into": other}))
        if at + UNDONE < replay.until:
            replay.add(one, Act("unmerge", at + UNDONE, "dispatcher", {}))


def which(matter_id: UUID | None, *, below: bool) -> UUID | None:
    """The order an act is about: the last a person gave about the matter, or the last that was passed down."""
    orders = Order.objects.filter(matter_id=matter_id, automatic=False, passed_from__isnull=not below)
    return orders.order_by("-ordered_at", "-id").values_list("id", flat=True).first()


def _since(living: Living, until: datetime) -> datetime:
    return max((act.at for act in living.life.acts if act.verb == "assign" and act.at <= until), default=until)


def _at(until: datetime, days: int, hour: int) -> datetime:
    """An hour of the day so many days before; after it for a negative number."""
    day = until.astimezone(ZONE) - timedelta(days=days)
    return day.replace(hour=hour, minute=20, second=0, microsecond=0)


def _given(at: datetime, text: str, due: datetime, who: str = "district", **more: Any) -> Act:
    return Act("supervise", at, who, {"text": text, "reply_due": due, **more})


def _late(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 3, 9), text, _at(until, 1, 17))


def _waits(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 1, 14), text, _at(until, -1, 17))


def _answered(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 3, 9), text, _at(until, 1, 17))
    yield Act("reply_order", _at(until, 2, 15), "handler", {"text": SAID[0]})


def _late_answer(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 3, 9), text, _at(until, 2, 17))
    yield Act("reply_order", _at(until, 1, 9), "handler", {"text": SAID[1]})


def _sent_back(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 3, 9), text, _at(until, 2, 17))
    yield Act("reply_order", _at(until, 2, 11), "handler", {"text": SHORT})
    yield Act(
        "return_order", _at(until, 1, 10), "district", {"reason": NOT_ENOUGH, "reply_due": _at(until, -1, 17)}
    )


def _again(until: datetime, text: str) -> Iterator[Act]:
    yield from list(_sent_back(until, text))[:2]
    yield Act("return_order", _at(until, 2, 14), "district", {"reason": NOT_ENOUGH, "reply_due": _at(until, 1, 17)})
    yield Act("reply_order", _at(until, 1, 11), "handler", {"text": SAID[2]})


def _settled(until: datetime, text: str) -> Iterator[Act]:
    yield from _again(until, text)
    yield Act("settle_order", _at(until, 1, 15), "district", {})


def _withdrawn(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 2, 9), text, _at(until, 0, 17))
    yield Act("withdraw_order", _at(until, 2, 16), "district", {"reason": WITHDRAWN})


def _passed(until: datetime, text: str) -> Iterator[Act]:
    """From the city to the district's centre, and on to the unit that handles it."""
    yield _given(_at(until, 2, 9), f"{text}{ABOVE}", _at(until, -2, 17), "city", to="district")
    yield Act("pass_order", _at(until, 2, 14), "district", {"reply_due": _at(until, -1, 12)})


def _passed_and_answered(until: datetime, text: str) -> Iterator[Act]:
    yield _given(_at(until, 3, 9), f"{text}{ABOVE}", _at(until, 1, 17), "city", to="district")
    yield Act("pass_order", _at(until, 3, 14), "district", {"reply_due": _at(until, 1, 12)})
    yield Act("reply_order", _at(until, 2, 10), "handler", {"text": SAID[0], "below": True})
    yield Act("settle_order", _at(until, 2, 11), "district", {"below": True})
    yield Act("reply_order", _at(until, 1, 10), "district", {"text": f"已督促承办单位整改。{SAID[0]}"})


def _extended_twice(until: datetime) -> Iterator[Act]:
    for days, reason in ((3, "配件需要定制，厂家本周发货。"), (1, "连续降雨，路面无法施工。")):
        asked = _at(until, days, 10)
        yield Act("ask_extension", asked, "handler", {"span": "2 working_day", "reason": reason})
        decided = {"granted": True, "decision": "同意，请抓紧。"}
        yield Act("decide_extension", asked + timedelta(hours=3), "head", decided)


def _given_back_twice(until: datetime) -> Iterator[Act]:
    for days, reason in (
        (3, "现场在红线内，属物业管理范围，请改派。"),
        (2, "已核实不是我们养护的路段，请查权属后再派。"),
    ):
        yield Act("give_back", _at(until, days, 10), "handler", {"reason": reason})
        yield Act("assign", _at(until, days, 14), "dispatcher", {})


_STORIES = (
    _late, _late, _waits, _waits, _answered, _answered, _late_answer, _sent_back, _again, _settled, _withdrawn, _passed,
    _passed_and_answered,
)  # fmt: skip
