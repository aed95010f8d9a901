"""Somebody who may reads the code from the screen and says where it hangs: from then on it shows something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.people import guard

from .. import codes
from ..models import Display, Kind, State
from .common import act, clean_name, clean_place, record


@dataclass(frozen=True, slots=True)
class Asked:
    """A screen that waits with this code: what kind it is, and since when it is open."""

    kind: str
    made_at: datetime


def asked(*, by: Actor, at: datetime, code: str) -> Asked:
    """What a code would confirm, before anybody confirms it. A code that is none counts as a try. Raises Invalid, TooMany."""
    require(by, permission_for(by))
    display = spend(by, at, code)
    return Asked(display.kind, display.made_at)


def confirm_board(*, by: Actor, at: datetime, code: str, place_code: str, name: str) -> Display:
    """确认 a board: from now on it shows what is public at this place. Needs `displays.change` there.

    Raises Invalid (code, place, name), TooMany after ten codes that are none.
    """
    require(by, "displays.change")
    name, place_code = clean_name(name), clean_place(by, place_code)
    spend(by, at, code, kind=Kind.BOARD)
    with act():
        display = waiting(code, at, Kind.BOARD)
        display.name, display.place_code = name, place_code
        enrol(display, by, at)
        record(by, at, "confirm_board", display, after={"name": name, "place_code": place_code})
    return display


def permission_for(by: Actor) -> str:
    """Residents bind their own; staff confirm what they look after."""
    return "displays.bind" if by.person_id is not None else "displays.change"


def spend(by: Actor, at: datetime, code: str, *, kind: Kind | None = None) -> Display:
    """The screen that waits with a code; a try is counted before it is looked at, and given back when it was right.

    Given back alone: whoever has a screen of their own could else wash off every wrong one with its code."""
    guard.spend(codes.TRIED_FROM, guard.network(by.address), at)
    guard.spend(codes.TRIED, str(by.account_id), at, account_id=by.account_id)
    with act():
        display = waiting(code, at, kind)
    guard.give_back(codes.TRIED_FROM, guard.network(by.address))
    guard.give_back(codes.TRIED, str(by.account_id))
    return display


def waiting(code: str, at: datetime, kind: Kind | None) -> Display:
    """The screen, held until the transaction ends: of two who confirm at once the second finds none."""
    written = codes.clean(code)
    found = Display.objects.select_for_update().filter(code_print=codes.code_print(written), state=State.WAITING)
    display = found.filter(code_until__gt=at).first()
    if display is None:
        raise _no_code(_("没有屏在显示这个码：它可能过期了、用过了，或者打错了。请看屏上现在的码。"))
    if kind is not None and display.kind != kind:
        raise _no_code(
            _("这是电视上的码。请居民在手机上绑定，或者在窗口替居民绑定。")
            if display.kind == Kind.TV
            else _("这是居村电子屏的码，要由居委会在工作台上确认。")
        )
    return display


def enrol(display: Display, by: Actor, at: datetime) -> None:
    display.state, display.enrolled_at, display.enrolled_by = State.ENROLLED, at, by.account_id
    display.code_print = display.code_until = None
    display.version += 1
    display.save()


def _no_code(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"code": sentence}, code="code")
