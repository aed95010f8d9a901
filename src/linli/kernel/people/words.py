"""What roles and kinds are called on a page."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Role

ROLES = {
    Role.ANONYMOUS: _("访客"),
    Role.RESIDENT: _("居民"),
    Role.VOLUNTEER: _("志愿者"),
    Role.PROXY: _("代办人"),
    Role.GRID_WORKER: _("网格员"),
    Role.SOCIAL_WORKER: _("居村社工"),
    Role.DISPATCHER: _("派遣员"),
    Role.HANDLER: _("处置人员"),
    Role.UNIT_HEAD: _("部门负责人"),
    Role.DUTY_OFFICER: _("值班长"),
    Role.LEADER: _("领导"),
    Role.DATA_KEEPER: _("数据管理员"),
    Role.SYSTEM_ADMIN: _("系统管理员"),
    Role.SECURITY_ADMIN: _("安全管理员"),
    Role.AUDIT_ADMIN: _("审计管理员"),
    Role.BRANCH_SECRETARY: _("党组织书记"),
    Role.PARTNER: _("合作方"),
    Role.BOARD: _("居村电子屏"),
    Role.TV: _("家庭电视屏"),
    Role.SYSTEM: _("系统"),
}
_BY_NAME = {role.value: words for role, words in ROLES.items()}


def role_word(role: str) -> str:
    """A role by its name in the user's language; the name itself for one that is no more."""
    return str(_BY_NAME.get(role, role))


FIELDS = {
    "name": _("姓名"),
    "phone": _("手机号"),
    "identity": _("证件号码"),
    "birth_year": _("出生年份"),
    "place_code": _("住址"),
}
"""What is kept about a person, field by field."""

RELATIONS = {
    "head": _("户主"),
    "spouse": _("配偶"),
    "child": _("子女"),
    "parent": _("父母"),
    "tenant": _("租客"),
    "other": _("其他"),
}


def relation_word(relation: str) -> str:
    return str(RELATIONS.get(relation, relation))


REASONS = {
    "same_phone": _("电话相同"),
    "same_name": _("姓名相同"),
    "same_sound": _("姓名读音相同、写法不同"),
    "swapped": _("姓名的字相同、次序不同"),
    "same_year": _("出生年份相同"),
    "other_year": _("出生年份不同"),
    "same_home": _("住在同一户"),
    "same_building": _("住在同一栋楼"),
    "same_compound": _("住在同一小区"),
}
"""What speaks for two registrations being one person, or against."""


def reason_words(reasons: Iterable[str]) -> list[str]:
    return [str(REASONS.get(reason, reason)) for reason in reasons]
