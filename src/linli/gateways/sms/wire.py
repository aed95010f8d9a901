"""The request a provider wants and the answer it gives: pure, no network, no clock.

Strings of the configuration have blanks in braces. In the body: `{phone}`, `{template}` (the provider's
name of it), `{params}` (the whole mapping, as JSON text), `{timestamp}` (UNIX seconds), `{nonce}`, and every
parameter of the template by name. In `signing.string` besides: `{method}`, `{path}`, `{body}`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_BLANK = re.compile(r"\{([a-z_]+)\}")
_DIGESTS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
_ENCODINGS = ("hex", "base64")


class Misconfigured(ValueError):
    """The provider's file says something that cannot be; the message names what."""


@dataclass(frozen=True, slots=True)
class Signing:
    """HMAC over `string`, encoded, put into `header` where `value` says `{signature}`."""

    secret: str
    string: str
    header: str
    digest: str = "sha256"
    encoding: str = "hex"
    value: str = "{signature}"


@dataclass(frozen=True, slots=True)
class Provider:
    """How one provider is spoken to. `accepted` maps fields of the answer to what they say when it went."""

    url: str
    body: Mapping[str, Any]
    templates: Mapping[str, str]
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    signing: Signing | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the provider took the message, and in its own words why not."""

    accepted: bool
    words: str


def provider(config: Mapping[str, Any]) -> Provider:
    """Read a provider's configuration. Raises Misconfigured, naming what is wrong."""
    known = {"url", "method", "headers", "body", "templates", "signing", "accepted", "timeout"}
    if unknown := config.keys() - known:
        raise Misconfigured(f"unknown: {', '.join(sorted(unknown))}")
    if missing := {"url", "body", "templates"} - config.keys():
        raise Misconfigured(f"missing: {', '.join(sorted(missing))}")
    parts = urlsplit(str(config["url"]))
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise Misconfigured("url: codes travel over https only")
    values = dict(config)
    if "signing" in values:
        values["signing"] = _signing(values["signing"])
    return Provider(**values)


def build(
    to: Provider, phone: str, template: str, params: Mapping[str, str], *, timestamp: int, nonce: str
) -> Request:
    """The request that sends one message. Raises Misconfigured for a template the provider has no name of."""
    if template not in to.templates:
        raise Misconfigured(f"templates: no {template!r}")
    blanks = {
        **params,
        "phone": phone,
        "template": to.templates[template],
        "params": json.dumps(dict(params), ensure_ascii=False),
        "timestamp": str(timestamp),
        "nonce": nonce,
    }
    body = json.dumps(_filled(to.body, blanks), ensure_ascii=False, separators=(",", ":"))
    headers = {"Content-Type": "application/json; charset=utf-8"}
    headers |= {name: _fill(value, blanks) for name, value in to.headers.items()}
    if to.signing:
        around = {"method": to.method, "path": urlsplit(to.url).path or "/", "body": body}
        signature = _sign(to.signing, _fill(to.signing.string, blanks | around))
        headers[to.signing.header] = _fill(to.signing.value, blanks | {"signature": signature})
    return Request(to.method, to.url, headers, body.encode())


def parse(to: Provider, status: int, body: bytes) -> Answer:
    """What an answer means: 2xx, and every field of `accepted` as it should be."""
    words = body.decode("utf-8", "replace")[:300]
    if not 200 <= status < 300:
        return Answer(False, f"{status} {words}")
    if not to.accepted:
        return Answer(True, "")
    try:
        said = json.loads(body)
    except ValueError:
        return Answer(False, words)
    fits = isinstance(said, dict) and all(str(said.get(key)) == want for key, want in to.accepted.items())
    return Answer(fits, "" if fits else words)


def _signing(config: Mapping[str, str]) -> Signing:
    try:
        signing = Signing(**config)
    except TypeError as error:
        raise Misconfigured(f"signing: {error}") from None
    if signing.digest not in _DIGESTS or signing.encoding not in _ENCODINGS or not signing.secret:
        raise Misconfigured("signing: secret, digest (sha1, sha256, sha512) or encoding (hex, base64)")
    return signing


def _sign(signing: Signing, text: str) -> str:
    mac = hmac.digest(signing.secret.encode(), text.encode(), _DIGESTS[signing.digest])
    return mac.hex() if signing.encoding == "hex" else base64.b64encode(mac).decode()


def _filled(part: Any, blanks: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return _fill(part, blanks)
    if isinstance(part, Mapping):
        return {key: _filled(value, blanks) for key, value in part.items()}
    return [_filled(value, blanks) for value in part] if isinstance(part, list) else part


def _fill(text: str, blanks: Mapping[str, str]) -> str:
    """Fill once: what a value brings along in braces stays as it is."""

    def one(found: re.Match[str]) -> str:
        if found[1] not in blanks:
            raise Misconfigured(f"no such blank: {found[0]}")
        return blanks[found[1]]

    return _BLANK.sub(one, text)
