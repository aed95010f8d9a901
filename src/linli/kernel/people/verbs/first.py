"""The very first administrators, made from the shell when there are none."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Conflict, Role, Via

from ..models import ADMIN_ROLES, Account, Post
from .accounts import create_account
from .common import act, clean_scope
from .posts import appoint

FIRST = (
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
    ("audadmin", "审计管理员", Role.AUDIT_ADMIN),
)


def first_administrators(*, at: datetime, place_code: str) -> list[tuple[Account, str]]:
    """Three accounts for three people, with the passwords to tell them once. All later posts take two of them.

    Raises Conflict when anybody administers already: this is no way around 三权分立.
    """
    clean_scope(place_code)
    by = SYSTEM.through(Via.SHELL)
    with act():
        if Post.objects.filter(role__in=ADMIN_ROLES, valid__contains=at).exists():
            raise Conflict(_("已经有管理员了。新的岗位由系统管理员提出、安全管理员批准。"))
        made = [create_account(by=by, at=at, username=username, name=name) for username, name, _role in FIRST]
        for (account, _password), (_username, _name, role) in zip(made, FIRST, strict=True):
            appoint(by=by, at=at, account_id=account.id, role=role, place_code=place_code)
    return made
