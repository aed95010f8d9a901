"""Words of the desk for what the kernel knows by name, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.access import Role
from linli.kernel.matters import flow
from linli.kernel.matters.models import Pause

_ROLES = {
    Role.ANONYMOUS: gettext_lazy("没有岗位"),
    Role.RESIDENT: gettext_lazy("居民"),
    Role.VOLUNTEER: gettext_lazy("志愿者"),
    Role.GRID_WORKER: gettext_lazy("网格员"),
    Role.SOCIAL_WORKER: gettext_lazy("社区工作者"),
    Role.DISPATCHER: gettext_lazy("派遣员"),
    Role.HANDLER: gettext_lazy("经办人员"),
    Role.UNIT_HEAD: gettext_lazy("单位负责人"),
    Role.DUTY_OFFICER: gettext_lazy("值班长"),
    Role.LEADER: gettext_lazy("分管领导"),
    Role.DATA_KEEPER: gettext_lazy("数据管理员"),
    Role.SYSTEM_ADMIN: gettext_lazy("系统管理员"),
    Role.SECURITY_ADMIN: gettext_lazy("安全管理员"),
    Role.AUDIT_ADMIN: gettext_lazy("审计管理员"),
    Role.PARTNER: gettext_lazy("合作方"),
    Role.SYSTEM: gettext_lazy("系统"),
}
_SOURCES = {
    "phone": gettext_lazy("居民手机"),
    "desk": gettext_lazy("工作台登记"),
    "open311": "Open311",
    "api": gettext_lazy("接口"),
    "split": gettext_lazy("拆分"),
    "demo": gettext_lazy("演示数据"),
}


def role_word(role: str) -> str:
    return str(_ROLES[Role(role)])


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
