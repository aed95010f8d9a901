"""What a record says of who went, what they found, and of the warnings of devices behind a matter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.readings.models import Cause
from linli.kernel.readings.queries import sentences
from linli.kernel.readings.words import cause_word, severity_word

from ..verbs.on_the_spot import FAR
from .told import Said, Saying, Told, join, promised


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


def alarm_of(t: Told) -> tuple[dict[str, Any], str]:
    """The words of what happened to its warnings, and the sentence of the first of them."""
    alarm = t.after.get("alarm") or {}
    names, count = list(alarm.get("things") or []), int(alarm.get("count") or 0)
    things = (
        join(names) if count <= len(names) else _("%(names)s等 %(n)d 台设备") % {"names": join(names), "n": count}
    )
    words = {"things": things, "grade": severity_word(int(alarm.get("severity") or 0))}
    return words, sentences.say(str(alarm.get("rule") or ""), alarm.get("says") or {}) if alarm else ""


def _alarm_again(t: Told) -> Said:
    words, quote = alarm_of(t)
    sentence = _("%(things)s恢复后又报警，继续处置") % words
    return Said(promised(sentence, t.after.get("finish_due")), quote=quote, tone="supervised")


def _alarm_stepped(t: Told) -> Said:
    words, quote = alarm_of(t)
    alarm = t.after.get("alarm") or {}
    was, grade = int(alarm.get("was") or 0), int(alarm.get("severity") or 0)
    if grade < was:
        # What it was measured by is the limit of the milder grade, which it may be under already: that would read as calm.
        return Said(_("%(things)s的预警降为%(grade)s") % words)
    became = _("%(things)s的预警升为%(grade)s") if was else _("%(things)s的预警变为%(grade)s")
    sentence = promised(became % words, t.after.get("finish_due"))
    return Said(sentence, quote=quote, lines=t.arithmetic("finish"), tone="reminded")


def _alarm_joined(t: Told) -> Said:
    words, quote = alarm_of(t)
    return Said(_("%(things)s也报警了，一并处置") % words, quote=quote, tone="reminded")


def _alarm_cleared(t: Told) -> Said:
    words, _quote = alarm_of(t)
    why = ((t.after.get("alarm") or {}).get("says") or {}).get("why")
    if why == "retired":
        return Said(_("%(things)s已停用，预警随之解除；请到现场核实以后再报结") % words, tone="reminded")
    if why == "unwatched":
        return Said(_("不再有规则适用于%(things)s，预警随之解除；请到现场核实以后再报结") % words, tone="reminded")
    return Said(_("%(things)s读数恢复正常") % words, tone="done")


def _alarm_ended(t: Told) -> Said:
    sentence = _("对%(thing)s的同意已结束，设备停用，以后没有读数；人照常去")
    return Said(sentence % {"thing": t.after.get("thing", "")}, tone="reminded")


ON_THE_SPOT: dict[str, Saying] = {
    "go": _go,
    "arrive": _arrive,
    "found": _found,
    "alarm_again": _alarm_again,
    "alarm_stepped": _alarm_stepped,
    "alarm_joined": _alarm_joined,
    "alarm_cleared": _alarm_cleared,
    "alarm_ended": _alarm_ended,
}
