"""Whose city it is about: a jurisdiction_id is the code of a place, from the city down to the neighbourhood."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, Role, Via
from linli.kernel.places import queries as places
from linli.kernel.places.cache import Kept, today
from linli.kernel.places.codes import Level
from linli.kernel.places.register import valid

LEVELS = (Level.CITY, Level.DISTRICT, Level.STREET, Level.NEIGHBOURHOOD)
_DIGITS = tuple(level.digits for level in LEVELS)


def _read_cities() -> tuple[str, ...]:
    return tuple(valid(today()).filter(level=Level.CITY).order_by("code").values_list("code", flat=True)[:20])


_cities = Kept(_read_cities)


def jurisdiction(asked: str) -> str:
    """The place code of a jurisdiction; without one the configured, or the only city there is.

    Raises NotFound (404) for one that is not served, Invalid (400) when several cities are and none is named.
    """
    home = str(settings.LINLI_OPEN311_SCOPE)
    if home:
        home = places.now_called(home) or home
    if asked:
        # A city goes on asking for a street by the code it had before it was merged.
        standing = (
            places.now_called(asked) if asked.isascii() and asked.isdigit() and len(asked) in _DIGITS else None
        )
        if standing and len(standing) in _DIGITS and standing.startswith(home):
            return standing
        raise NotFound(_("没有 jurisdiction_id 为 %(code)s 的辖区。") % {"code": asked[:30]})
    if home:
        return home
    cities = _cities.get()
    if not cities:
        raise NotFound(_("本平台还没有登记任何城市。"))
    if len(cities) > 1:
        raise Invalid(_("请用 jurisdiction_id 说明是哪个城市：%(codes)s。") % {"codes": ", ".join(cities)})
    return cities[0]


def anybody(code: str, address: str = "") -> Actor:
    """The eyes of whoever asks without a key: what is public within the jurisdiction."""
    return Actor(role=Role.PARTNER, scope=code, via=Via.API, address=address)
