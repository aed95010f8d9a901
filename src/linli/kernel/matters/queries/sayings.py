"""What a record of a matter says, as a sentence in the reader's language. One function per verb."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS
from linli.kernel.clock import words as clock_words
from linli.kernel.declare import Span
from linli.kernel.readings.models import Cause
from linli.kernel.readings.queries import sentences
from linli.kernel.readings.words import cause_word, severity_word

from ..facts import READING
from ..models import Pause
from ..verbs.on_the_spot import FAR
from .told import Said, Saying, Told, join, moment, word


def _promised(sentence: str, due: object) -> str:
    """The sentence and the date it promises."""
    if not due:
        return sentence
    return _("%(sentence)s，承诺 %(date)s 前办结") % {"sentence": sentence, "date": moment(due)}


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
    _words, quote = _alarm(t)
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
    return Said(_promised(sentence, t.after.get("finish_due")), quote=quote, lines=t.arithmetic("finish"))


def _move(t: Told) -> Said:
    address = t.quoted("address")
    sentence = _("地点改为“%(address)s”") % {"address": address} if address else _("更正了地点")
    return Said(_promised(sentence, t.after.get("finish_due")), lines=t.arithmetic("finish"))


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
    sentence = _promised(_("您重新打开了这件事") if own else _("重新打开了这件事"), t.after.get("finish_due"))
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


def _supervise(t: Told) -> Said:
    if t.to_reporter:
        return Said(_("上级督办这件事"), tone="supervised")
    due, unit = moment(t.quoted("order", "reply_due")), _addressee(t)
    if unit:
        sentence = _("向%(unit)s发出督办，%(due)s 前书面回复") % {"unit": unit, "due": due}
    else:
        sentence = _("督办，%(due)s 前书面回复") % {"due": due} if due else _("发出督办")
    return Said(sentence, quote=t.quoted("order", "text"), tone="supervised")


def _pass_order(t: Told) -> Said:
    due, unit = moment(t.quoted("order", "reply_due")), _addressee(t)
    if unit:
        sentence = _("督办转给%(unit)s，%(due)s 前书面回复") % {"unit": unit, "due": due}
    else:
        sentence = _("督办转给承办单位，%(due)s 前书面回复") % {"due": due} if due else _("转办督办")
    return Said(sentence, quote=t.quoted("order", "text"), tone="supervised")


def _addressee(t: Told) -> str:
    """The units an order names."""
    orders = t.after.get("orders") or [t.after.get("order") or {}]
    return _("、").join(t.unit(order.get("unit")) for order in orders if order.get("addressed"))


def _reply_order(t: Told) -> Said:
    late = bool(t.quoted("order", "late"))
    return Said(_("逾期才回复督办") if late else _("回复了督办"), quote=t.quoted("order", "reply"))


def _return_order(t: Told) -> Said:
    due = moment(t.quoted("order", "reply_due"))
    sentence = _("督办回复退回重报，%(due)s 前再次回复") % {"due": due} if due else _("督办回复退回重报")
    return Said(sentence, quote=t.note, tone="supervised")


def _settle_order(t: Told) -> Said:
    return Said(_("督办已销号"))


def _urge_order(t: Told) -> Said:
    return Said(_("催办，请尽快书面回复"), quote=t.quoted("order", "words"), tone="reminded")


def _withdraw_order(t: Told) -> Said:
    return Said(_("督办已撤销"), quote=t.note)


def _order_reminded(t: Told) -> Said:
    due = moment(t.quoted("order", "reply_due"))
    sentence = _("督办将到回复期限（%(due)s），已提醒承办单位") % {"due": due} if due else _("督办将到回复期限")
    return Said(sentence, tone="reminded")


def _warned(t: Told) -> Said:
    return Said(_("预警：%(due)s 到期") % {"due": moment(t.after.get("due_at"))}, tone="reminded")


def _reminded(t: Told) -> Said:
    return Said(_("期限将到，已提醒承办单位"), tone="reminded")


def _supervised(t: Told) -> Said:
    level = _LEVELS.get(int(t.after.get("level") or 0))
    if level is None:
        return Said(_("超过期限，上级督办"), tone="supervised")
    return Said(_("超过期限，%(level)s督办") % {"level": _(level)}, tone="supervised")


# access.Level of who supervises → its word
_LEVELS = {3: "街镇", 4: "区", 5: "市"}


def _order_missed(t: Told) -> Said:
    """At its date it goes to whoever gave it."""
    level = _LEVELS.get(int(t.after.get("level") or 0))
    if level is None:
        return Said(_("督办到期没有回复"), tone="supervised")
    return Said(_("督办到期没有回复，已报%(level)s") % {"level": _(level)}, tone="supervised")


def _part_reminded(t: Told) -> Said:
    return Said(_("协办到期，已提醒%(unit)s") % {"unit": t.unit(t.after.get("unit"))}, tone="reminded")


def _go(t: Told) -> Said:
    return Said(_("去现场了"))


def _arrive(t: Told) -> Said:
    metres = t.after.get("metres")
    if metres is None:
        return Said(_("到了现场"))
    if metres <= FAR:
        return Said(_("到了现场，定位距离约 %(n)d 米") % {"n": metres})
    far = _("%(n)d 米") % {"n": metres} if metres < 1000 else _("%(n)s 公里") % {"n": _kilometres(metres)}
    return Said(_("说到了现场，定位离现场还有约 %(far)s") % {"far": far}, tone="reminded")


def _kilometres(metres: int) -> str:
    return f"{metres / 1000:.{1 if metres < 10_000 else 0}f}"


def _found(t: Told) -> Said:
    cause = t.quoted("found", "cause")
    sentence = _("现场：属实") if cause == Cause.REAL else _("现场：误报，%(cause)s") % {"cause": cause_word(cause)}
    return Said(sentence, quote=t.quoted("found", "text"))


def _alarm(t: Told) -> tuple[dict[str, Any], str]:
    """The words of what happened to its warnings, and the sentence of the first of them."""
    alarm = t.after.get("alarm") or {}
    names, count = list(alarm.get("things") or []), int(alarm.get("count") or 0)
    things = (
        join(names) if count <= len(names) else _("%(names)s等 %(n)d 台设备") % {"names": join(names), "n": count}
    )
    words = {"things": things, "grade": severity_word(int(alarm.get("severity") or 0))}
    return words, sentences.say(str(alarm.get("rule") or ""), alarm.get("says") or {}) if alarm else ""


def _alarm_again(t: Told) -> Said:
    words, quote = _alarm(t)
    sentence = _("%(things)s恢复后又报警，继续处置") % words
    return Said(_promised(sentence, t.after.get("finish_due")), quote=quote, tone="supervised")


def _alarm_stepped(t: Told) -> Said:
    words, quote = _alarm(t)
    alarm = t.after.get("alarm") or {}
    was, grade = int(alarm.get("was") or 0), int(alarm.get("severity") or 0)
    if grade < was:
        # What it was measured by is the limit of the milder grade, which it may be under already: that would read as calm.
        return Said(_("%(things)s的预警降为%(grade)s") % words)
    became = _("%(things)s的预警升为%(grade)s") if was else _("%(things)s的预警变为%(grade)s")
    sentence = _promised(became % words, t.after.get("finish_due"))
    return Said(sentence, quote=quote, lines=t.arithmetic("finish"), tone="reminded")


def _alarm_joined(t: Told) -> Said:
    words, quote = _alarm(t)
    return Said(_("%(things)s也报警了，一并处置") % words, quote=quote, tone="reminded")


def _alarm_cleared(t: Told) -> Said:
    words, _quote = _alarm(t)
    why = ((t.after.get("alarm") or {}).get("says") or {}).get("why")
    if why == "retired":
        return Said(_("%(things)s已停用，预警随之解除；请到现场核实以后再报结") % words, tone="reminded")
    if why == "unwatched":
        return Said(_("不再有规则适用于%(things)s，预警随之解除；请到现场核实以后再报结") % words, tone="reminded")
    return Said(_("%(things)s读数恢复正常") % words, tone="done")


def _alarm_ended(t: Told) -> Said:
    sentence = _("对%(thing)s的同意已结束，设备停用，以后没有读数；人照常去")
    return Said(sentence % {"thing": t.after.get("thing", "")}, tone="reminded")


SAYINGS: dict[str, Saying] = {
    "go": _go,
    "arrive": _arrive,
    "found": _found,
    "alarm_again": _alarm_again,
    "alarm_stepped": _alarm_stepped,
    "alarm_joined": _alarm_joined,
    "alarm_cleared": _alarm_cleared,
    "alarm_ended": _alarm_ended,
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
    "supervise": _supervise,
    "reply_order": _reply_order,
    "pass_order": _pass_order,
    "return_order": _return_order,
    "settle_order": _settle_order,
    "urge_order": _urge_order,
    "withdraw_order": _withdraw_order,
    "warned": _warned,
    "reminded": _reminded,
    "supervised": _supervised,
    "order_reminded": _order_reminded,
    "order_missed": _order_missed,
    "part_reminded": _part_reminded,
}
