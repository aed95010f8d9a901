"""From what a reporter gave to a place: a code, a position or an address."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.kernel.access import Invalid
from linli.kernel.places import queries as places

# Below this an address names little more than its district: better to ask than to send somebody there.
SURE = 0.5
# A matter lies in a district or in something smaller: nobody can be sent to a city.
NARROW = 6


@dataclass(frozen=True, slots=True)
class Where:
    """A place's code, and the WGS-84 position when one is known."""

    code: str
    lon: float | None = None
    lat: float | None = None
    address: str = ""


def place_of(
    *, place_code: str = "", lon: float | None = None, lat: float | None = None, address: str = ""
) -> Where:
    """The deepest known place. Raises Invalid with a sentence when none of the three leads to one."""
    found = _found(place_code, lon, lat, address)
    if len(found.code) < NARROW:
        raise Invalid(_("这个范围太大了，请写得更具体一些。"), fields={"address": _("请写得再具体一些。")})
    return found


def _found(place_code: str, lon: float | None, lat: float | None, address: str) -> Where:
    if (lon is None) != (lat is None):
        raise Invalid(_("位置不完整：经度和纬度要一起给出。"), fields={"position": _("请重新选择位置。")})
    if lon is not None and lat is not None:
        _check_position(lon, lat)
    if place_code:
        standing = places.now_called(place_code)
        if standing is None:
            raise Invalid(
                _("没有编码为 %(code)s 的地方。") % {"code": place_code}, fields={"place": _("请重新选择地点。")}
            )
        if standing != place_code and lon is not None and lat is not None:
            # Written before the code changed: of a place that was split the position knows the part.
            standing = places.locate(lon, lat) or standing
        return Where(standing, lon, lat, address)
    if lon is not None and lat is not None:
        if code := places.locate(lon, lat):
            return Where(code, lon, lat, address)
        if not address.strip():
            raise Invalid(_("这个位置不在本平台服务的范围内。"), fields={"position": _("请在地图上重新选择。")})
    if address.strip():
        found = places.find(address)
        if found and found[0].score >= SURE:
            return Where(found[0].code, lon, lat, address)
        raise Invalid(
            _("没有认出“%(address)s”在哪里，请在地图上点一下，或写明路名和弄号。") % {"address": address[:60]},
            fields={"address": _("请写得再具体一些。")},
        )
    raise Invalid(_("请说明事情发生在哪里。"), fields={"address": _("请填写地址或在地图上选择。")})


def _check_position(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(_("位置的经纬度不对。"), fields={"position": _("请重新选择位置。")})
