"""What this room keeps about a person: facts about them, what they contested, and visits. Purpose, basis and how long are
declared with each element and told with each fact. It goes when the person asks to be forgotten; that there was a fact stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.people.models import Residence
from linli.kernel.sealed import unseal

from .defined import elements as defined
from .defined import label_of
from .joining import joined, parted
from .models import Conflict, Contest, Entry, Fact, State, Visit
from .verbs.erasing import erase_facts
from .verbs.reading import plain
from .words import source_word

NEIGHBOURHOOD = 12
_FACTS = (
    ("element", _("数据项")),
    ("value", _("内容")),
    ("source", _("来源")),
    ("author", _("谁登记的")),
    ("observed_at", _("什么时候的情况")),
    ("recorded_at", _("登记时间")),
    ("purpose", _("用途")),
    ("basis", _("依据")),
    ("keep_until", _("保存到")),
)
_CONTESTS = (
    ("element", _("数据项")),
    ("opened_at", _("提出时间")),
    ("reason", _("我的理由")),
    ("answer", _("答复")),
    ("review", _("复核意见")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    return list(_chapters(person_id))


def _chapters(person_id: UUID) -> Iterator[Chapter]:
    rows = Fact.objects.filter(subject=person_id).exclude(state=State.ERASED).select_related("author", "entry")
    facts = list(rows.order_by("element", "recorded_at", "id"))
    contests = list(Contest.objects.filter(person=person_id).select_related("fact").order_by("opened_at", "id"))
    known = defined([*(fact.element for fact in facts), *(row.fact.element for row in contests)])

    def label(name: str) -> str:
        return known[name].label if name in known else name

    if facts:
        yield Chapter("facts", _("台账里关于我的内容"), _FACTS, [
            {
                "element": label(fact.element),
                "value": plain(fact, known.get(fact.element)),
                "source": source_word(fact.source),
                "author": fact.author.name if fact.author else "",
                "observed_at": fact.observed_at,
                "recorded_at": fact.recorded_at,
                "purpose": known[fact.element].purpose if fact.element in known else "",
                "basis": known[fact.element].basis if fact.element in known else "",
                "keep_until": fact.keep_until.isoformat(),
            }
            for fact in facts
        ])  # fmt: skip
    if contests:
        yield Chapter("contests", _("我提出的异议"), _CONTESTS, [
            {
                "element": label(row.fact.element),
                "opened_at": row.opened_at,
                "reason": unseal(row.reason_sealed) if row.reason_sealed is not None else "",
                "answer": row.answer,
                "review": row.review,
            }
            for row in contests
        ])  # fmt: skip


def forget(leaving: Leaving, at: datetime) -> None:
    """Facts about the person, and about a household nobody is left in."""
    homes = Residence.objects.filter(person=leaving.person_id).values_list("household_id", flat=True)
    shared = Residence.objects.filter(household__in=list(homes)).exclude(person=leaving.person_id)
    alone = set(homes) - set(shared.values_list("household_id", flat=True))
    subjects = [leaving.person_id, *alone]
    facts = list(Fact.objects.filter(subject__in=subjects).exclude(state=State.ERASED))
    erase_facts(facts, at)
    Entry.objects.filter(subject__in=subjects).update(note="")
    Conflict.objects.filter(subject__in=subjects, end="").update(end=Conflict.End.SETTLED, ended_at=at)
    Contest.objects.filter(person=leaving.person_id).update(reason_sealed=None)
    Visit.objects.filter(subject__in=subjects, outcome="").delete()
    Visit.objects.filter(subject__in=subjects).update(note="")
    for rows in (Fact, Entry, Conflict, Visit):
        for row in rows.objects.filter(subject=leaving.person_id).only("id", "place_code"):
            rows.objects.filter(pk=row.pk).update(place_code=row.place_code[:NEIGHBOURHOOD])
    for contest in Contest.objects.filter(person=leaving.person_id).only("id", "place_code"):
        Contest.objects.filter(pk=contest.pk).update(place_code=contest.place_code[:NEIGHBOURHOOD])


def _told(words: Any, after: Mapping[str, Any]) -> str:
    """With the names of the elements it was about: a few of them, and how many more."""
    if "elements" not in after:
        return str(words)
    labels = [label_of(str(name)) for name in after.get("elements", ())]
    if len(labels) > MOST_TOLD:
        more = _t("等 %(n)d 项") % {"n": len(labels)}
        return str(words) % {"elements": _t("、").join(labels[:MOST_TOLD]) + more}
    return str(words) % {"elements": _t("、").join(labels) or _t("（没有内容）")}


MOST_TOLD = 4
KEEPER = Keeper(
    name="registers",
    copy=chapters,
    forget=forget,
    goes=(_("台账里关于您的内容，您的异议和走访的备注"),),
    stays=(_("“曾经登记过哪一项、什么时候、哪个来源”，不含内容。"),),
    sayings={
        "registers.enter": _("登记或确认了%(elements)s"),
        "registers.find": _("在台账里找到了您"),
        "registers.read_facts": _("查看了台账：%(elements)s"),
        "registers.export": _("导出了台账：%(elements)s"),
        "registers.unmask": _("查看了完整的%(elements)s"),
        "registers.decide": _("在不同说法中认定了%(elements)s"),
        "registers.answer_contest": _("答复了您对%(elements)s的异议"),
        "registers.erase_due": _("到期消除了%(elements)s"),
        "registers.miss_visit": _("来走访，没有见到您"),
    },
    telling=_told,
    joined=joined,
    parted=parted,
)
