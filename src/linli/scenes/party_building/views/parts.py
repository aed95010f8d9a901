"""What the pages of this scene share: words, fields, and how fen are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, Invalid, Refused
from linli.kernel.people.models import Person
from linli.parts.frames import draw
from linli.parts.office import Field, Kind

from ..models import (
    Attendance,
    Category,
    Every,
    Handed,
    Meeting,
    MeetingKind,
    Member,
    Organisation,
    Payment,
    Position,
    Project,
    RecordKind,
    Seat,
    Stage,
    Transfer,
    What,
    Wish,
    WishKind,
)
from ..models import Kind as OrganisationKind
from ..queries import organisations as tree
from ..verbs.common import own

SETS = {
    "kind": OrganisationKind, "stage": Stage, "meeting": MeetingKind, "meeting_state": Meeting.State, "wish": WishKind,
    "wish_state": Wish.State, "attendance": Attendance.State, "how": Attendance.How, "transfer": Transfer.State,
    "position": Position, "category": Category, "paid_by": Payment.How, "what": What, "project": Project.State,
    "gone": Member.Gone, "every": Every, "seat": Seat, "record": RecordKind, "handed": Handed,
}  # fmt: skip
TONES = {
    "met": "done", "paid": "done", "present": "done", "confirmed": "done", "thanked": "done", "received": "done", "evaluated": "done",
    "planned": "accent", "announced": "accent", "published": "accent", "expected": "", "held": "accent", "late": "warned",
    "soon": "warned", "short": "warned", "owed": "reminded", "missed": "supervised", "absent": "supervised", "made_up": "done",
    "asked": "warned", "fulfilled": "warned", "delivered": "warned", "claimed": "accent", "open": "accent", "leave": "",
    "serving": "done", "near": "warned", "over": "supervised", "founding": "accent", "done": "done", "late_done": "warned",
    "next": "accent", "ahead": "", "open_now": "done", "shut": "supervised", "closed": "",
}  # fmt: skip
MARKS = {
    "done": "done",
    "accent": "open",
    "warned": "warned",
    "reminded": "reminded",
    "supervised": "supervised",
    "": "minus",
}
DUTY = {
    "met": _("已开"), "planned": _("已安排"), "due": _("待安排"), "soon": _("快到期"), "missed": _("未开"), "made_up": _("已补开"),
}  # fmt: skip
STATION = {"open": _("开放中"), "shut": _("暂停"), "closed": _("未开放")}
OWNERS = {"founding": _("筹备中"), "serving": _("任期内"), "near": _("三个月内届满"), "over": _("已届满，未换届")}
STEP = {
    "done": _("已完成"), "late_done": _("完成，晚于期限"), "next": _("下一步"), "late": _("已过期限"), "ahead": _("还没到"),
}  # fmt: skip
DUE = {"paid": _("已交"), "late": _("迟交"), "short": _("未交足"), "owed": _("未交"), "waived": _("已减免")}


def word(name: str, value: str) -> str:
    """A value of one of the scene's lists, in the reader's language."""
    return str(SETS[name](value).label) if value else ""


def choices(name: str) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in SETS[name].choices]


WORDS: dict[str, Any] = {
    "say_of": word,
    "tone_of": lambda state: TONES.get(state, ""),
    "mark_of": lambda state: MARKS.get(TONES.get(state, ""), ""),
    "duty_word": lambda state: DUTY[state],
    "due_word": lambda state: DUE[state],
    "station_word": lambda state: STATION[state],
    "owners_word": lambda state: OWNERS[state],
    "step_word": lambda state: STEP[state],
}


def branch_asked(request: HttpRequest, branches: Sequence[Organisation]) -> Organisation | None:
    """The branch a page is about: the one asked for, else the first over which the reader stands; None for none."""
    asked = request.GET.get("branch")
    return next((one for one in branches if str(one.id) == asked), branches[0] if branches else None)


def month_asked(request: HttpRequest, at: datetime) -> date:
    """The month of the address (?month=2026-09), else this one."""
    try:
        year, month = map(int, request.GET.get("month", "").split("-"))
        return date(year, month, 1) if 1900 <= year <= 2200 else timezone.localdate(at).replace(day=1)
    except ValueError:
        return timezone.localdate(at).replace(day=1)


def around(first: date) -> tuple[str, str]:
    """The months before and after, as the address wants them."""
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    after = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return f"{before:%Y-%m}", f"{after:%Y-%m}"


def fen(value: float, field: str) -> int:
    """Yuan as a form has them, with two decimals at the most, in fen. Raises Invalid."""
    return _hundredths(value, field, _t("金额最多两位小数。"))


def area(value: float, field: str) -> int:
    """Square metres as a form has them, with two decimals at the most, in 0.01 m². Raises Invalid."""
    return _hundredths(value, field, _t("面积最多两位小数。"))


def _hundredths(value: float, field: str, sentence: str) -> int:
    amount = round(value * 100)
    if value != round(value, 2) or abs(amount) > 10**12:
        raise Invalid(sentence, fields={field: sentence})
    return amount


def first_of(value: date) -> date:
    return value.replace(day=1)


def lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def day(name: str, label: Any, **more: Any) -> Field:
    return Field(name=name, label=label, kind=Kind.DATE, **more)


def line(name: str, label: Any, **more: Any) -> Field:
    return Field(name=name, label=label, **more)


def text(name: str, label: Any, **more: Any) -> Field:
    return Field(name=name, label=label, kind=Kind.TEXT, **more)


def pick(name: str, label: Any, options: str, kind: Kind = Kind.SELECT, **more: Any) -> Field:
    return Field(name=name, label=label, kind=kind, options=options, **more)


def hidden(name: str) -> Field:
    return Field(name=name, label="", kind=Kind.HIDDEN_ID)


def hidden_number(name: str) -> Field:
    return Field(name=name, label="", kind=Kind.HIDDEN)


def with_number(verb: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A verb whose argument is a row's number: a form sends text."""

    def call(**given: Any) -> Any:
        given[name] = int(given[name]) if str(given[name]).isdecimal() else 0
        return verb(**given)

    return call


def whose(by: Actor) -> list[tuple[UUID, str]]:
    """Organisations somebody may act for, to choose one: their own first, then the branches below."""
    mine = own(by)
    found = [(mine.id, mine.name)] if mine else []
    return found + [(one.id, one.name) for one in tree.branches(by) if mine is None or one.id != mine.id]


def home_of(by: Actor) -> str:
    """The code of the place where who acts lives; "" where nobody knows."""
    return Person.objects.filter(pk=by.person_id).values_list("place_code", flat=True).first() or ""


def id_in(request: HttpRequest, name: str) -> UUID:
    """An id a form sends. Raises Invalid."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid(_t("请刷新页面再试。")) from None


def day_in(request: HttpRequest, name: str) -> date:
    """A day a form sends. Raises Invalid."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        sentence = _t("请选择日期。")
        raise Invalid(sentence, fields={name: sentence}) from None


def on_phone(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str, refused: Refused | None
) -> HttpResponse:
    """A page of the phone, with what was done at its top, or what was refused."""
    told = {**WORDS, "refused": refused, "get_messages": partial(messages.get_messages, request), **context}
    return draw("phone", request, template, told, here=here, status=refused.status if refused else 200)
