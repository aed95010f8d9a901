"""Links that end reminders of one topic with one tap, without signing in."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.access import NotFound

_SALT = "linli.notices.off"


def off_address(account: UUID, kind: str) -> str:
    """The address of a page with one button; a program may POST to it."""
    token = signing.Signer(salt=_SALT).sign(f"{account.hex}.{kind}")
    return reverse(settings.LINLI_NOTICE_OFF_PAGE, args=[token])


def read_off(token: str) -> tuple[UUID, str]:
    """Whose reminders of which topic. Raises NotFound for a link we did not make."""
    try:
        account, _dot, kind = signing.Signer(salt=_SALT).unsign(token).partition(".")
        return UUID(account), kind
    except (signing.BadSignature, ValueError):
        raise NotFound(_("链接不完整或有误，请从页面重新打开。"), code="notices.link") from None
