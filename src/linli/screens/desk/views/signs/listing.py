"""线索: the suggestions of one's places, the weightiest first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.signs import queries
from linli.kernel.signs.evidence import read
from linli.kernel.signs.models import State
from linli.kernel.signs.queries.eyes import close_enough
from linli.kernel.signs.sentences import indication_word, sign_word
from linli.parts.doors import for_staff

from .frame import HERE, STATES, page


@require_GET
@for_staff
def signs_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "signs.read")
    sign = request.GET.get("sign", "")
    area = request.GET.get("area", "")
    area = area if area.isdecimal() and len(area) <= 27 else ""
    state = request.GET.get("state", State.OPEN)
    state = state if state in State.values else State.OPEN
    number = request.GET.get("page", "1")
    found = queries.listing(
        actor, sign=sign, area=area, state=state, page=int(number) if number.isdecimal() and len(number) < 6 else 1
    )
    kept = {key: value for key, value in (("sign", sign), ("area", area)) if value}
    labels = places.labels((one.place_code for one in found.suggestions), Level.NEIGHBOURHOOD)
    context = {
        "rows": [
            (
                one,
                sign_word(one.sign),
                labels.get(one.place_code, one.place_code),
                [indication_word(said.name) for said in read(one.evidence) if said.speaks],
            )
            for one in found.suggestions
        ],
        "kinds": [
            ("?" + urlencode({**kept, "state": name}), words, name == state, found.counts.get(name, 0))
            for name, (words, _tone, _mark) in STATES.items()
        ],
        "signs": [(name, sign_word(name)) for name in catalogue().signs],
        "areas": _areas(actor),
        "sign": sign,
        "area": area,
        "state": state,
        "close": close_enough(actor),
        "next": "?" + urlencode({**kept, "state": state, "page": found.more}) if found.more else "",
    }
    return page(request, "list.html", context, tab=HERE)


def _areas(actor: Actor) -> list[tuple[str, str]]:
    """The neighbourhoods of a street; a neighbourhood has nothing to choose."""
    if len(actor.scope) != Level.STREET.digits:
        return []
    return [(place.code, place.name) for place in places.children(actor.scope)]
