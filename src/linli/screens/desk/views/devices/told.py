"""What is shown once: a secret waits sealed in the session for the one page that shows it."""

from __future__ import annotations

import json

from django.http import HttpRequest

from linli.kernel.sealed import seal, unseal
from linli.kernel.things.models import State, Thing
from linli.kernel.things.texts import is_personal

_KEY = "device_told"


def keep(request: HttpRequest, thing: Thing, *, secret: str = "", code: str = "") -> None:
    """For the next page of this session."""
    told = {"id": str(thing.id), "key": thing.key, "name": thing.name, "secret": secret, "code": code}
    if thing.state == State.ASKING or (thing.state == State.WAITING and is_personal(thing.model)):
        told["asks"] = "1"
    request.session[_KEY] = seal(json.dumps(told)).decode()


def once(request: HttpRequest) -> dict[str, str] | None:
    """What was kept, and then no more."""
    kept = request.session.pop(_KEY, None)
    return dict(json.loads(unseal(kept.encode()))) if kept else None
