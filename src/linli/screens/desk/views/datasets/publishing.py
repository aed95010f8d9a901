"""公开统计: publishing a table for everybody, and taking it off the public page."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds, require
from linli.kernel.clock.now import now
from linli.kernel.datasets import queries, verbs
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from .frame import page

TAB = "desk:datasets_published"


@require_http_methods(["GET", "POST"])
@for_staff
def published_page(request: HttpRequest) -> HttpResponse:
    """What is published, and the form for the next table."""
    actor: Actor = request.actor
    require(actor, "datasets.read")
    response, forms, status = serve(request, _acts(actor) if holds(actor, "datasets.share") else ())
    if response:
        return response
    found = queries.publications()
    names = places.names({one.place_code for one in found})
    context = {"rows": [(one, names.get(one.place_code, one.place_code)) for one in found], "forms": forms}
    return page(request, "published.html", context, tab=TAB, status=status)


def _places(actor: Actor) -> list[tuple[str, str]]:
    """The reader's own place and those below it, down to the street: a table is by what lies right below one."""
    codes = [actor.scope] if actor.scope.isdecimal() else []
    for above in codes:
        if len(above) < Level.STREET.digits:
            codes += [place.code for place in places.children(above)]
    labels = places.labels(codes, above=Level.DISTRICT)
    return [(code, labels.get(code, code)) for code in codes]


def _acts(actor: Actor) -> tuple[Act, ...]:
    last = timezone.localdate(now()).replace(day=1) - timedelta(days=1)
    first: date = last.replace(day=1)
    return (
        Act(
            key="publish",
            words=_("公布"),
            lead=_("按类别和下一级地点统计上报件数。公布后谁都能看，同一段时间不能再公布第二张。"),
            fields=(
                Field(name="title", label=_("标题")),
                Field(
                    name="place_code",
                    label=_("地点"),
                    kind=Kind.SELECT,
                    options="places",
                    hint=_("按它的下一级分列。"),
                ),
                Field(name="first", label=_("从"), kind=Kind.DATE),
                Field(name="last", label=_("到"), kind=Kind.DATE),
            ),
            starts={
                "title": _t("%(year)d年%(month)d月群众反映和巡查事项") % {"year": first.year, "month": first.month},
                "place_code": actor.scope,
                "first": first.isoformat(),
                "last": last.isoformat(),
            },
            options={"places": _places(actor)},
            verb=verbs.publish,
            tells=lambda made: _t("已公布，隐去了 %(n)d 个格子。") % {"n": made.left_out},
        ),
        Act(
            key="withdraw",
            words=_("撤下"),
            lead=_("从公开页面上撤下，写明原因。这段时间不能再公布。"),
            tone="danger small",
            fields=(
                Field(name="publication_id", label="", kind=Kind.HIDDEN_ID),
                Field(name="reason", label=_("原因")),
            ),
            verb=verbs.withdraw_publication,
            done=_("已撤下。"),
        ),
    )
