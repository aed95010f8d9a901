"""What residents may report where: a kind that a place has switched off is not offered to them there.

Staff may open it all the same: who comes to the counter is not sent away.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, Invalid, Role
from linli.kernel.catalogue.language import language
from linli.kernel.catalogue.registry import catalogue

from .models import KindNumbers

RESIDENTS = REPORTERS | {Role.PARTNER}
"""Who comes by a resident's door: themselves or their proxy on the phone, or a partner's program that reports for them."""


def switched_off(place_code: str) -> frozenset[str]:
    """The kinds not offered to residents at a place: what only a person on duty opens after a sign, and what is switched
    off; of the places around it the nearest decides. One query."""
    around = [place_code[:length] for length in range(2, len(place_code) + 1)]
    rows = KindNumbers.objects.filter(place_code__in=around).order_by("place_code").values_list("kind", "off")
    return frozenset(kind for kind, off in dict(rows).items() if off) | catalogue().inspections


def must_be_offered(kind: str, *, off: bool, by: Actor | None = None) -> None:
    """Raise Invalid with the field `kind` when it is switched off, unless a colleague opens it."""
    if (off or kind in catalogue().inspections) and (by is None or by.role in RESIDENTS):
        word = catalogue().word("matter", kind, language())
        sentence = _("这里不在线上受理“%(kind)s”。请换一类，或者打电话、到社区窗口反映。") % {"kind": word}
        raise Invalid(sentence, code="not-offered", fields={"kind": sentence})
