"""What is asked of a source and what its answer means. Pure.

A validator is what the source said of what it gave last (RFC 9110, 8.8 and 13): sent back, it is answered with 304 and nothing
else as long as nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

ACCEPT = "text/csv, application/json, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5"


class Unfetched(Exception):
    """It did not come; `str()` is the reason in words. `later`: the same may go well another time."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a source said of what it gave last; "" where it said nothing."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` is None where nothing has changed."""

    content: bytes | None
    validators: Validators
    name: str


def asks(validators: Validators, header: str, secret: str) -> dict[str, str]:
    """The header of a question."""
    found = {"Accept": ACCEPT, "Accept-Encoding": "identity", "User-Agent": "Linli"}
    if header and secret:
        found[header] = secret
    if validators.etag:
        found["If-None-Match"] = validators.etag
    if validators.modified:
        found["If-Modified-Since"] = validators.modified
    return found


def validators(headers: Mapping[str, str]) -> Validators:
    known = {name.lower(): value.strip() for name, value in headers.items()}
    return Validators(known.get("etag", "")[:200], known.get("last-modified", "")[:80])


def name_of(url: str) -> str:
    """What the table is called: the last part of the address."""
    name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return "".join(c for c in name if c.isprintable())[:80] or "table"
