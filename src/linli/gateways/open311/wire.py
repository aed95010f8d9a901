"""GeoReport v2 on the wire: one payload of plain values, written as JSON or as XML with the same content.

A payload is a dict, or a list of dicts; its name is the XML root. Values are text, numbers, booleans and None
(null in JSON, an empty element in XML). Pure: no database, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid, Refused

JSON, XML = "json", "xml"
CONTENT_TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}

_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
# What XML 1.0 cannot hold at all; JSON leaves it out too, so that both say the same.
_UNSPEAKABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The standard's names for what the kernel calls otherwise.
_FIELDS = {
    "kind": "service_code",
    "body": "description",
    "title": "description",
    "position": "lat/long",
    "place": "address_id",
    "address": "address_string",
    "urgency": "attribute[urgency]",
}
# The standard has no 422: what was sent wrong is a 400.
_STATUSES = {Invalid.status: 400}


def encode(name: str, payload: Any, form: str) -> bytes:
    """The payload in one of the two formats, UTF-8."""
    payload = _speakable(payload)
    if form == JSON:
        return orjson.dumps(payload)
    root = ElementTree.Element(name)
    _fill(root, payload)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def moment(at: datetime | None) -> str | None:
    """W3C date and time with its zone, to the second: 2026-09-07T10:00:00+08:00."""
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds") if at else None


def errors(status: int, sentences: list[str]) -> list[dict[str, Any]]:
    """The standard's form of errors: one entry for each thing that is wrong."""
    return [{"code": status, "description": sentence} for sentence in sentences]


def refusal(error: Refused) -> tuple[int, list[dict[str, Any]]]:
    """The status and the errors of a refusal: its sentence first, then one for every field."""
    status = _STATUSES.get(error.status, error.status)
    sentences = [error.sentence]
    for field, words in error.fields.items():
        if words != error.sentence:
            sentences.append(_("%(field)s：%(words)s") % {"field": _FIELDS.get(field, field), "words": words})
    return status, errors(status, sentences)


def clean(text: str) -> str:
    """A text without what neither XML nor PostgreSQL can hold; line ends as \\n."""
    return _UNSPEAKABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _speakable(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _speakable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_speakable(inner) for inner in value]
    return value


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _fill(ElementTree.SubElement(element, key), inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(ElementTree.SubElement(element, _ITEMS[element.tag]), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = str(value)
