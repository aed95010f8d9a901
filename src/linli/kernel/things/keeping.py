"""What this room keeps about a person: which devices they installed or looked after, and the devices at their home.

Of upkeep: purpose: who knows this device, and whom to ask when it fails; basis: the work itself. The name goes when its
owner asks to be forgotten; what was done to the device, and when, stays with the device.

Of agreements: purpose and words are declared with the model (`declare.Agreement`); basis: separate written consent. They
end with the person: the device stops, what it said and the photo of the signed paper go, an empty signature stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM
from linli.kernel.files import verbs as files
from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.people.models import Person
from linli.kernel.places.queries import label

from .models import Agreement, Order, PlaceUpkeep, Signature, Upkeep, Why
from .verbs import common, ending
from .verbs.withdrawing import end_for

_COLUMNS = (
    ("at", _("时间")),
    ("thing", _("设备")),
    ("what", _("做了什么")),
    ("note", _("备注")),
)
_AGREED = (
    ("thing", _("设备")),
    ("place", _("装在哪里")),
    ("form", _("怎样同意的")),
    ("guardian", _("谁替我同意")),
    ("signed_at", _("同意时间")),
    ("until", _("到期时间")),
    ("ended_at", _("结束时间")),
    ("why", _("为什么结束")),
    ("text", _("同意书全文")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    return list(_chapters(person_id))


def _chapters(person_id: UUID) -> Iterator[Chapter]:
    signatures = Signature.objects.filter(ending.signed_by(person_id)).select_related(
        "agreement__thing", "agreement__text", "guardian", "person"
    )
    if agreed := [_said(row) for row in signatures.order_by("id")]:
        yield Chapter("agreements", _("我同意过的设备"), _AGREED, agreed)
    account = Person.objects.filter(pk=person_id).values_list("account_id", flat=True).first()
    if not account:
        return
    places = [
        {"at": row.lasts.lower, "thing": row.place_code, "what": _t("整片维护"), "note": row.note}
        for row in PlaceUpkeep.objects.filter(by_account=account, lasts__isempty=False).order_by("id")
    ]
    places += [
        {
            "at": row.sent_at,
            "thing": f"{row.thing.name} {row.thing.key}",
            "what": _t("下发指令"),
            "note": row.command,
        }
        for row in Order.objects.filter(by_account=account).select_related("thing").order_by("id")
    ]
    rows = Upkeep.objects.filter(by_account=account).select_related("thing").order_by("id")
    said = [
        {
            "at": row.lasts.lower,
            "thing": f"{row.thing.name} {row.thing.key}",
            "what": _t(Upkeep.What(row.what).label),
            "note": row.note,
        }
        for row in rows
    ]
    if said := said + places:
        yield Chapter("upkeep", _("我安装和维护过的设备"), _COLUMNS, said)


def _said(row: Signature) -> dict[str, object]:
    agreement = row.agreement
    return {
        "thing": f"{agreement.thing.name} {agreement.thing.key}",
        "place": label(agreement.thing.place_code),
        "form": _t(Signature.Form(row.form).label) if row.form else _t("还没有同意"),
        "guardian": row.guardian.name if row.guardian else "",
        "signed_at": row.signed_at,
        "until": agreement.until,
        "ended_at": row.withdrawn_at or agreement.ended_at,
        "why": _t(Why(agreement.why).label) if agreement.why else "",
        "text": agreement.text.zh,
    }


def forget(leaving: Leaving, at: datetime) -> None:
    if leaving.account_id is not None:
        Upkeep.objects.filter(by_account=leaving.account_id).update(by_name="", by_account=None, note="")
        Order.objects.filter(by_account=leaving.account_id).update(by_name="", by_account=None)
        # Why a place rests is told to those who work there, and names nobody.
        PlaceUpkeep.objects.filter(by_account=leaving.account_id).update(by_name="", by_account=None)
        Agreement.objects.filter(offered_by=leaving.account_id).update(offered_by=None)
    for signature in ending.held_signatures(leaving.person_id):
        thing = common.held(signature.agreement.thing_id)
        end_for(signature, thing, Why.ERASED, at)
    for signature in Signature.objects.select_for_update().filter(ending.signed_by(leaving.person_id)):
        _forget_signature(signature, at)


def _forget_signature(signature: Signature, at: datetime) -> None:
    """It was signed, and when, stays; whose it was goes, and the paper with their hand on it, unless others signed it too."""
    file_id = signature.file
    signature.person = signature.guardian = signature.file = None
    signature.forgotten_at = at
    signature.save(update_fields=["person", "guardian", "file", "forgotten_at"])
    if file_id and not Signature.objects.filter(file=file_id).exists():
        files.erase(by=SYSTEM, at=at, file_id=file_id, reason="")


KEEPER = Keeper(
    name="things",
    copy=chapters,
    forget=forget,
    goes=(
        _("您安装和维护设备时留下的姓名和备注"),
        _("您家里要征得同意的设备：马上停用，它记录过的和您签的同意书一起消除"),
    ),
    stays=(
        _("哪台设备在什么时候安装、维护过：属于设备的履历，不含您的姓名。"),
        _("某台设备曾经有过一份同意书，从什么时候到什么时候：证明当时征得过同意，不含您的姓名。"),
    ),
    sayings={
        "things.agree": _("登记了您签的设备同意书"),
        "things.ask_agreement": _("请您看一份设备同意书"),
        "things.renew": _("续签了家里设备的同意书"),
        "things.sign": _("同意了家里的设备"),
        "things.decline": _("没有同意家里的设备"),
        "things.withdraw": _("收回了对设备的同意"),
        "things.end_agreement": _("设备同意书结束，设备停用，记录已消除"),
        "things.look": _("查看了您家设备的读数"),
    },
)
