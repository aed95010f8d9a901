"""Words of the desk for what the kernel knows by name, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.access import Level, Via
from linli.kernel.matters import flow
from linli.kernel.matters.models import Pause
from linli.kernel.people.words import role_word
from linli.kernel.readings.models.warning import Cause
from linli.kernel.readings.models.warning import State as Warned

from .recorded import RECORDED

_SOURCES = {
    "phone": gettext_lazy("居民手机"),
    "reading": gettext_lazy("感知预警"),
    "desk": gettext_lazy("工作台登记"),
    "counter": gettext_lazy("窗口登记"),
    "open311": "Open311",
    "api": gettext_lazy("接口"),
    "split": gettext_lazy("拆分"),
    "emergency": gettext_lazy("应急任务"),
    "sign": gettext_lazy("苗头线索"),
    "demo": gettext_lazy("演示数据"),
}

# The kernel's own labels, named here so that the collector of words finds them.
LABELS = (
    gettext_lazy("等待当事人补充"),
    gettext_lazy("天气原因"),
    gettext_lazy("法定程序期间"),
    gettext_lazy("等待第三方"),
    gettext_lazy("需列入工程计划"),
    gettext_lazy("居村委会"),
    gettext_lazy("街镇"),
    gettext_lazy("运行管理中心"),
    gettext_lazy("部门"),
    gettext_lazy("作业单位"),
)


def verb_word(verb: str) -> str:
    return str(flow.VERBS[verb].word)


def level_word(level: int) -> str:
    """Who gave an order: "街镇", "区", "市"."""
    words = {
        Level.NEIGHBOURHOOD: _("居村"),
        Level.STREET: _("街镇"),
        Level.DISTRICT: _("区"),
        Level.CITY: _("市"),
        Level.PROVINCE: _("省"),
    }
    return words.get(Level(level), "") if level in set(Level) else ""


def pause_word(reason: str) -> str:
    return _(Pause.Reason(reason).label)


def source_word(source: str) -> str:
    """The door a matter came in by; an import says its name."""
    name, _colon, which = source.partition(":")
    if name == "import":
        return _("导入：%(name)s") % {"name": which or name}
    return str(_SOURCES.get(name, source))


def via_word(via: str) -> str:
    """The door an act came through."""
    words = {
        Via.WEB: _("网页"),
        Via.API: _("接口"),
        Via.WORKER: _("后台"),
        Via.IMPORT: _("导入文件"),
        Via.SHELL: _("命令行"),
    }
    return words[Via(via)] if via in set(Via) else via


def record_word(verb: str) -> str:
    """The word of a recorded verb, "受理" for "matters.accept"; "" for what has none."""
    rule = flow.VERBS.get(verb.removeprefix("matters.")) if verb.startswith("matters.") else None
    return str(rule.word if rule else RECORDED.get(verb, ""))


def stream_word(stream: str) -> str:
    """A stream with the end of its id, "matter:…1036ff1a1": enough to tell two apart on one page."""
    noun, colon, which = stream.partition(":")
    return f"{noun}:…{which[-8:]}" if colon and len(which) > 16 else stream


def order_text(order: Mapping[str, Any]) -> str:
    """What an order says: the clock's own in the reader's language, a person's as they wrote it."""
    text = str(order["text"])
    return _(text) if order["automatic"] else text


def cause_word(cause: str) -> str:
    """How a warning ended, as a person found it: "属实", "误报：油烟、蒸汽"."""
    if cause not in set(Cause.values):
        return ""
    said = _(Cause(cause).label)
    return said if cause in (Cause.REAL, Cause.OTHER) else _("误报：%(cause)s") % {"cause": said}


def via_of(via: str) -> str:
    """The way a device's message came."""
    return {"mqtt": "MQTT", "http": "HTTP", "bridge": _("桥接")}.get(via, via)


def warning_state_word(state: str) -> str:
    return _(Warned(state).label)


_EVERY = (
    cause_word,
    via_of,
    warning_state_word,
    order_text,
    role_word,
    verb_word,
    record_word,
    via_word,
    stream_word,
    level_word,
    pause_word,
    source_word,
)
WORDS: dict[str, Any] = {f.__name__: f for f in _EVERY}
