"""How a message leaves the house: the kernel says what it needs, the project names who does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from linli.kernel.access import Refused


class Sender(Protocol):
    """Sends one message by SMS. `template` is our name of it ("sign-in-code"), `params` its blanks.

    Raises `NotSent` when the provider did not take it.
    """

    def __call__(self, phone: str, template: str, params: Mapping[str, str]) -> None: ...


class NotSent(Refused):
    """The message did not leave: nothing the person did, and nothing is kept of the try."""

    status = 503


def not_sent() -> NotSent:
    """What a sender raises when the provider did not take a message."""
    return NotSent(_("短信没有发出去，请稍后再试，或者到居村委会的柜台办理。"), code="sms-failed")


def sender() -> Sender | None:
    """What `settings.LINLI_SMS_SENDER` (a dotted path) names; None in a demo without a provider."""
    if settings.LINLI_SMS_SENDER:
        return cast(Sender, import_string(settings.LINLI_SMS_SENDER))
    if settings.DEMO:
        return None
    raise NotSent(_("短信服务还没有配置，请用其他方式联系社区。"), code="sms-missing")
