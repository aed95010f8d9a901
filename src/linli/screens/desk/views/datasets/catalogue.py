"""数据集目录: what data sets there are; one of them with its fields, freshness, quality, jobs and rows; declaring one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Refused, allows, holds, require
from linli.kernel.clock.now import now
from linli.kernel.datasets import queries, verbs
from linli.kernel.datasets.models import Dataset
from linli.kernel.datasets.own import OWN
from linli.kernel.datasets.saying import told
from linli.kernel.datasets.tallying import Counts
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve
from linli.parts.words import word

from .frame import HERE, HOW, page, sent_table

EXAMPLE = """title = "居民用水月报"
purpose = "发现独居老人用水异常，安排上门看望"
basis = "供水企业与街道的数据共享协议"
every = 31
keeps = 730
key = ["account", "month"]

[fields.account]
label = "户号"
source = ["用户编号", "户号"]
required = true

[fields.month]
label = "月份"
type = "month"

[fields.used]
label = "用水量"
type = "number"
unit = "m³"

[fields.address]
label = "用水地址"

[match.place]
address = "address"
"""


@require_GET
@for_staff
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Every data set that concerns one, the late ones marked."""
    actor: Actor = request.actor
    found = queries.catalogue(actor, at=now())
    context = {
        "sets": [one for one in found if one.id],
        "own": [one for one in found if not one.id],
        "late": sum(one.late is not None for one in found),
        "may_declare": allows(actor, "datasets.change", actor.scope),
    }
    return page(request, "catalogue.html", context, tab=HERE)


@require_http_methods(["GET", "POST"])
@for_staff
def set_page(request: HttpRequest, name: str) -> HttpResponse:
    """One data set; a table is sent from here."""
    actor: Actor = request.actor
    if name in OWN:
        return _own_page(request, name)
    dataset = queries.one(actor, name)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            content, file_name = sent_table(request)
            job = verbs.queue(by=actor, at=now(), dataset_id=dataset.id, content=content, file_name=file_name)
            messages.success(request, _t("“%(file)s”已排队，完成后这里会写明结果。") % {"file": job.file_name})
            return HttpResponseRedirect(reverse("desk:datasets_job", args=[job.id]), status=303)
        except Refused as refused:
            refusal = refused
    return page(
        request,
        "set.html",
        _told(request, dataset) | {"refusal": refusal},
        tab=HERE,
        status=refusal.status if refusal else 200,
    )


def _told(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    actor: Actor = request.actor
    how, place = request.GET.get("how", ""), request.GET.get("place", "")
    how = how if how in HOW else ""
    place = place if place.isdecimal() else ""
    rows = queries.rows(actor, dataset, how=how, place=place, after=request.GET.get("after", "").replace("\0", ""))
    jobs = queries.jobs(actor, dataset)
    latest = next((job for job in jobs if job.counts and job.state == job.State.DONE), None)
    source = queries.source_of(dataset)
    shown = [c for c in dataset.declared.open_columns if c.name not in dataset.declared.key][:4]
    given = {key: value for key, value in (("how", how), ("place", place)) if value}
    return {
        "set": dataset,
        "declared": dataset.declared,
        "where": places.label(dataset.place_code),
        "late": dataset.late_by(now()) if dataset.closed_at is None else None,
        "jobs": [(job, Counts.of(job.counts) if job.counts else None) for job in jobs[:6]],
        "counts": Counts.of(latest.counts) if latest else None,
        "latest": latest,
        "rows": rows.rows,
        "names": places.labels(row.place_code for row in rows.rows),
        "shown": shown,
        "shown_heads": [(c.name, c.label, "number" if c.type == "number" else "") for c in shown],
        "filters": [
            ("?", _t("全部"), not how),
            *((f"?how={key}", words, key == how) for key, words in HOW.items()),
        ],
        "next": "?" + urlencode({**given, "after": rows.after}) if rows.after else "",
        "may_ask": dataset.closed_at is None and actor.unit_id not in (None, dataset.owner_id),
        "may_change": allows(actor, "datasets.change", dataset.place_code) and dataset.closed_at is None,
        "source": source,
        "source_fault": told([source.fault])[0] if source and source.fault else "",
        "topics": [
            (word("topic", topic), dataset.declared.column(one.value))
            for topic, one in dataset.declared.signs.items()
        ],
    }


@require_http_methods(["GET", "POST"])
@for_staff
def source_page(request: HttpRequest, name: str) -> HttpResponse:
    """Where a data set is fetched from by itself: the address, how often, how it went; asked at once, or no more."""
    actor: Actor = request.actor
    dataset = queries.one(actor, name)
    require(actor, "datasets.change", dataset.place_code)
    source = queries.source_of(dataset)

    def act(verb: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **given: verb(dataset_id=dataset.id, **given)

    acts = (
        Act(
            key="set",
            words=_("保存"),
            fields=(
                Field(name="url", label=_("地址"), hint=_("CSV、Excel 或 JSON。只能是管理员允许的来源；密钥不要写在地址里。")),
                Field(name="every", label=_("隔几小时取一次"), kind=Kind.NUMBER),
                Field(name="header", label=_("密钥放在哪个头里"), optional=True, hint=_("例如 Authorization；不要密钥就空着。")),
                Field(name="secret", label=_("密钥"), optional=True, hint=_("加密保存，以后不再显示；空着就用原来的。换了来源要重新写。")),
            ),
            starts={"url": source.url, "every": source.every, "header": source.header} if source else {"every": 24},
            verb=lambda **given: verbs.set_source(
                dataset_id=dataset.id, **{**given, "every": int(given["every"])}
            ),
            done=_("已保存，马上取第一次。"),
        ),
        Act(key="now", words=_("现在就取"), fields=(), verb=act(verbs.ask_now), done=_("已安排，马上去取。"), tone=""),
        Act(
            key="stop",
            words=_("不再定时获取"),
            fields=(Field(name="reason", label=_("原因")),),
            verb=act(verbs.stop_source),
            done=_("已停止，密钥已删除。以后手工送表。"),
            tone="danger",
        ),
    )  # fmt: skip
    response, forms, status = serve(request, acts)
    if response:
        return response
    fault = told([source.fault])[0] if source and source.fault else ""
    context = {"set": dataset, "source": source, "fault": fault, "forms": forms, "hosts": queries.fetch_origins()}
    return page(request, "source.html", context, tab=HERE, status=status)


def _own_page(request: HttpRequest, name: str) -> HttpResponse:
    found = next(one for one in queries.catalogue(request.actor, at=now()) if one.name == name)
    return page(request, "own.html", {"set": found, "own": OWN[name]}, tab=HERE)


@require_http_methods(["GET", "POST"])
@for_staff
def new_page(request: HttpRequest) -> HttpResponse:
    """Declaring a data set."""
    actor: Actor = request.actor
    require(actor, "datasets.change")
    act = Act(
        key="declare",
        words=_("建立数据集"),
        fields=(
            Field(name="name", label=_("代号"), hint=_("小写字母、数字和连字符，例如 water-use。以后不能改。")),
            Field(name="owner_id", label=_("归属单位"), kind=Kind.ID, options="units"),
            Field(name="place_code", label=_("范围（地点代码）"), hint=_("没有对上地点的行算在这里。")),
            _declaration(),
        ),
        options={"units": _units(actor)},
        starts={"place_code": actor.scope, "owner_id": str(actor.unit_id or ""), "declaration": EXAMPLE},
        verb=verbs.declare_set,
        tells=lambda dataset: _t("已建立“%(title)s”，现在可以送表了。") % {"title": dataset.title},
    )
    response, forms, status = serve(request, (act,))
    if response:
        made = Dataset.objects.filter(name=request.POST.get("name", "")).first()
        return HttpResponseRedirect(reverse("desk:dataset", args=[made.name]), status=303) if made else response
    return page(request, "declare.html", {"form": forms["declare"], "set": None}, tab=HERE, status=status)


@require_http_methods(["GET", "POST"])
@for_staff
def change_page(request: HttpRequest, name: str) -> HttpResponse:
    """Changing what a data set is declared to be, or closing it."""
    actor: Actor = request.actor
    dataset = queries.one(actor, name)
    require(actor, "datasets.change", dataset.place_code)

    def change(**given: Any) -> Dataset:
        return verbs.change_declaration(dataset_id=dataset.id, **given)

    def close(**given: Any) -> Dataset:
        return verbs.close_set(dataset_id=dataset.id, **given)

    acts = (
        Act(
            key="change",
            words=_("保存声明"),
            fields=(
                Field(name="owner_id", label=_("归属单位"), kind=Kind.ID, options="units"),
                _declaration(),
            ),
            options={"units": _units(actor, dataset)},
            starts={"declaration": dataset.declaration, "owner_id": str(dataset.owner_id)},
            verb=change,
            done=_("声明已保存。之后送来的表按新的声明处理。"),
        ),
        Act(
            key="close",
            words=_("停用数据集"),
            lead=_("停用后不再收表；已有的行到期删除。"),
            tone="danger",
            fields=(Field(name="reason", label=_("原因"), kind=Kind.TEXT),),
            verb=close,
            done=_("已停用。"),
        ),
    )
    response, forms, status = serve(request, acts)
    if response:
        return HttpResponseRedirect(reverse("desk:dataset", args=[dataset.name]), status=303)
    context = {"form": forms["change"], "close": forms["close"], "set": dataset}
    return page(request, "declare.html", context, tab=HERE, status=status)


@require_GET
@for_staff
def row_page(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """One row: what it says, which job and line it came from, and who decided what it means."""
    found = queries.lineage(request.actor, row_id)
    context = {
        "found": found,
        "row": found.row,
        "where": places.label(found.row.place_code),
        "may_decide": holds(request.actor, verbs.DECIDING),
    }
    return page(request, "row.html", context, tab=HERE)


def _declaration() -> Field:
    return Field(
        name="declaration",
        label=_("声明"),
        kind=Kind.TEXT,
        hint=_("写明用途、依据、字段、来源列、代码表和凭什么匹配。写法见 docs/datasets.md。"),
    )


def _units(actor: Actor, dataset: Dataset | None = None) -> list[tuple[str, str]]:
    units = {str(unit.id): unit.name for unit in queries.owners(actor, at=now())}
    if dataset is not None:
        units.setdefault(str(dataset.owner_id), dataset.owner.name)
    return sorted(units.items(), key=lambda pair: pair[1])
