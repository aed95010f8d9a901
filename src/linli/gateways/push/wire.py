"""Which addresses are push services', and what their answers mean: pure, no network, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

# The services of the browsers: Chrome and Edge on Android, Firefox, Safari, Windows.
SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
LOCAL = ("127.0.0.1", "localhost")
GONE = frozenset({404, 410})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
PATIENCE = 6 * 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """`sent`; else `gone` (the browser is forgotten) or when to try again (None: never)."""

    sent: bool
    gone: bool = False
    again: int | None = None


def known(endpoint: str, services: Sequence[str]) -> bool:
    """Whether an endpoint is one of these services: who subscribes names it, and our server calls it. Over https; a
    service on this machine (for a test) must be named to be spoken to, and may do without."""
    try:
        parts = urlsplit(endpoint)
        host, named = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or not host or len(endpoint) > 1000:
        return False
    if host in LOCAL:
        return parts.scheme in ("http", "https") and f"{host}:{named}" in services
    if parts.scheme != "https" or named not in (None, 443):
        return False
    return any(host == s or (s.startswith("*.") and host.endswith(s[1:])) for s in services)


def judge(status: int, retry_after: str | None, now: float) -> Answer:
    """What an answer means. `now` in seconds since 1970, for a Retry-After that is a date."""
    if 200 <= status < 300:
        return Answer(True)
    if status in GONE:
        return Answer(False, gone=True)
    if status in BUSY:
        return Answer(False, again=_seconds(retry_after, now))
    return Answer(False)


def _seconds(text: str | None, now: float) -> int:
    if not text:
        return 0
    if text.strip().isdigit():
        return min(int(text.strip()[:9]), PATIENCE)
    try:
        return min(max(0, int(parsedate_to_datetime(text).timestamp() - now)), PATIENCE)
    except (TypeError, ValueError):
        return 0
