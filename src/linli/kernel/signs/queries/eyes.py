"""Who looks at single suggestions: streets and neighbourhoods, who go there. Districts and cities have the figures."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed
from linli.kernel.places.codes import Level


def close_enough(by: Actor) -> bool:
    return by.scope == "*" or len(by.scope) >= Level.STREET.digits


def near_enough(by: Actor) -> None:
    """Raise NotAllowed for who works above a street: one home's water is no business of a city."""
    if not close_enough(by):
        raise NotAllowed(_("单条线索只给街镇和居村看；区级以上看统计。"), code="scope")
