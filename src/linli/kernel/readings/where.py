"""Where somebody asks about a rule's numbers: at a place, or for a single thing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, covers
from linli.kernel.declare import Rule
from linli.kernel.places import queries as places
from linli.kernel.things.models import Thing


@dataclass(frozen=True, slots=True)
class Where:
    """At a place, or for a thing (the place is then its own)."""

    place_code: str
    thing: Thing | None

    @property
    def key(self) -> dict[str, object]:
        """Of the rows that are set there."""
        return {"thing": self.thing} if self.thing else {"thing": None, "place_code": self.place_code}


def where(by: Actor, permission: str, rule: Rule, place_code: str, thing_id: UUID | None) -> Where:
    """With the system's eyes. Raises NotAllowed, NotFound, Invalid (the rule does not watch such a thing, or looks at a wider
    place)."""
    if thing_id is not None:
        thing = Thing.objects.filter(pk=thing_id).first()
        if thing is None or not covers(by, thing.place_code):
            raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
        if thing.model not in rule.of:
            raise Invalid(_("这条规则不适用于这种设备。"), fields={"thing": _("请选择规则适用的设备。")})
        if rule.level:
            raise Invalid(_("这条规则看的是一处的多台设备，请按地点设置。"), fields={"thing": _("请按地点设置。")})
        return Where(thing.place_code, thing)
    code = places.now_called(place_code) or place_code
    places.require_at(by, permission, code)
    if rule.level and len(code) > rule.level:
        raise Invalid(
            _("这条规则看的是更大的地点，请在那一级设置。"), fields={"place_code": _("请选择上一级地点。")}
        )
    if not places.exists(code):
        raise NotFound(_("没有这个地点。"))
    return Where(code, None)
