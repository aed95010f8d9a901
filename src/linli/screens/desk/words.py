"""Words of the desk for what the kernel knows by name, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.matters import flow
from linli.kernel.matters.models import Pause
from linli.kernel.people.words import role_word

_SOURCES = {
    "phone": gettext_lazy("居民手机"),
    "desk": gettext_lazy("工作台登记"),
    "open311": "Open311",
    "api": gettext_lazy("接口"),
    "split": gettext_lazy("拆分"),
    "demo": gettext_lazy("演示数据"),
}


def verb_word(verb: str) -> str:
    return str(flow.VERBS[verb].word)


def pause_word(reason: str) -> str:
    return _(Pause.Reason(reason).label)


def source_word(source: str) -> str:
    """The door a matter came in by; an import says its name."""
    name, _colon, which = source.partition(":")
    if name == "import":
        return _("导入：%(name)s") % {"name": which or name}
    return str(_SOURCES.get(name, source))


WORDS: dict[str, Any] = {f.__name__: f for f in (role_word, verb_word, pause_word, source_word)}
