"""Where a data set may be fetched from: origins the operator names (LINLI_FETCH_HOSTS), compared whole. Pure.

Whoever keeps a data set writes the address, and the worker asks it from inside: without this it would ask for them what only the
machine itself should reach.
"""

from __future__ import annotations

from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """ "https://data.example:8443" of an address, without the port where it is the scheme's own; "" for none that is
    fetched: another scheme, credentials in the address, no host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.password is not None:
        return ""
    if any(c.isspace() or not c.isprintable() for c in url):
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    told = "" if port is None or port == PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{told}"


def origins(setting: str) -> frozenset[str]:
    """The origins an operator allows: "data.example" is https there, "http://10.0.0.7:8080" is said whole."""
    found = set()
    for entry in setting.replace(",", " ").split():
        origin = origin_of(entry if "://" in entry else f"https://{entry}")
        if origin:
            found.add(origin)
    return frozenset(found)
