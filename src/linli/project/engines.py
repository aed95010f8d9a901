"""Placeholder until the engines branch is merged: the database a URL names."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def databases() -> dict[str, Any]:
    url = urlsplit(os.environ["LINLI_DATABASE_URL"])
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.get("host") or url.hostname or "",
        "PORT": str(url.port or ""),
    }
