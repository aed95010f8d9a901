"""The template environment every screen draws with: Jinja2, strict about names, escaping everything."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from . import times, words


def environment(**options: Any) -> Environment:
    options.setdefault("undefined", StrictUndefined)
    options.pop("autoescape", None)
    env = Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        autoescape=True,
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_gettext, ngettext=translation.ngettext, newstyle=True
    )
    env.globals.update(
        static=_static, url=address, url_if=_url_if, stage_word=words.stage_word, stage_tone=words.stage_tone
    )
    env.filters.update(
        local=times.local,
        local_day=times.local_day,
        month=times.month,
        ago=times.ago,
        remaining=times.remaining,
        span=times.promise_words,
        word=words.word,
        listed=words.listed,
        clauses=words.clauses,
        state_word=words.state_word,
        urgency_word=words.urgency_word,
        leg_word=words.leg_word,
    )
    return env


@lru_cache(maxsize=4096)
def _said(_language: str | None, message: str) -> str:
    return translation.gettext(message)


def _gettext(message: str) -> str:
    """Django's, remembered by language: a page asks for a hundred sentences, and always the same."""
    return _said(translation.get_language(), message)


_static = lru_cache(maxsize=1024)(static)


@lru_cache(maxsize=4096)
def _address(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


def address(name: str, *args: Any) -> str:
    """`reverse`, remembered: a page has forty addresses, most of them those of its frame."""
    return _address(get_script_prefix(), name, args)


def _url_if(name: str, *args: Any) -> str:
    """The address of a page another room may bring; "" in an installation without it."""
    try:
        return address(name, *args)
    except NoReverseMatch:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template may rely on, beside Django's own csrf_input and csrf_token.

    `live_url` is what the live process's middleware put on the request: the stream's address with its token.
    """
    language = translation.get_language() or "zh-hans"
    return {
        "actor": getattr(request, "actor", None),
        "language": language,
        "html_lang": "zh-Hans" if language.startswith("zh") else language,
        "large": request.COOKIES.get("large") == "1",
        "theme": _theme(request.COOKIES.get("theme", "")),
        "live_url": getattr(request, "live_url", ""),
    }


def _theme(chosen: str) -> str:
    return chosen if chosen in ("light", "dark") else ""
