"""Who a device is over HTTP: its key and secret, by Basic or as `Bearer key:secret`. Whoever fails is noted."""

from __future__ import annotations

import time
from threading import Lock
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBasicAuth, HttpBearer

from linli.kernel.access import NotAllowed
from linli.kernel.clock.now import now
from linli.kernel.people.queries import address_of
from linli.kernel.readings.judging import says
from linli.kernel.readings.limits import STRANGERS
from linli.kernel.things.models import State
from linli.kernel.things.queries.registry import Known, known_by, proves
from linli.kernel.things.verbs.knocking import OTHERS, Knock, note

from .uses import Uses


class Basic(HttpBasicAuth):
    """RFC 7617: the device's key is the user, its secret the password."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Known | None:
        return proved(request, f"{username}:{password}")


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Known | None:
        return proved(request, token)


def proved(request: HttpRequest, key_and_secret: str) -> Known | None:
    """The device that has proved itself; None for who has not. Raises NotAllowed for one that is not installed yet,
    or that nobody agrees to."""
    # A key may hold colons, a secret never does.
    key, _colon, secret = key_and_secret.rpartition(":")
    key = key.replace("\x00", "")[:64]
    known = known_by(key)
    if known is None:
        _KNOCKS.hear(request, key, "unknown")
        return None
    if known.state == State.RETIRED or not proves(known, secret.encode("utf-8", "replace"), time.time()):
        why = {State.RETIRED: "retired", State.ASKING: "agreement"}
        _KNOCKS.hear(request, key, why.get(State(known.state), "secret"))
        return None
    if known.state == State.ASKING:
        _KNOCKS.hear(request, key, "agreement")
        raise NotAllowed(
            _("这台设备装在居民家里，还没有征得书面同意，或者同意已经收回，数据不接收。"), code="agreement"
        )
    if known.state == State.WAITING:
        _KNOCKS.hear(request, key, "waiting")
        raise NotAllowed(_("这台设备登记了，但还没有安装启用，数据暂不接收。请安装人员先启用它。"), code="waiting")
    _USES.hear(known, secret.encode("utf-8", "replace"), time.time())
    return known


class _Heard(NamedTuple):
    at: float
    kept: Knock | None


class Knocks:
    """Notes who knocks, at most once a second for each, and so many of them in a second; the rest is counted along."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], _Heard] = {}
        self._lock = Lock()

    def hear(self, request: HttpRequest, key: str, why: str) -> None:
        at, moment = now(), time.monotonic()
        with self._lock:
            if (key, why) not in self._heard:
                lately = sum(moment - heard.at < 1 for heard in self._heard.values())
                key = key if lately < STRANGERS else OTHERS
                if len(self._heard) > 10 * STRANGERS:
                    self._heard = {name: heard for name, heard in self._heard.items() if heard.kept is not None}
            before = self._heard.get((key, why))
            knock = Knock(says(key), why, address_of(request), "", at, at)
            if before is not None and before.kept is not None:
                knock = knock.after(before.kept)
            if before is not None and moment - before.at < 1:
                self._heard[key, why] = before._replace(kept=knock)
                return
            self._heard[key, why] = _Heard(moment, None)
        note([knock])


_KNOCKS = Knocks()
_USES = Uses()
