"""What this room tells a person: how their contest was answered, that one of several facts was decided to be so, and that
somebody opened what is masked."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.messages.kinds import Fields, Kind
from linli.kernel.messages.verbs import Telling, tell, tell_each

from .defined import elements as defined
from .models import Conflict, Contest, Fact
from .subjects import Subject
from .words import contest_word

MINE = "phone:registers"


def _named(fields: Fields) -> Fields:
    """What an element is called in the reader's language; one a street added, as it was called when it was told."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    name = fields["element"]
    declared = name in catalogue().elements
    return {**fields, "label": catalogue().word("element", name, language) if declared else fields["label"]}


def _answered(fields: Fields) -> Fields:
    again = fields["outcome"] == Contest.State.REFUSED
    after = _t("不同意的话，60 天内可以请另一个人复核。") if again else ""
    return {**_named(fields), "outcome": contest_word(fields["outcome"]), "after": after}


ANSWERED = Kind(
    name="facts-contest-answered",
    words=_("异议的答复"),
    says=_("您对“%(label)s”的异议：%(outcome)s。理由：%(answer)s %(after)s"),
    fields=("element", "label", "outcome", "answer"),
    leads=MINE,
    owed=True,
    fill=_answered,
)
DECIDED = Kind(
    name="facts-decided",
    words=_("台账的认定"),
    says=_("您的“%(label)s”有几种不同的登记，工作人员认定了其中一种。理由：%(reason)s。不对的话，您可以提异议。"),
    fields=("element", "label", "reason"),
    leads=MINE,
    owed=True,
    fill=_named,
)
UNMASKED = Kind(
    name="facts-unmasked",
    words=_("有人查看了遮盖的信息"),
    says=_("%(who)s 查看了您完整的“%(label)s”。原因：%(reason)s"),
    fields=("who", "element", "label", "reason"),
    leads="door:me",
    fill=_named,
)
KINDS = (ANSWERED, DECIDED, UNMASKED)


def tell_answered(row: Contest, *, by: Actor, at: datetime) -> None:
    """Each answer, the first and the one after another look, to whoever contested."""
    answer = row.review if row.reviewed_at is not None else row.answer
    fields = {**_element(row.fact.element), "outcome": str(row.state), "answer": answer}
    about = f"contest:{row.id}:{'again' if row.reviewed_at is not None else 'first'}"
    tell(by=by, at=at, person_id=row.person_id, kind=ANSWERED, about=about, fields=fields)


def tell_settled(row: Conflict, target: Subject, reason: str, *, by: Actor, at: datetime) -> None:
    """Everybody the subject is about."""
    fields = {**_element(row.element), "reason": reason}
    told = [Telling(person_id=person, about=f"conflict:{row.id}", fields=fields) for person in target.person_ids]
    tell_each(told, by=by, at=at, kind=DECIDED)


def tell_unmasked(fact: Fact, target: Subject, reason: str, *, by: Actor, at: datetime) -> None:
    """Everybody the subject is about, each time."""
    fields = {"who": by.name or _t("工作人员"), **_element(fact.element), "reason": reason}
    about = f"fact:{fact.id}:{at.isoformat()}"
    told = [Telling(person_id=person, about=about, fields=fields) for person in target.person_ids]
    tell_each(told, by=by, at=at, kind=UNMASKED)


def _element(name: str) -> dict[str, str]:
    known = defined([name]).get(name)
    return {"element": name, "label": known.label if known else name}
