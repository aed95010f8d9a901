"""The template environment every screen draws with: Jinja2, strict about names, escaping everything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    options.setdefault("undefined", StrictUndefined)
    env = Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        **{**options, "autoescape": True},
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    env.globals.update(static=static, url=_url)
    return env


def _url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def context(request: HttpRequest) -> dict[str, Any]:
    return {"actor": getattr(request, "actor", None), "language": translation.get_language()}
