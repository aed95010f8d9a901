"""The conditions of the transition table. Each returns why not, as a sentence for the person, or None."""

from __future__ import annotations

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, Level, Role, level_of_scope
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Check

from .facts import READING, Facts
from .models import Matter, State

_DECIDERS = (Role.DUTY_OFFICER, Role.LEADER, Role.SYSTEM)


def is_reporter(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if by.person_id is not None and by.person_id == matter.reporter_id:
        return None
    return _("只有上报人本人可以这样做。")


def reporter_or_staff(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return is_reporter(matter, facts, by) if by.role in REPORTERS else None


def has_reporter(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if matter.reporter_id:
        return None
    if matter.contact_sealed:
        return _("上报人不在手机上看进度，请按留下的联系方式联系。")
    return _("这件事没有留下可以联系的上报人。")


def leads(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if by.role == Role.SYSTEM or (by.unit_id is not None and by.unit_id == matter.lead_unit_id):
        return None
    return _("只有主办单位可以这样做。")


def leads_or_dispatches(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if matter.lead_unit_id is None or by.role in (Role.DISPATCHER, Role.DUTY_OFFICER):
        return None
    return leads(matter, facts, by)


def leads_or_decides(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if by.role in _DECIDERS else leads(matter, facts, by)


def helps(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if by.unit_id in facts.helpers else _("您所在的单位没有未完成的协办任务。")


def not_mine_already(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("您已经接办了这件事。") if by.account_id and by.account_id == matter.lead_account_id else None


def not_own_work(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if by.unit_id is not None and by.unit_id == matter.lead_unit_id:
        return _("办理单位不能核查自己办的事，请由其他单位核查。")
    return None


def not_asker(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if by.account_id and by.account_id in (facts.extension_asker, facts.write_off_asker):
        return _("申请人不能审批自己的申请。")
    return None


def above(matter: Matter, facts: Facts, by: Actor) -> str | None:
    """督办 comes from a higher level than the unit that handles (the neighbourhood while none does)."""
    handling = level_of_scope(facts.lead_place) if facts.lead_place else Level.NEIGHBOURHOOD
    if by.level > handling:
        return None
    return _("督办只能由比承办单位更高的层级发出。")


def answers_orders(matter: Matter, facts: Facts, by: Actor) -> str | None:
    """The unit an order names; else whoever leads; while nobody does, somebody below the level that ordered."""
    if not facts.order_open or by.role == Role.SYSTEM or by.unit_id in facts.order_units:
        return None
    if not facts.order_lead:
        return _("这条督办发给了别的单位，由那个单位回复。")
    if matter.lead_unit_id is None and by.level >= facts.order_level:
        return _("督办由比发出的层级低的单位回复。")
    return None if matter.lead_unit_id is None else leads(matter, facts, by)


def judges_orders(matter: Matter, facts: Facts, by: Actor) -> str | None:
    """An answer is judged on the level that asked for it, or above."""
    if not facts.order_replied or by.level >= facts.replied_level:
        return None
    return _("这条督办由发出它的层级或更高的层级来定。")


def gave_orders(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if not facts.given_level or by.level >= facts.given_level:
        return None
    return _("这条督办由发出它的层级或更高的层级来定。")


def not_paused(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("这件事已挂起，请先恢复。") if matter.paused_at else None


def is_paused(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if matter.paused_at else _("这件事没有挂起。")


def nothing_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("上一个问题还没有得到答复。") if facts.asked else None


def something_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.asked else _("现在没有需要您补充的问题。")


def no_extension_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("已有一份延期申请等待审批。") if facts.extension else None


def extension_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.extension else _("没有等待审批的延期申请。")


def no_write_off_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("已有一份核销申请等待审批。") if facts.write_off else None


def write_off_asked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.write_off else _("没有等待审批的核销申请。")


def parts_finished(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if not facts.open_parts:
        return None
    return _("还有 %(n)d 个协办单位没有完成。") % {"n": facts.open_parts}


def checked(matter: Matter, facts: Facts, by: Actor) -> str | None:
    kind = catalogue().kinds.get(matter.kind)
    if matter.state == State.VERIFIED or kind is None or kind.check == Check.NONE:
        return None
    if kind.check == Check.CALL:
        return _("这类事项须先回访上报人，再结案。")
    return _("这类事项须先到现场核查，再结案。")


def is_public(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if matter.public else _("这类事不公开。")


def has_words(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("上报人已注销，原文已经删除。") if matter.words_erased_at else None


def orders_answered(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("还有督办没有书面回复，不能结案。") if facts.order_open else None


def order_open(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.order_open else _("没有等待回复的督办。")


def order_stands(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.order_open or facts.order_replied else _("没有还没结束的督办。")


def order_replied(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return None if facts.order_replied else _("没有已回复、等待销号的督办。")


def not_rated(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("您已经评价过了。") if matter.rating is not None else None


def nobody_goes(matter: Matter, facts: Facts, by: Actor) -> str | None:
    """Two who set out at once: the second is told who goes."""
    if facts.went_at is None:
        return None
    if by.account_id and by.account_id == matter.lead_account_id:
        return _("您已经说了要去。")
    return _("%(name)s已经在去的路上（%(at)s 出发）。需要一起去，请先电话联系。") % {
        "name": facts.goes or _("同事"),
        "at": format_date(timezone.localtime(facts.went_at), "H:i"),
    }


def i_go(matter: Matter, facts: Facts, by: Actor) -> str | None:
    if facts.went_at is None:
        return _("请先点“我去”。")
    if by.role == Role.SYSTEM or (by.account_id and by.account_id == matter.lead_account_id):
        return None
    return _("去现场的是%(name)s，由去的人来填。") % {"name": facts.goes or _("同事")}


def not_here_yet(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("您已经说了到现场。") if facts.arrived_at else None


def cause_found(matter: Matter, facts: Facts, by: Actor) -> str | None:
    """What a reading opened is reported done by somebody who says whether it was real."""
    if matter.source != READING or facts.found_at:
        return None
    return _("请先填写现场情况：是属实，还是哪一种误报。")


def readings_normal(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return facts.standing.sentence if facts.standing else None


def nothing_merged_into_it(matter: Matter, facts: Facts, by: Actor) -> str | None:
    return _("有其他事项并入了这一件，请先撤销那些并案。") if facts.has_duplicates else None
