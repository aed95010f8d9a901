"""同意书: what is agreed to before a personal device works, who agreed, and until when; asked for, recorded and ended here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, NotFound
from linli.kernel.clock.now import now
from linli.kernel.declare import Whose
from linli.kernel.files.queries import shown
from linli.kernel.places import queries as places
from linli.kernel.things import texts, verbs
from linli.kernel.things.models import Agreement, Signature, State, Thing, Why
from linli.kernel.things.queries import agreements, one
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from . import told

FORMS = (Signature.Form.PAPER, Signature.Form.COUNTER, Signature.Form.OWN)
ENDS = (Why.WITHDRAWN, Why.LEFT, Why.DIED)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def agreement_page(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    thing = one.find(actor, thing_id)
    if not texts.is_personal(thing.model):
        raise NotFound(_t("这种设备不涉及个人，不需要同意书。"))
    response, forms, status = serve(request, _acts(thing), files="agreement")
    if response:
        return response
    about = agreements.about(actor, thing)
    standing = about.standing
    context = {
        "thing": thing,
        "place": places.label(thing.place_code),
        "text": texts.read(standing.text) if standing else texts.text_of(thing.model),
        "about": about,
        "signed": _signed(standing, now()),
        "erased_why": _t(Why(about.erased.why).label) if about.erased else "",
        "forms": forms if about.may_record else {},
        "asks": about.may_record and _asks(thing, standing),
        "told": told.once(request),
        "retired": thing.state == State.RETIRED,
    }
    return draw(request, "desk/devices/agreement.html", context, here="desk:things", status=status)


def _asks(thing: Thing, standing: agreements.Standing | None) -> bool:
    """Whether there is somebody to ask: nobody agreed, only a phone was asked, each agrees alone, or it ends soon."""
    if thing.state == State.RETIRED:
        return False
    if standing is None or standing.begun_at is None or standing.shared:
        return True
    return standing.until - now() <= verbs.RENEWED


def _signed(standing: agreements.Standing | None, at: datetime) -> list[dict[str, Any]]:
    if standing is None:
        return []
    photos = {file.id: file for file in shown([s.file for s in standing.signed if s.file], at=at)}
    return [
        {
            "person": one.person,
            "guardian": one.guardian,
            "form": _t(Signature.Form(one.form).label) if one.form else "",
            "at": one.signed_at,
            "withdrawn_at": one.withdrawn_at,
            "paper": photos.get(one.file) if one.file else None,
        }
        for one in standing.signed
    ]


def _acts(thing: Thing) -> tuple[Act, ...]:
    declared = texts.declared_of(thing.model)
    home = declared is not None and declared.whose is Whose.HOME
    others = Field(
        name="others", label=_("同住的人"), kind=Kind.TEXT, optional=True,
        hint=_("一行一个：姓名 电话。没有电话的写出生年份；要监护人的，再写监护人的姓名和电话。"),
    )  # fmt: skip

    def agree(
        *, by: Actor, at: datetime, form: str, files: list[UUID], until: date | None = None, **who: str
    ) -> Agreement:
        signers = verbs.met(by=by, at=at, thing=thing, **who)
        ends = None if until is None else timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
        if form == Signature.Form.OWN:
            return verbs.ask(by=by, at=at, thing_id=thing.id, signers=signers, until=ends)
        if not files:
            sentence = _t("请放一张签好的同意书的照片。")
            raise Invalid(sentence, fields={"files": sentence})
        return verbs.agree(
            by=by, at=at, thing_id=thing.id, signers=signers, form=form, file_id=files[0], until=ends
        )

    def tells(agreement: Agreement) -> str:
        if agreement.begun_at is None:
            return _t("已请本人在手机上看同意书，确认以后设备才启用。")
        return _t("同意书已登记，设备现在可以用了。")

    return (
        Act(
            key="agree",
            words=_("登记同意书"),
            lead=_("请先把左边的内容念给本人听，本人愿意再登记。不愿意也不影响照应。"),
            fields=(
                Field(name="form", label=_("怎样同意"), kind=Kind.CHOICE, options="forms"),
                Field(name="name", label=_("谁同意"), hint=_("使用这台设备的人的姓名，登记过的。")),
                Field(name="number", label=_("电话"), hint=_("没有电话的，写出生年份。")),
                *((others,) if home else ()),
                Field(
                    name="guardian_name", label=_("监护人姓名"), optional=True,
                    hint=_("未满 14 周岁，或自己不能决定的人，由监护人同意。"),
                ),
                Field(name="guardian_number", label=_("监护人电话"), optional=True),
                Field(name="files", label=_("签好的同意书，拍一张"), kind=Kind.FILES, optional=True),
                Field(name="until", label=_("到哪一天"), kind=Kind.DATE, optional=True, hint=_("不填就是一年。")),
            ),
            options={"forms": [(form.value, _t(form.label)) for form in FORMS]},
            starts={"form": Signature.Form.PAPER.value},
            verb=agree,
            tells=tells,
        ),
        Act(
            key="end",
            words=_("结束同意书"),
            lead=_("设备马上停用，密钥作废，它记录过的全部消除，找不回来。"),
            tone="danger",
            fields=(Field(name="why", label=_("为什么"), kind=Kind.CHOICE, options="whys"),),
            options={"whys": [(why.value, _t(why.label)) for why in ENDS]},
            verb=lambda **given: verbs.end_agreement(thing_id=thing.id, **given),
            done=_("同意书已结束，设备已停用，记录已消除。"),
        ),
    )  # fmt: skip
