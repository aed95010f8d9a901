"""What each figure means: declared values, shown beside the figure wherever it stands.

A share has a numerator and a denominator, both sums of counts (`measures.Counts`), so that what a page shows, what a
report prints and what the list of its matters holds is one thing. `VERSION` goes up whenever a meaning changes; a
report says which it was made by.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .measures import Counts

VERSION = 1

Word = str | Promise
SOURCE = _("事项的审计记录和办理过程，随记录更新；可随时重算核对。")


class Better(StrEnum):
    MORE = "more"
    LESS = "less"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure. `top` and `bottom` name counts; without `bottom` it is a number, with it a share.

    `says` is the definition as a sentence, `of` and `among` what is above and below the line in words, `without` what is
    left out, `source` what it is read from.
    """

    name: str
    word: Word
    says: Word
    top: tuple[str, ...]
    of: Word
    without: Word
    bottom: tuple[str, ...] = ()
    among: Word = ""
    better: Better = Better.NEITHER
    source: Word = SOURCE

    @property
    def is_share(self) -> bool:
        return bool(self.bottom)

    def value(self, counts: Counts) -> Value:
        above = sum(getattr(counts, name) for name in self.top)
        return Value(above, sum(getattr(counts, name) for name in self.bottom) if self.bottom else None)


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or a share with what it is made of. `share` is None where there was nothing to have a share of."""

    top: int
    bottom: int | None = None

    @property
    def share(self) -> float | None:
        return self.top / self.bottom if self.bottom else None

    @property
    def is_known(self) -> bool:
        return self.bottom is None or self.bottom > 0


_JUDGED = ("finish_in", "finish_late")
_NOT_JUDGED = _("到期以前已撤回、并案、不予受理或核销的不计，正在挂起的暂不计；到期以后才这样结束的照计为逾期。")

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "reported", pgettext_lazy("figures", "上报"), _("期内上报的事项，不论来源和结果。"), ("reported",), _("期内上报的事项"),
        _("拆分出来的每件算一件；重新打开的不重复计。"),
    ),
    Definition(
        "closed", pgettext_lazy("figures", "办结"), _("期内结案的次数；结案后重新打开又结案的，两次都算。"), ("closed",), _("期内结案的次数"),
        _("不予受理、核销、并案、撤回的不算办结。"),
    ),
    Definition(
        "answered", _("按时答复率"), _("期内应答复的事项中，在答复期限以前受理或答复的占多少。"),
        ("answer_in",), _("期限以前已受理或答复的"),
        _("感知预警由系统直接派遣的不计；期限以前已撤回、并案的不计，正在挂起的暂不计。"),
        ("answer_in", "answer_late"), _("答复期限落在期内并已到期的事项，包括至今没有答复的"), Better.MORE,
    ),
    Definition(
        "finished", _("按时办结率"),
        _("期内应办结的事项中，在承诺的办结期限以前报结、并且没有被核查退回的占多少。逾期办结的和逾期还没有办结的，都算没有按时。"),
        ("finish_in",), _("期限以前已报结的"), _NOT_JUDGED,
        _JUDGED, _("办结期限落在期内并已到期的事项，包括至今没有办结的；重新打开的按新的期限另算一次"), Better.MORE,
    ),
    Definition(
        "reopened", _("重新打开率"), _("期内结案或不予受理的事项中，后来又重新打开的占多少。"),
        ("again",), _("后来重新打开的"), _("导入时已重新打开过、没有办理记录的不计。"),
        ("closed", "declined"), _("期内结案或不予受理的次数"), Better.LESS,
    ),
    Definition(
        "satisfied", _("满意率"), _("期内结案、上报人作了评价的事项中，评四星或五星的占多少。请与参评率一起看。"),
        ("satisfied",), _("评四星、五星的"), _("没有评价的既不算满意，也不算不满意。"),
        ("rated",), _("期内结案、上报人已评价的"), Better.MORE,
    ),
    Definition(
        "heard", _("参评率"), _("期内结案、请上报人评价的事项中，上报人评价了的占多少。"),
        ("rated",), _("已评价的"), _("匿名上报、窗口代报且没有登记上报人、感知预警引发的无人可问，不计。"),
        ("asked",), _("期内结案、有上报人可以评价的"), Better.MORE,
    ),
    Definition(
        "returned", _("退回率"), _("期内派遣给主办单位的事项中，被该单位退回的占多少。"),
        ("returned",), _("后来退回的"), _("协办不计；核查不通过退回重办的不算这里的退回。"),
        ("assigned",), _("期内派遣主办单位的次数"), Better.LESS,
    ),
    Definition(
        "extended", _("延期率"), _("期内应办结的事项中，期限因批准延期而推后的占多少。"),
        ("extended",), _("批准过延期的"), _NOT_JUDGED, _JUDGED, _("同按时办结率的分母"), Better.LESS,
    ),
    Definition(
        "supervised", _("督办率"), _("期内应办结的事项中，被督办的占多少：到期由系统督办的和上级下达督办单的都算，已撤单的不算。"),
        ("supervised",), _("有督办单的"), _NOT_JUDGED, _JUDGED, _("同按时办结率的分母"), Better.LESS,
    ),
)  # fmt: skip

STANDING: tuple[Definition, ...] = (
    Definition(
        "open", _("在办"), _("此刻还没有结束的事项。"), (), _("已上报、还没有结案或以其他方式结束的"),
        _("已并案的随主件，不重复计。"),
    ),
    Definition(
        "overdue", _("逾期在办"), _("在办的事项中，答复或办结的期限已过、至今没有做到的。"), (),
        _("在办并且有期限已过的"), _("正在挂起的不计。以前某一时刻的数，按现在的期限推算。"), better=Better.LESS,
    ),
    Definition(
        "held", _("挂起"), _("在办的事项中，期限到来以前挂起、至今没有恢复的。"), (), _("在办并且挂起的"),
        _("逾期以后才挂起的仍计为逾期。"),
    ),
)  # fmt: skip

BY_NAME = {definition.name: definition for definition in (*DEFINITIONS, *STANDING)}
SHARES = tuple(definition for definition in DEFINITIONS if definition.is_share)
NUMBERS = tuple(definition for definition in DEFINITIONS if not definition.is_share)
