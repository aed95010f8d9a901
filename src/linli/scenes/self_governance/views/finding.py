"""The public volunteer site on the phone: what looks for volunteers, and one activity to join."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import NotAllowed, holds
from linli.kernel.clock.now import now
from linli.parts.doing import done

from .. import kinds, verbs
from ..models import SignUp
from ..queries import finding, integrity, mine
from .common import day_in, draw, uuid_in


@never_cache
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """By kind, skill, day and how near. Everybody may look; joining asks who one is."""
    at, actor = now(), request.actor
    near = finding.scopes_of(actor)
    scope = request.GET.get("near", "")
    asked = finding.Asked(
        kind=request.GET.get("kind", "") if request.GET.get("kind", "") in kinds.KINDS else "",
        skill=request.GET.get("skill", "") if request.GET.get("skill", "") in kinds.SKILLS else "",
        scope=scope if scope in {prefix for prefix, _name in near} else "",
        day=day_in(request.GET.get("day", "")),
    )
    context: dict[str, Any] = {
        "found": finding.open_shifts(asked, at=at),
        "asked": asked,
        "near": near,
        "kinds": [(one.name, str(one.word)) for one in kinds.KINDS.values()],
        "skills": [(name, str(word)) for name, word in kinds.SKILLS.items()],
        "narrow": bool(asked.kind or asked.skill or asked.scope or asked.day),
        "member": _member(request),
        "mine": mine.mine(actor, at=at) if _member(request) else None,
        "deductions": integrity.waiting(actor),
    }
    return draw("phone", request, "phone/find.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """One activity and its times; POST joins one of them."""
    at = now()
    back = reverse("self_governance:activity", args=[activity_id])
    response, refused = done(request, {"join": _join}, back)
    if response:
        return response
    found = finding.one(request.actor, activity_id, at=at)
    context = {
        "w": found,
        "activity": found.activity,
        "refused": refused,
        "chosen": request.POST.get("shift", ""),
        "typed": request.POST,
        "member": _member(request),
        "at": at,
    }
    return draw("phone", request, "phone/activity.html", context, status=refused.status if refused else 200)


def _member(request: HttpRequest) -> bool:
    return request.actor.person_id is not None and holds(request.actor, "volunteering.join")


def _join(request: HttpRequest) -> str:
    if not _member(request):
        raise NotAllowed(_("请先用居民账号登录，再报名。"), code="sign_in")
    heads = request.POST.get("heads", "1").strip() or "1"
    guardian = uuid_in(request, "guardian_id") if request.POST.get("guardian_id") else None
    made = verbs.join(
        by=request.actor, at=now(), shift_id=uuid_in(request, "shift"),
        heads=int(heads) if heads.isdecimal() and len(heads) < 5 else 0,
        group_name=request.POST.get("group_name", ""), guardian_id=guardian,
    )  # fmt: skip
    return {
        SignUp.State.IN: _("报名成功。到时候凭现场的码签到。"),
        SignUp.State.WAITING: _("名额已满，您已排入候补；有人取消，会自动递补。"),
        SignUp.State.APPLIED: _("已提交，等监护人在手机上同意。"),
    }.get(SignUp.State(made.state), _("您已经报了名。"))
