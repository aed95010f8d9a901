"""Units: departments, committees and companies come, change their name, and end."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require

from ..models import Post, Unit
from .common import act, clean_name, clean_scope


def add_unit(
    *,
    by: Actor,
    at: datetime,
    name: str,
    kind: str,
    place_code: str,
    department: str = "",
    parent_id: UUID | None = None,
    phone: str = "",
) -> Unit:
    """A new unit at a place. Needs `units.change` there. `department` is a declared name, for kind
    "department". Raises Invalid, Conflict (the name is taken at this place)."""
    code = clean_scope(place_code)
    require(by, "units.change", code)
    if kind not in Unit.Kind.values:
        raise Invalid(_("没有这种单位。"), fields={"kind": _("没有这种单位。")})
    if kind == Unit.Kind.DEPARTMENT and not department:
        raise Invalid(_("请选择是哪个部门。"), fields={"department": _("请选择是哪个部门。")})
    with _taken_name(), act():
        unit = Unit.objects.create(
            name=clean_name(name),
            kind=kind,
            department=department,
            place_code=code,
            parent_id=parent_id,
            phone=phone.strip(),
            valid=(at, None),
        )
        _record(by, at, "add_unit", unit, after={"name": unit.name, "kind": kind, "department": department})
    return unit


def rename_unit(*, by: Actor, at: datetime, unit_id: UUID, name: str) -> Unit:
    """Another name from now on; matters and history keep the unit. Needs `units.change`."""
    name = clean_name(name)
    with _taken_name(), act():
        unit = _open_unit(unit_id, by, at)
        before, unit.name = unit.name, name
        unit.save(update_fields=["name"])
        _record(by, at, "rename_unit", unit, before={"name": before}, after={"name": name})
    return unit


def close_unit(*, by: Actor, at: datetime, unit_id: UUID) -> Unit:
    """The unit takes nothing more. Raises Conflict while somebody holds a post in it."""
    with act():
        unit = _open_unit(unit_id, by, at)
        posts = Post.objects.filter(unit=unit, valid__contains=at).count()
        if posts:
            raise Conflict(_("还有 %(n)s 个岗位在这个单位里，请先结束这些岗位。") % {"n": posts})
        unit.valid = (unit.valid.lower, at)
        unit.save(update_fields=["valid"])
        _record(by, at, "close_unit", unit, after={"name": unit.name})
    return unit


class _taken_name:  # noqa: N801 - reads as a clause of `with`
    """The exclusion constraint speaks, as a sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "one_unit_of_a_name" in str(error):
            sentence = _("这个地方已经有同名的单位。")
            raise Conflict(sentence, fields={"name": sentence}) from None


def _open_unit(unit_id: UUID, by: Actor, at: datetime) -> Unit:
    unit = Unit.objects.select_for_update().filter(pk=unit_id, valid__contains=at).first()
    if unit is None:
        raise NotFound(_("没有这个单位，或者它已经撤销。"))
    require(by, "units.change", unit.place_code)
    return unit


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    unit: Unit,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.append(
        by=by,
        at=at,
        verb=f"people.{verb}",
        stream=f"unit:{unit.id}",
        place_code=unit.place_code,
        unit_ids=[unit.id],
        before=before,
        after=after,
    )
