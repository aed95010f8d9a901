"""What this scene tells a person: where their letter of transfer is, whether leave was granted, how their wish gets on.

What says that somebody is a party member is `private`: a proxy does not read it either.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.messages.kinds import Fields, Kind
from linli.kernel.messages.verbs import tell
from linli.kernel.people.models import Person

from .models import Meeting, Transfer, Wish

_STEPS: dict[str, Promise] = {
    "publish": _("您的微心愿“%(title)s”已核实并公开，不写您的姓名和住址。"),
    "claim": _("您的微心愿“%(title)s”有人认领了%(whose)s。"),
    "give_back": _("认领“%(title)s”的人没能实现，它又等人认领了。"),
    "give_back_late": _("认领“%(title)s”的人没能按时实现，它又等人认领了。"),
    "fulfil": _("您的微心愿“%(title)s”实现了吗？请您确认。"),
}


def _letter(fields: Fields) -> Fields:
    reason = _t("原因：%(reason)s") % {"reason": fields["reason"]} if fields["reason"] else ""
    return {**fields, "outcome": Transfer.State(fields["outcome"]).label, "reason": reason}


def _leave(fields: Fields) -> Fields:
    return {**fields, "outcome": _t("已准假") if fields["outcome"] == "granted" else _t("没有准假")}


def _step(fields: Fields) -> Fields:
    whose = _t("：%(name)s") % {"name": fields["whose"]} if fields["whose"] else ""
    return {**fields, "what": str(_STEPS[fields["what"]]) % {"title": fields["title"], "whose": whose}}


LETTER = Kind(
    name="party-letter",
    words=_("组织关系转接"),
    says=_("介绍信 %(number)s（%(source)s → %(target)s）：%(outcome)s。%(reason)s"),
    fields=("number", "source", "target", "outcome", "reason"),
    leads="party_building:mine",
    owed=True,
    private=True,
    fill=_letter,
)
LEAVE = Kind(
    name="party-leave",
    words=_("会议请假的结果"),
    says=_("“%(meeting)s”的请假：%(outcome)s。"),
    fields=("meeting", "outcome"),
    leads="party_building:my_meeting",
    owed=True,
    private=True,
    fill=_leave,
)
WISH = Kind(
    name="wish-step",
    words=_("微心愿的进展"),
    says="%(what)s",
    fields=("what", "title", "whose"),
    leads="party_building:wishing_one",
    fill=_step,
)
DECLINED = Kind(
    name="wish-declined",
    words=_("微心愿没有公开"),
    says=_("您的微心愿没有公开。原因：%(reason)s"),
    fields=("reason",),
    leads="party_building:wishing_one",
    owed=True,
)
KINDS = (LETTER, LEAVE, WISH, DECLINED)


def tell_letter(letter: Transfer, person: UUID | None, why: str, *, by: Actor, at: datetime) -> None:
    fields = {
        "number": letter.number, "source": letter.from_branch.name, "outcome": str(letter.state), "reason": why,
        "target": letter.to_branch.name if letter.to_branch else letter.to_outside,
    }  # fmt: skip
    about = f"letter:{letter.id}:{letter.state}"
    tell(by=by, at=at, person_id=person, kind=LETTER, about=about, fields=fields)


def tell_leave(meeting: Meeting, person: UUID | None, *, granted: bool, by: Actor, at: datetime) -> None:
    fields = {"meeting": meeting.title, "outcome": "granted" if granted else "refused"}
    tell(by=by, at=at, person_id=person, kind=LEAVE, about=f"meeting:{meeting.id}", fields=fields, to=(meeting.id,))


def tell_wish(
    verb: str, wish: Wish, asker: Person | None, *, by: Actor, at: datetime, whose: str, why: str
) -> None:
    """Of what others do about a wish, to who asked for it. A member who claims one is not named, an organisation is."""
    if asker is None or (verb not in _STEPS and verb != "decline"):
        return
    declined = verb == "decline"
    fields = {"reason": why} if declined else {"what": verb, "title": wish.title, "whose": whose}
    tell(
        by=by, at=at, person_id=asker.id, kind=DECLINED if declined else WISH, to=(wish.id,), fields=fields,
        about=f"wish:{wish.id}:{verb}:{at.isoformat()}",
    )  # fmt: skip
