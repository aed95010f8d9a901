"""Taking in members from a spreadsheet: every line is checked, what is right is kept, what is not says why.

Reading the same file again changes nothing: whoever is registered already counts as a duplicate. A number that stands
twice in the file is refused the second time, with the line where it stood first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, require
from linli.kernel.people.exchange import Refusal, Report
from linli.kernel.people.tables import Line, read_content

from . import cards
from .models import Entry, Kind, Member, Organisation, Stage
from .verbs.common import CHANGES, act, member_entry, over, refuse
from .verbs.members import checked_card, new_member

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "name"),
    "identity": ("身份证号", "身份证", "身份证号码", "公民身份号码", "证件号码", "identity"),
    "phone": ("手机号", "手机", "电话", "联系电话", "phone"),
    "branch": ("党支部", "所在党支部", "支部", "branch"),
    "group": ("党小组", "group"),
    "stage": ("发展阶段", "人员类别", "阶段", "stage"),
    "since": ("日期", "进入本阶段日期", "入党日期", "since"),
}
NEEDED = ("name", "identity", "branch", "stage", "since")
_STAGES = {
    "入党申请人": "applicant",
    "申请人": "applicant",
    "入党积极分子": "activist",
    "积极分子": "activist",
    "发展对象": "prospect",
    "预备党员": "probationary",
    "正式党员": "full",
    "党员": "full",
}
"""As tables have them, whatever language the reader chose."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")


def take_in(content: bytes, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Register the members of a file (CSV or XLSX) in the branches over which the actor stands. Needs `party.change`.

    All that is right is kept in one transaction, with a record in each member's history; with `dry_run` nothing is.
    Raises Invalid when it is no such table.
    """
    require(by, CHANGES)
    lines = list(read_content(content, COLUMNS, NEEDED))
    report = Report()
    with act():
        found = _checked(lines, by, at, report)
        report.accepted = len(found)
        if not dry_run and found:
            _keep(found, by, at)
    return report


@dataclass(frozen=True, slots=True)
class _Taken:
    member: Member
    card: cards.Card


def _checked(lines: Iterable[Line], by: Actor, at: datetime, report: Report) -> list[_Taken]:
    branches: dict[str, list[Organisation]] = {}
    for one in Organisation.objects.filter(kind=Kind.BRANCH, dissolved_on=None):
        if over(by, one):
            branches.setdefault(one.name, []).append(one)
    groups = {(g.parent_id, g.name): g for g in Organisation.objects.filter(kind=Kind.GROUP, dissolved_on=None)}
    there = {bytes(p) for p in Member.objects.filter(gone_on=None).values_list("identity_print", flat=True)}
    seen: dict[bytes, int] = {}
    taken = []
    for line in lines:
        try:
            one = _line(line, branches, groups, at)
        except Invalid as refused:
            column, sentence = next(iter(refused.fields.items()), ("", refused.sentence))
            report.refused.append(Refusal(line.number, column, sentence))
            continue
        key = bytes(one.member.identity_print)
        if first := seen.get(key):
            sentence = _("证件号码与第 %(n)d 行相同。") % {"n": first}
            report.refused.append(Refusal(line.number, "identity", sentence))
        elif key in there:
            report.duplicates.append(line.number)
        else:
            taken.append(one)
        seen.setdefault(key, line.number)
    return taken


def _line(
    line: Line, branches: Mapping[str, list[Organisation]], groups: Mapping[tuple[object, str], Organisation], at: datetime
) -> _Taken:  # fmt: skip
    cells = line.cells
    named = branches.get(cells.get("branch", ""), [])
    if len(named) != 1:
        given = {"name": cells.get("branch", "")[:40]}
        refuse(
            "branch",
            (_("有几个叫“%(name)s”的支部，请写全称。") if named else _("没有叫“%(name)s”的支部，或者它不归您管。"))
            % given,
        )
    stage = _STAGES.get(cells.get("stage", ""), cells.get("stage", ""))
    if stage not in Stage.values:
        given = {"stage": cells.get("stage", "")[:20], "known": "、".join(str(s.label) for s in Stage)}
        refuse("stage", _("没有“%(stage)s”这个阶段，应是：%(known)s。") % given)
    card = checked_card(cells.get("name", ""), cells.get("identity", ""), cells.get("phone", ""))
    member = new_member(named[0], card, stage, day_named(cells.get("since", "")), at)
    if name := cells.get("group", ""):
        member.group = groups.get((named[0].id, name))
        if member.group is None:
            refuse("group", _("这个支部没有叫“%(name)s”的党小组。") % {"name": name[:40]})
    return _Taken(member, card)


def day_named(text: str) -> date:
    """2020-07-01, 2020/7/1, 2020.7.1 or 2020年7月1日, full-width digits too. Raises Invalid."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found:
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            pass  # the thirtieth of February is no day
    sentence = _("看不懂日期“%(text)s”，请写成 2020-07-01。") % {"text": text[:20]}
    raise Invalid(sentence, fields={"since": sentence})


def _keep(taken: list[_Taken], by: Actor, at: datetime) -> None:
    Member.objects.bulk_create([one.member for one in taken])
    Entry.objects.bulk_create(
        [Entry(member=one.member, stage=one.member.stage, since=one.member.stage_since) for one in taken]
    )
    entries = [
        member_entry(
            one.member, one.card.person_id,
            after={"branch": str(one.member.branch_id), "stage": one.member.stage, "since": one.member.stage_since},
        )
        for one in taken
    ]  # fmt: skip
    audit.append_each(entries, by=by, at=at, verb="party.import_member")
