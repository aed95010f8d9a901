"""Members are registered, go on from stage to stage, and leave. Each step by the rules of `rules.py`."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict
from linli.kernel.people import numbers
from linli.kernel.people.models import Person
from linli.kernel.sealed import fingerprint

from .. import cards, rules
from ..models import ORDER, Entry, Kind, Member, Organisation, Stage
from .common import CHANGES, act, member_of, not_ahead, organisation_of, record_member, refuse, text_of

BRANCH_MOST = 50
"""党支部党员人数一般不超过 50 人 (支部工作条例 art. 5): shown, never refused."""


def register_member(
    *, by: Actor, at: datetime, branch_id: UUID, name: str, identity: str, phone: str = "", stage: str,
    since: date, group_id: UUID | None = None, resolution: str = "",
) -> Member:  # fmt: skip
    """Somebody of a branch, in a stage since a day. Who has this identity number in the register of persons is linked.

    Needs `party.change` over the branch. Raises Invalid by field, Conflict (the number is in a branch already).
    """
    with act():
        branch = organisation_of(branch_id, by, CHANGES, held=False)
        card = checked_card(name, identity, phone)
        member = new_member(branch, card, stage, since, at)
        member.group = _group(group_id, branch)
        _alone(member)
        member.save(force_insert=True)
        Entry.objects.create(
            member=member, stage=stage, since=since, resolution=text_of(resolution, 120, "resolution", needed=False)
        )
        after = {"branch": str(branch.id), "stage": stage, "since": since}
        record_member(by, at, "register_member", member, card.person_id, after=after)
    return member


def enter_stage(*, by: Actor, at: datetime, member_id: UUID, stage: str, since: date, resolution: str) -> Member:
    """The next stage, by a resolution, no sooner than the rules allow. Raises Invalid, Conflict."""
    words = text_of(resolution, 120, "resolution")
    with act():
        member = member_of(member_id, by, CHANGES)
        not_ahead(since, at, "since")
        position = ORDER.index(Stage(member.stage)) + 1
        if position == len(ORDER) or stage != ORDER[position]:
            raise Conflict(
                _("现在是“%(stage)s”，不能跳到这一步。") % {"stage": Stage(member.stage).label}, code="stage"
            )
        first = member.probation_until or rules.earliest(member.stage, member.stage_since)
        if since < first:
            least = rules.LEAST.get(member.stage)
            given = {"day": first.isoformat(), "why": least.source if least else _("不能早于上一步。")}
            refuse("since", _("最早 %(day)s：%(why)s") % given)
        before = {"stage": member.stage, "since": member.stage_since}
        _set_stage(member, stage, since)
        member.save(update_fields=["stage", "stage_since", "probation_until"])
        Entry.objects.create(member=member, stage=stage, since=since, resolution=words)
        record_member(
            by, at, "enter_stage", member, cards.of(member).person_id, before=before,
            after={"stage": stage, "since": since}, note=words,
        )  # fmt: skip
    return member


def extend_probation(*, by: Actor, at: datetime, member_id: UUID, until: date, reason: str) -> Member:
    """延长预备期, once, by half a year to a year (党章 art. 7). Raises Invalid, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        member = member_of(member_id, by, CHANGES)
        if member.stage != Stage.PROBATIONARY or member.probation_until is None:
            raise Conflict(_("只有预备党员可以延长预备期。"), code="stage")
        usual = rules.earliest(member.stage, member.stage_since)
        if member.probation_until != usual:
            raise Conflict(_("预备期只能延长一次。"), code="extended")
        least, most = (rules.months_later(usual, months) for months in rules.EXTENSION)
        if not least <= until <= most:
            refuse("until", _("延长不少于半年、不超过一年：%(from)s 到 %(to)s。")
                   % {"from": least.isoformat(), "to": most.isoformat()})  # fmt: skip
        member.probation_until = until
        member.save(update_fields=["probation_until"])
        record_member(
            by, at, "extend_probation", member, cards.of(member).person_id, before={"until": usual},
            after={"until": until}, note=why,
        )  # fmt: skip
    return member


def place_in_group(*, by: Actor, at: datetime, member_id: UUID, group_id: UUID | None) -> Member:
    """Into a group of the branch, or into none. Raises Invalid."""
    with act():
        member = member_of(member_id, by, CHANGES)
        before = {"group": str(member.group_id or "")}
        member.group = _group(group_id, member.branch)
        member.save(update_fields=["group"])
        record_member(
            by, at, "place_in_group", member, cards.of(member).person_id, before=before,
            after={"group": str(member.group_id or "")},
        )  # fmt: skip
    return member


def correct_member(*, by: Actor, at: datetime, member_id: UUID, name: str = "", phone: str | None = None) -> Member:
    """Another name or phone; the identity number is whose membership it is, and stays. Raises Invalid."""
    with act():
        member = member_of(member_id, by, CHANGES)
        card = cards.of(member)
        fresh = checked_card(name or card.name, card.identity, card.phone if phone is None else phone)
        cards.put(member, fresh)
        member.save(update_fields=["card_sealed", "identity_print", "person_print"])
        fields = [f for f in ("name", "phone") if getattr(card, f) != getattr(fresh, f)]
        record_member(by, at, "correct_member", member, fresh.person_id, after=dict.fromkeys(fields, True))
    return member


def end_membership(*, by: Actor, at: datetime, member_id: UUID, gone: str, on: date, reason: str) -> Member:
    """Gone: left, struck off, died; not by a move, which is a transfer. Raises Invalid, Conflict (a letter is open)."""
    why = text_of(reason, 200, "reason")
    with act():
        member = member_of(member_id, by, CHANGES)
        if gone not in Member.Gone.values or gone == Member.Gone.MOVED:
            refuse("gone", _("请从列表中选择；转出请开介绍信。"))
        if member.transfers.filter(state="open").exists():
            raise Conflict(_("组织关系正在转接，请先撤回介绍信。"), code="transfer")
        member.gone, member.gone_on = gone, not_ahead(on, at, "on")
        member.save(update_fields=["gone", "gone_on"])
        after = {"gone": gone, "on": on}
        record_member(by, at, "end_membership", member, cards.of(member).person_id, after=after, note=why)
    return member


def checked_card(name: str, identity: str, phone: str = "") -> cards.Card:
    """A card of what was typed, linked with the register of persons by the number. Raises Invalid by field."""
    title = text_of(name, 64, "name")
    number = numbers.identity(identity)
    if number is None:
        refuse("identity", _("证件号码不对：应是 18 位，最后一位是校验码。"))
    digits = numbers.telephone(phone) if phone.strip() else ""
    if digits is None:
        refuse("phone", _("电话应是 11 位手机号，或带区号的固定电话。"))
    person = Person.objects.filter(identity_print=fingerprint(number or ""), erased_at=None).values_list(
        "pk", flat=True
    )
    return cards.Card(title, number or "", digits or "", str(person.first() or ""))


def new_member(branch: Organisation, card: cards.Card, stage: str, since: date, at: datetime) -> Member:
    """A row that is not saved yet. Raises Invalid: no branch, no such stage, a day that has not come, too young."""
    if branch.kind != Kind.BRANCH:
        refuse("branch", _("党员应编入党支部。"))
    if stage not in Stage.values:
        refuse("stage", _("没有这个发展阶段。"))
    not_ahead(since, at, "since")
    if rules.age_on(card.born, since) < rules.ADULT:
        refuse("since", _("这一天还不满十八岁。"))
    member = Member(branch=branch, branch_since=since, registered_at=at)
    _set_stage(member, stage, since)
    cards.put(member, card)
    return member


def _set_stage(member: Member, stage: str, since: date) -> None:
    member.stage, member.stage_since = stage, since
    member.probation_until = rules.earliest(stage, since) if stage == Stage.PROBATIONARY else None


def _group(group_id: UUID | None, branch: Organisation) -> Organisation | None:
    if group_id is None:
        return None
    group = Organisation.objects.filter(pk=group_id, parent=branch, kind=Kind.GROUP, dissolved_on=None).first()
    if group is None:
        refuse("group_id", _("没有这个党小组。"))
    return group


def _alone(member: Member) -> None:
    if Member.objects.filter(identity_print=member.identity_print, gone_on=None).exists():
        sentence = _("这个证件号码已经在一个支部登记过。")
        raise Conflict(sentence, fields={"identity": sentence})
