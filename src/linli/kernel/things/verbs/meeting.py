"""Who stands before me: the persons an agreement is of, by what they say of themselves, whole and exact.

As at the counter (`people.verbs.find_persons`): nobody is offered a list, and whoever is found can read that they were
looked up, by whom and for what.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.people.verbs import find_persons

from ..models import Thing
from . import common
from .signed import PERMISSION
from .signers import Signer

MOST = 8
"""People of one home on one paper."""


def met(
    *,
    by: Actor,
    at: datetime,
    thing: Thing,
    name: str,
    number: str,
    guardian_name: str = "",
    guardian_number: str = "",
    others: str = "",
) -> list[Signer]:
    """Who agrees: `name` with a phone or, of who has none, the year of birth; with whoever agrees for them. `others`: who
    lives there too, a line each, "name number" or "name number guardian number".

    Needs `agreements.record` and `people.read`. Raises Invalid by field (nobody of this name and number, told alike
    whatever is wrong).
    """
    require(by, PERMISSION, thing.place_code)
    purpose = _("设备同意书：%(name)s") % {"name": thing.name}
    rows = [("name", (name, number, guardian_name, guardian_number))]
    rows += [("others", _four(line)) for line in others.splitlines() if line.strip()]
    if len(rows) > MOST:
        sentence = _("一次最多登记 %(n)d 个人。") % {"n": MOST}
        raise Invalid(sentence, fields={"others": sentence})
    return [_signer(field, row, by, at, purpose) for field, row in rows]


def _four(line: str) -> tuple[str, str, str, str]:
    words = line.split()
    if len(words) not in (2, 4):
        sentence = _("每行写：姓名 电话；要监护人的，再写监护人的姓名和电话。")
        raise Invalid(sentence, fields={"others": sentence})
    first, second, third, fourth = (*words, "", "")[:4]
    return first, second, third, fourth


def _signer(field: str, row: tuple[str, str, str, str], by: Actor, at: datetime, purpose: str) -> Signer:
    name, number, guardian_name, guardian_number = row
    person = _one(field, name, number, by, at, purpose)
    if not guardian_name.strip():
        return Signer(person_id=person)
    where = "guardian_name" if field == "name" else field
    return Signer(person_id=person, guardian_id=_one(where, guardian_name, guardian_number, by, at, purpose))


def _one(field: str, name: str, number: str, by: Actor, at: datetime, purpose: str) -> UUID:
    plain = common.one_line(number, 20, field)
    year = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) == 4 else None
    if not name.strip() or not plain:
        sentence = _("请填写姓名，和电话或出生年份。")
        raise Invalid(sentence, fields={field: sentence})
    try:
        found = find_persons(by=by, at=at, purpose=purpose, name=name, phone="" if year else plain, birth_year=year)
    except Invalid as refused:
        raise Invalid(refused.sentence, fields={field: refused.sentence}) from None
    if len(found) != 1:
        sentence = _("没有找到姓名和号码都相符的一个人。没有登记过的，请先在窗口登记。")
        raise Invalid(sentence, fields={field: sentence})
    return found[0].id
