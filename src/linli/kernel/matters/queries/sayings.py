"""What a record of a matter says, as a sentence in the reader's language. One function per verb."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS
from linli.kernel.clock import words as clock_words
from linli.kernel.declare import Span

from ..facts import READING
from ..models import Pause
from .sayings_of_orders import ORDERS
from .sayings_on_the_spot import ON_THE_SPOT, alarm_of
from .told import Said, Saying, Told, join, moment, promised, word


def _open(t: Told) -> Said:
    # Nobody reported what a device warned of; who reads it is told whose word it was.
    by_hand = _("您反映了这件事") if t.to_reporter else _("上报了这件事")
    sentence = _("设备的预警打开了这件事") if t.after.get("source") == READING else by_hand
    if due := t.after.get("answer_due"):
        # There is nobody to answer where nobody reported: by then it is taken on.
        dates = (
            _("%(sentence)s，%(answer)s 前受理，%(finish)s 前办结")
            if t.after.get("source") == READING
            else _("%(sentence)s，%(answer)s 前答复，%(finish)s 前办结")
        )
        sentence = dates % {
            "sentence": sentence,
            "answer": moment(due),
            "finish": moment(t.after.get("finish_due")),
        }
    _words, quote = alarm_of(t)
    return Said(sentence, quote=quote, lines=t.arithmetic("finish"), tone="accent")


def _take_in(t: Told) -> Said:
    """From elsewhere: when it was reported there, and what became of it there."""
    values = {"opened": moment(t.after.get("opened_at")), "ended": moment(t.after.get("ended_at"))}
    if values["ended"]:
        return Said(_("由外部系统导入：%(opened)s 上报，%(ended)s 办结") % values, tone="done")
    if values["opened"]:
        return Said(_("由外部系统导入：%(opened)s 上报") % values)
    return Said(_("由外部系统导入"))


def _accept(t: Told) -> Said:
    return Said(_("已受理"), quote=t.note)


def _decline(t: Told) -> Said:
    outcome = t.after.get("outcome")
    sentence = _("没有受理：%(reason)s") % {"reason": word("reason", outcome)} if outcome else _("没有受理")
    return Said(sentence, quote=t.quoted("reply"), tone="done")


def _reclassify(t: Told) -> Said:
    kind = t.after.get("kind")
    sentence = _("事项类别改为“%(kind)s”") % {"kind": word("matter", kind)} if kind else _("调整了紧急程度")
    quote = "" if t.to_reporter else t.note
    return Said(promised(sentence, t.after.get("finish_due")), quote=quote, lines=t.arithmetic("finish"))


def _move(t: Told) -> Said:
    address = t.quoted("address")
    sentence = _("地点改为“%(address)s”") % {"address": address} if address else _("更正了地点")
    return Said(promised(sentence, t.after.get("finish_due")), lines=t.arithmetic("finish"))


def _recode(t: Told) -> Said:
    place = t.quoted("place")
    return Said(_("区划调整，这里现在归%(place)s") % {"place": place} if place else _("区划调整，地点代码有变"))


def _assign(t: Told) -> Said:
    parts = t.after.get("parts") or []
    lead = next((t.unit(p.get("unit")) for p in parts if p.get("part") == "lead"), t.unit(None))
    helpers = [t.unit(p.get("unit")) for p in parts if p.get("part") == "help"]
    values = {"lead": lead, "helpers": join(helpers)}
    sentence = (_("已派给%(lead)s主办，%(helpers)s协办") if helpers else _("已派给%(lead)s办理")) % values
    task = next((str(p.get("task") or "") for p in parts if p.get("part") == "lead"), "")
    return Said(sentence, quote="" if t.to_reporter else task)


def _take(t: Told) -> Said:
    return Said(_("已有专人接办"))


def _hand_over(t: Told) -> Said:
    return Said(_("转交给%(name)s") % {"name": t.quoted("to") or _("同事")}, quote=t.note)


def _give_back(t: Told) -> Said:
    if t.to_reporter:
        return Said(_("承办单位退回，正在重新派遣"))
    return Said(_("退回，等待重新派遣"), quote=t.note)


def _finish_part(t: Told) -> Said:
    return Said(_("协办任务已完成"), quote=t.note)


def _ask(t: Told) -> Said:
    paused = t.after.get("paused_at")
    if t.to_reporter:
        sentence = _("向您提问，等您答复期间暂停计时") if paused else _("向您提问")
    else:
        sentence = _("询问上报人，等待答复期间暂停计时") if paused else _("询问上报人")
    return Said(sentence, quote=t.quoted("question"), tone="paused" if paused else "")


def _answer(t: Told) -> Said:
    sentence = _("您作了答复") if t.to_reporter else _("上报人作了答复")
    return Said(_moved(t, sentence), quote=t.quoted("answer"), lines=t.arithmetic("resume"), tone="accent")


def _moved(t: Told, sentence: str) -> str:
    """The sentence, and the date that moved from one day to another."""
    was, now = t.before.get("due_at"), t.after.get("due_at")
    if not (was and now) or was == now:
        return sentence
    return _("%(sentence)s，期限由 %(was)s 改为 %(now)s") % {
        "sentence": sentence,
        "was": moment(was),
        "now": moment(now),
    }


def _pause(t: Told) -> Said:
    reason = t.quoted("pause", "reason")
    label = str(Pause.Reason(reason).label) if reason in Pause.Reason.values else ""
    sentence = _("暂停计时：%(reason)s") % {"reason": _(label)} if label else _("暂停计时")
    return Said(sentence, quote=t.quoted("pause", "words"), tone="paused")


def _resume(t: Told) -> Said:
    return Said(_moved(t, _("恢复计时")), lines=t.arithmetic("resume"))


def _ask_extension(t: Told) -> Said:
    more = _span(t.quoted("request", "span"))
    sentence = _("申请了延期 %(span)s") % {"span": more} if more else _("申请了延期")
    return Said(sentence, quote=t.quoted("request", "reason"))


def _span(written: str) -> str:
    return clock_words.span(Span.parse(written)) if written else ""


def _decide_extension(t: Told) -> Said:
    decision = "" if t.to_reporter else t.quoted("request", "decision")
    if not t.quoted("request", "granted"):
        return Said(_("不同意延期"), quote=decision)
    return Said(_moved(t, _("同意延期")), quote=decision, lines=t.arithmetic("extension"))


def _ask_write_off(t: Told) -> Said:
    return Said(_("申请了核销"), quote=t.quoted("request", "reason"))


def _decide_write_off(t: Told) -> Said:
    if not t.quoted("request", "granted"):
        return Said(_("不同意核销，继续办理"), quote=t.quoted("request", "decision"))
    return Said(_("经批准核销，不再办理"), quote=t.quoted("request", "decision"), tone="done")


def _report_done(t: Told) -> Said:
    outcome = t.after.get("outcome")
    sentence = (
        _("已处置：%(outcome)s，等待核查") % {"outcome": word("reason", outcome)}
        if outcome
        else _("已处置，等待核查")
    )
    return Said(sentence, quote=t.quoted("result"))


def _verify(t: Told) -> Said:
    called = t.quoted("check", "how") == "call"
    quote = "" if t.to_reporter else t.quoted("check", "words")
    if t.quoted("check", "passed"):
        return Said(_("回访确认已解决") if called else _("现场核查通过"), quote=quote)
    return Said(
        _("回访未通过，退回重办") if called else _("现场核查未通过，退回重办"), quote=quote, tone="reminded"
    )


def _close(t: Told) -> Said:
    return Said(_("已结案"), quote=t.quoted("reply"), tone="done")


def _rate(t: Told) -> Said:
    sentence = _("您评价了 %(n)s 分（满分 5 分）") if t.to_reporter else _("上报人评价了 %(n)s 分（满分 5 分）")
    return Said(sentence % {"n": t.after.get("rating") or "?"}, quote=t.quoted("rating_words"), tone="accent")


def _reopen(t: Told) -> Said:
    own = t.to_reporter and t.record.actor_role in REPORTERS
    sentence = promised(_("您重新打开了这件事") if own else _("重新打开了这件事"), t.after.get("finish_due"))
    return Said(sentence, quote=t.note, lines=t.arithmetic("finish"), tone="accent")


def _withdraw(t: Told) -> Said:
    return Said(_("您撤回了这件事") if t.to_reporter else _("上报人撤回"), quote=t.note, tone="done")


def _merge(t: Told) -> Said:
    number = t.quoted("into", "number")
    sentence = _("与 %(number)s 是同一件事，并案办理") % {"number": number} if number else _("并案办理")
    return Said(sentence, tone="done")


def _unmerge(t: Told) -> Said:
    return Said(_("撤销并案，单独办理"))


def _split(t: Told) -> Said:
    numbers = [str(part.get("number")) for part in t.after.get("parts") or []]
    return Said(
        _("拆分为 %(numbers)s 分别办理") % {"numbers": join(numbers)} if numbers else _("拆分为几件分别办理")
    )


def _link(t: Told) -> Said:
    return Said(_("与 %(number)s 关联") % {"number": t.quoted("other", "number") or "?"})


def _publish(t: Told) -> Said:
    shown = [t.quoted(name) for name in ("public_words", "public_address", "public_reply")]
    if not t.after.get("published_at") and "published_at" in t.after:
        return Said(_("收回了公开的内容"))
    return Said(_("核对后公开了这些内容"), quote="\n".join(filter(None, shown)))


def _reporter_left(t: Told) -> Said:
    return Said(_("上报人已注销，继续办理，不再联系上报人"), lines=t.arithmetic("resume"))


def _forget_words(t: Told) -> Said:
    return Said(_("上报人已注销，原文和照片已删除"))


def _redact(t: Told) -> Said:
    return Said(_("应被提到的人要求，隐去了其姓名或号码"))


def _comment(t: Told) -> Said:
    return Said(_("给您的说明") if t.to_reporter else _("备注"), quote=t.quoted("text"))


SAYINGS: dict[str, Saying] = {
    "open": _open,
    "take_in": _take_in,
    "accept": _accept,
    "decline": _decline,
    "reclassify": _reclassify,
    "move": _move,
    "recode": _recode,
    "assign": _assign,
    "take": _take,
    "hand_over": _hand_over,
    "give_back": _give_back,
    "finish_part": _finish_part,
    "ask": _ask,
    "answer": _answer,
    "pause": _pause,
    "resume": _resume,
    "ask_extension": _ask_extension,
    "decide_extension": _decide_extension,
    "ask_write_off": _ask_write_off,
    "decide_write_off": _decide_write_off,
    "report_done": _report_done,
    "verify": _verify,
    "close": _close,
    "rate": _rate,
    "reopen": _reopen,
    "withdraw": _withdraw,
    "merge": _merge,
    "unmerge": _unmerge,
    "split": _split,
    "link": _link,
    "publish": _publish,
    "reporter_left": _reporter_left,
    "forget_words": _forget_words,
    "redact": _redact,
    "comment": _comment,
    **ORDERS,
    **ON_THE_SPOT,
}
