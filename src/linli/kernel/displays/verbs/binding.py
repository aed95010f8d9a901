"""绑定: a television shows a person's own matters at home, because they, or who acts for them, said so.

One person at a time (docs/adr/0022-displays.md): whoever else lives there has matters of their own, which nobody shows for them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, covers, require
from linli.kernel.people.models import Person

from ..models import Display, Kind, State
from .common import act, clean_name, record
from .confirming import enrol, spend, waiting

MOST = 5
"""Televisions of one person: a home has no more, and a thief would like many."""


def bind_tv(*, by: Actor, at: datetime, code: str, name: str = "") -> Display:
    """Bind the television that shows this code to the actor, or to whom they act for. Needs `displays.bind`.

    Raises Invalid (code, name; no home is registered), Conflict (five already), TooMany.
    """
    require(by, "displays.bind")
    if by.person_id is None:
        raise NotAllowed(_("请先用居民账号登录。"))
    return _bind(by, at, code, name, by.person_id, how="proxy" if by.on_behalf else "own")


def bind_tv_for(*, by: Actor, at: datetime, code: str, person_id: UUID, name: str = "") -> Display:
    """替居民绑定 at the counter, for who has no phone at hand. Needs `displays.change`, and `people.read` and
    `people.change` at their home."""
    for permission in ("displays.change", "people.read", "people.change"):
        require(by, permission)
    return _bind(by, at, code, name, person_id, how="counter")


def _bind(by: Actor, at: datetime, code: str, name: str, person_id: UUID, *, how: str) -> Display:
    called = clean_name(name or _("家里的电视"))
    spend(by, at, code, kind=Kind.TV)
    with act():
        person = Person.objects.select_for_update().filter(pk=person_id, erased_at=None).first()
        if person is None or (how == "counter" and not covers(by, person.place_code)):
            raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
        if not person.place_code:
            sentence = _("登记里还没有住址，电视不知道该看哪个居委会的通知。请先到居委会窗口补上住址。")
            raise Invalid(sentence, fields={"code": sentence})
        if Display.objects.filter(person=person, state=State.ENROLLED).count() >= MOST:
            raise Conflict(_("已经绑定了 %(n)s 台电视。请先解绑不用的。") % {"n": MOST})
        display = waiting(code, at, Kind.TV)
        display.name, display.place_code, display.person = called, person.place_code, person
        home = person.residences.filter(valid__contains=at).order_by("-valid").first()
        display.household_id = home.household_id if home else None
        enrol(display, by, at)
        record(by, at, "bind_tv", display, after={"name": called, "how": how})
    return display
