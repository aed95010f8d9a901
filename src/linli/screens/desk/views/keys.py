"""API keys of partners' programs: issued, changed and revoked by the security administrator; each shown once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.people.models import ApiKey
from linli.kernel.places import queries as places
from linli.kernel.sealed import seal, unseal
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw

MOST = 500
_TOLD = "key_told"
_KEY = Field(name="key_id", label="", kind=Kind.HIDDEN_ID)
_Made = tuple[ApiKey, str]


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def keys_page(request: HttpRequest) -> HttpResponse:
    """The keys within the administrator's place, and once the plain text of one that was just made."""
    actor: Actor = request.actor
    require(actor, "keys.change")
    response, forms, status = serve(request, _acts(actor, _once(request)))
    if response:
        return response
    at = now()
    found = list(queries.keys(actor)[:MOST])
    names = places.names({key.place_code for key in found})
    told = request.session.pop(_TOLD, None)
    context: dict[str, Any] = {
        "rows": [(key, names.get(key.place_code, key.place_code), key.state(at), _last(key)) for key in found],
        "forms": forms,
        "told": unseal(told.encode()) if told else "",
    }
    return draw(request, "desk/keys.html", context, here="desk:keys", status=status)


def _last(key: ApiKey) -> datetime | None:
    """The last minute it works, as people read an end: 26 November 23:59, not 27 November 00:00."""
    return key.expires_at - timedelta(minutes=1) if key.expires_at else None


def _once(request: HttpRequest) -> Callable[[_Made], str]:
    """The plain key waits sealed in the session for the one page that shows it."""

    def tell(made: _Made) -> str:
        key, plain = made
        request.session[_TOLD] = seal(plain).decode()
        return _t("“%(name)s”的新密钥在下面，只显示这一次。") % {"name": key.name}

    return tell


def _acts(actor: Actor, once: Callable[[_Made], str]) -> tuple[Act, ...]:
    return (
        Act(
            key="issue",
            words=_("签发密钥"),
            lead=_("同一个合作方可以有几把密钥，各自停用互不影响。"),
            fields=(
                Field(name="name", label=_("合作方或程序的名称")),
                Field(name="place_code", label=_("管辖范围（地点代码）"), hint=_("只能在这个范围内上报和查询。")),
                Field(
                    name="until",
                    label=_("有效期到"),
                    kind=Kind.DATE,
                    optional=True,
                    hint=_("到这一天结束时失效；不填则一直有效。"),
                ),
            ),
            starts={"place_code": actor.scope, "until": (timezone.localdate() + timedelta(days=365)).isoformat()},
            verb=_issue,
            tells=once,
        ),
        Act(
            key="rotate",
            words=_("更换"),
            lead=_("马上得到一把新密钥；旧的还能用 24 小时，好让程序换过来。"),
            tone="small",
            fields=(_KEY,),
            verb=verbs.rotate_key,
            tells=once,
        ),
        Act(
            key="revoke",
            words=pgettext_lazy("key", "撤销"),
            lead=_("立即失效，不能恢复。"),
            tone="danger small",
            fields=(_KEY,),
            verb=verbs.revoke_key,
            done=_("已撤销，立即失效。"),
        ),
    )


def _issue(*, by: Actor, at: datetime, name: str, place_code: str, until: date | None = None) -> _Made:
    """Until the end of a day, as people mean it."""
    ends = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)) if until else None
    return verbs.issue_key(by=by, at=at, name=name, place_code=place_code, expires_at=ends)
