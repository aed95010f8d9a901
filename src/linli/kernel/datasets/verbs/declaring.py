"""Declaring what a data set is: whose, what for, which fields."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, require
from linli.kernel.access.lines import clean_line
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.kernel.places.sentences import Fault
from linli.kernel.places.words import say

from ..declared import Declared, read
from ..models import Dataset, Job
from ..own import OWN
from .common import act, locked_set, record

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


def declare_set(
    *, by: Actor, at: datetime, name: str, owner_id: UUID, place_code: str, declaration: str
) -> Dataset:
    """A new data set of a unit, for a place. Needs `datasets.change` there; raises Invalid, Conflict (the name)."""
    require(by, "datasets.change", place_code)
    if not _NAME.fullmatch(name):
        sentence = _("代号应是小写字母、数字和连字符，以字母开头。")
        raise Invalid(sentence, fields={"name": sentence})
    if not places.exists(place_code):
        raise Invalid(_("没有这个地点。"), fields={"place_code": _("没有这个地点。")})
    declared = _read(declaration)
    with act():
        owner = _owner(owner_id, at)
        if name in OWN or Dataset.objects.filter(name=name).exists():
            raise Conflict(_("已有代号为“%(name)s”的数据集。") % {"name": name})
        dataset = Dataset.objects.create(
            name=name,
            title=declared.title,
            owner=owner,
            place_code=place_code,
            declaration=declaration,
            every=declared.every,
            keeps=declared.keeps,
            created_at=at,
        )
        record(
            by,
            at,
            "declare_set",
            dataset,
            after={"name": name, "title": declared.title, "declaration": declaration},
        )
    return dataset


def change_declaration(
    *, by: Actor, at: datetime, dataset_id: UUID, declaration: str, owner_id: UUID | None = None
) -> Dataset:
    """Another declaration. The key stays, since rows are known by it, and so does what is sensitive once rows are there."""
    declared = _read(declaration)
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        was = dataset.declared
        if declared.key != was.key:
            sentence = _("已有的行靠原来的 key 辨认，不能更改；请另建一个数据集。")
            raise Invalid(sentence, fields={"declaration": sentence})
        _keep_what_is_open(dataset, was, declared)
        before = {"declaration": dataset.declaration, "owner": str(dataset.owner_id)}
        if owner_id is not None:
            dataset.owner = _owner(owner_id, at)
        dataset.declaration, dataset.title = declaration, declared.title
        dataset.every, dataset.keeps = declared.every, declared.keeps
        dataset.version += 1
        dataset.save()
        after = {"declaration": declaration, "owner": str(dataset.owner_id)}
        record(by, at, "change_declaration", dataset, before=before, after=after)
    return dataset


def close_set(*, by: Actor, at: datetime, dataset_id: UUID, reason: str) -> Dataset:
    """No more rows come in; those that are there stay for their time."""
    reason = clean_line(reason, "reason")
    with act():
        dataset = locked_set(dataset_id, by, "datasets.change")
        if Job.objects.filter(dataset=dataset, ended_at=None).exists():
            raise Conflict(_("还有作业没有结束，请等它结束后再停用。"))
        dataset.closed_at = at
        dataset.save(update_fields=["closed_at"])
        record(by, at, "close_set", dataset, after={"closed_at": at}, note=reason)
    return dataset


def _read(declaration: str) -> Declared:
    try:
        return read(declaration)
    except Fault as fault:
        said = say(fault.sentence)
        raise Invalid(said, fields={"declaration": said}) from fault


def _owner(owner_id: UUID, at: datetime) -> Unit:
    owner = Unit.objects.filter(pk=owner_id, valid__contains=at).first()
    if owner is None:
        raise Invalid(_("没有这个单位。"), fields={"owner_id": _("请从列表中选择。")})
    return owner


def _keep_what_is_open(dataset: Dataset, was: Declared, declared: Declared) -> None:
    """A field that lies open in rows cannot be called sensitive afterwards, nor the other way round."""
    if not dataset.rows.exists():
        return
    sealed = {column.name: column.sensitive for column in was.columns}
    for column in declared.columns:
        if sealed.get(column.name, column.sensitive) != column.sensitive:
            sentence = _("“%(label)s”是否敏感不能再改：已有的行按原来的方式保存。请另建一个数据集。") % {
                "label": column.label
            }
            raise Invalid(sentence, fields={"declaration": sentence})
