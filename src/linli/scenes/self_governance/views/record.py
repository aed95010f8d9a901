"""My record and my certificates; and the page on which anybody verifies one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Refused
from linli.kernel.catalogue.language import language
from linli.kernel.clock.now import now
from linli.kernel.figures.report.paper import typeset
from linli.kernel.people.queries import address_of
from linli.parts.doing import done
from linli.parts.doors import for_readers, for_residents

from .. import kinds, verbs
from ..certificates import check_code, hours_word
from ..models import Certificate
from ..points import CARD, INTEGRITY, SAVED
from ..queries import mine as queries
from ..queries.verifying import verify as look_up
from .common import address, day_in, draw, qr

PAPER = Path(__file__).resolve().parent.parent / "paper" / "certificate.typ"


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def record(request: HttpRequest) -> HttpResponse:
    """The five groups of my record; POST says what I can, or issues a certificate."""
    back = reverse("self_governance:record")
    response, refused = done(request, {"skills": _skills, "issue": _issue}, back)
    if response:
        return response
    accounts = queries.balances(request.actor)
    context = {
        "r": queries.record(request.actor),
        "card": accounts.get(CARD.name),
        "saved": accounts.get(SAVED.name),
        "integrity": accounts.get(INTEGRITY.name),
        "skills": [(name, str(word)) for name, word in kinds.SKILLS.items()],
        "refused": refused,
        "refused_act": request.POST.get("act", "") if refused else "",
        "typed": request.POST,
        "today": timezone.localtime(now()).date(),
    }
    return draw("phone", request, "phone/record.html", context, status=refused.status if refused else 200)


@never_cache
@require_GET
@for_readers
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The certificate on paper: for the volunteer, and for staff where they live."""
    found = queries.certificate(request.actor, certificate_id)
    response = HttpResponse(typeset(PAPER, _printed(request, found)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@never_cache
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is what it says: by its number and check code, for anybody."""
    number, code = request.GET.get("number", "")[:40], request.GET.get("code", "")[:80]
    found, refused = None, None
    if number or code:
        try:
            found = look_up(number, code, at=now(), address=address_of(request))
        except Refused as wrong:
            refused = wrong
    issued = f"{timezone.localtime(found.issued_at):%Y-%m-%d}" if found else ""
    context = {"v": found, "issued": issued, "refused": refused, "number": number, "code": code}
    return draw("phone", request, "phone/verify.html", context, status=refused.status if refused else 200)


def link(request: HttpRequest, found: Certificate) -> str:
    path = f"{reverse('self_governance:verify')}?number={found.number}&code={found.hash[:16]}"
    return address(request, path)


def _skills(request: HttpRequest) -> str:
    verbs.say_skills(by=request.actor, at=now(), skills=request.POST.getlist("skills"))
    return _("已保存。")


def _issue(request: HttpRequest) -> str:
    made = verbs.issue_certificate(
        by=request.actor, at=now(), since=day_in(request.POST.get("since", "")),
        until=day_in(request.POST.get("until", "")),
    )  # fmt: skip
    return _("证明 %(number)s 已开具，在下面下载。") % {"number": made.number}


def _printed(request: HttpRequest, found: Certificate) -> dict[str, Any]:
    said = found.contents
    words = {
        "title": _("志愿服务记录证明"),
        "name": _("姓名"),
        "period": _("服务期间"),
        "total": _("认定时长合计"),
        "hours": _("%(hours)s 小时") % {"hours": hours_word(found.minutes)},
        "count": _("共 %(n)d 次") % {"n": len(said["services"])},
        "day": _("日期"),
        "activity": _("服务内容"),
        "unit": _("认定单位"),
        "minutes": _("分钟"),
        "number": _("编号"),
        "check": _("校验码"),
        "issued_by": _("出具单位"),
        "issued_at": _("出具日期"),
        "verify": _("扫码或在验证页输入编号和校验码，可以核实这份证明，不用登录。此后更正过的时长，验证时会说明。"),
        "free": _("依据《志愿服务条例》无偿出具，内容据实记录。"),
    }
    return {
        "words": words,
        "language": language(),
        "person": said["name"],
        "since": said["since"],
        "until": said["until"],
        "services": said["services"],
        "number": found.number,
        "check": check_code(found.hash),
        "hash": found.hash,
        "unit": said["unit"],
        "issued": f"{timezone.localtime(found.issued_at):%Y-%m-%d}",
        "qr": str(qr(link(request, found))),
    }
