"""Staff accounts and posts: proposed by one administrator, approved by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import REPORTERS, Actor, NotAllowed, Role, holds
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.people.models import Account, Post, Unit
from linli.kernel.people.words import role_word
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..nav import PAGES
from ..shell import draw

_ACCOUNT = Field(name="account_id", label="", kind=Kind.HIDDEN_ID)
_REASON = Field(name="reason", label=_("理由"))
_NEVER = REPORTERS | {Role.ANONYMOUS, Role.PARTNER, Role.BOARD, Role.TV, Role.SYSTEM}


@require_http_methods(["GET", "POST"])
@for_staff
def people_page(request: HttpRequest) -> HttpResponse:
    """What each administrator has to do with accounts and posts."""
    actor: Actor = request.actor
    needs = next(permissions for name, _words, permissions in PAGES if name == "desk:people")
    if not any(holds(actor, permission) for permission in needs):
        raise NotAllowed(_t("您现在的岗位没有做这件事的权限。"), code="role")
    at = now()
    response, forms, status = serve(request, _acts(actor, at))
    if response:
        return response
    words = request.GET.get("text", "").strip()[:60]
    waiting = queries.appointments(actor) if holds(actor, "posts.change") or holds(actor, "posts.approve") else []
    posts: list[Post] = list(queries.posts_in(actor, at=at)[:500]) if holds(actor, "posts.end") else []
    names = places.names({p.place_code for p in posts} | {a.place_code for a in waiting})
    context: dict[str, Any] = {
        "words": words,
        "accounts": queries.accounts(actor, at=at, words=words),
        "waiting": waiting,
        "posts": [post for post in posts if not words or words in post.account.name],
        "place_names": names,
        "forms": forms,
    }
    return draw(request, "desk/people.html", context, here="desk:people", status=status)


def _acts(actor: Actor, at: datetime) -> list[Act]:
    acts: list[Act] = []
    if holds(actor, "accounts.change"):
        acts += [
            _create(),
            _switch("disable", _("停用"), verbs.disable_account),
            _switch("enable", _("启用"), verbs.enable_account),
        ]
    if holds(actor, "accounts.unlock"):
        acts.append(_switch("unlock", _("解锁"), verbs.unlock_account))
    if holds(actor, "posts.change"):
        acts.append(_appoint(actor, at))
    if holds(actor, "posts.approve"):
        acts.append(_decide())
    if holds(actor, "posts.end"):
        acts.append(
            Act(
                key="end",
                words=_("结束岗位"),
                done=_("岗位已结束。"),
                tone="danger small",
                fields=(Field(name="post_id", label="", kind=Kind.HIDDEN_ID), _REASON),
                verb=verbs.end_post,
            )
        )
    return acts


def _create() -> Act:
    return Act(
        key="create",
        words=_("新建账号"),
        lead=_("会生成一个初始密码，只显示这一次，请当面交给本人；首次登录须绑定第二验证。"),
        fields=(
            Field(name="username", label=_("用户名")),
            Field(name="name", label=_("姓名")),
            Field(name="phone", label=_("手机号"), optional=True),
            Field(name="email", label=_("邮箱"), optional=True),
        ),
        verb=verbs.create_account,
        tells=lambda made: (
            _t("已新建 %(name)s，初始密码：%(password)s") % {"name": made[0].username, "password": made[1]}
        ),
    )


def _switch(key: str, words: Any, verb: Any) -> Act:
    return Act(key=key, words=words, tone="small", fields=(_ACCOUNT, _REASON), verb=verb, done=_("已办理。"))


def _appoint(actor: Actor, at: datetime) -> Act:
    units = Unit.objects.filter(valid__contains=at).order_by("place_code", "name")
    if actor.scope != "*":
        units = units.filter(place_code__startswith=actor.scope or "-")
    people = Account.objects.filter(kind="staff", is_active=True).order_by("name")
    return Act(
        key="appoint",
        words=_("提出任命"),
        done=_("已提出，待安全管理员批准后生效。"),
        fields=(
            Field(name="account_id", label=_("谁"), kind=Kind.ID, options="people"),
            Field(name="role", label=_("角色"), kind=Kind.SELECT, options="roles"),
            Field(name="place_code", label=_("管辖范围（地点代码）")),
            Field(name="unit_id", label=_("单位"), kind=Kind.ID, options="units", optional=True),
            Field(name="title", label=_("职务名称"), optional=True),
            Field(name="ends_at", label=_("到什么时候"), kind=Kind.MOMENT, optional=True, hint=_("不填则长期。")),
        ),
        options={
            "people": [(a.id, f"{a.name} {a.username}") for a in people[:2000]],
            "roles": [(r.value, role_word(r.value)) for r in Role if r not in _NEVER],
            "units": [("", "—"), *((u.id, u.name) for u in units[:2000])],
        },
        starts={"place_code": actor.scope},
        verb=verbs.appoint,
    )


def _decide() -> Act:
    return Act(
        key="decide",
        words=_("审批"),
        done=_("已审批。"),
        fields=(
            Field(name="appointment_id", label="", kind=Kind.HIDDEN_ID),
            Field(name="granted", label=_("是否同意"), kind=Kind.YES_NO, options="granting"),
            Field(name="reason", label=_("意见"), optional=True),
        ),
        options={"granting": [("yes", _("同意")), ("no", _("不同意"))]},
        verb=verbs.decide_appointment,
    )
