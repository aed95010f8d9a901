"""The template environment every screen draws with: Jinja2, strict about names, escaping everything."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from linli.kernel.access import holds

from . import lines, sensing, times, words


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
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    env.globals.update(
        _=say,
        gettext=say,
        static=_static,
        url=address,
        url_if=address_if,
        may=holds,
        stage_word=words.stage_word,
        stage_tone=words.stage_tone,
        measured=sensing.measured,
    )
    env.filters.update(
        local=times.local,
        local_day=times.local_day,
        day=times.day,
        short_day=times.short_day,
        long_day=times.long_day,
        clock=times.clock,
        lasting=times.lasting,
        month=times.month,
        ago=times.ago,
        remaining=times.remaining,
        span=times.promise_words,
        word=words.word,
        phrases=lines.phrases,
        unbroken=lines.unbroken,
        is_long=lines.is_long,
        listed=words.listed,
        clauses=words.clauses,
        state_word=words.state_word,
        urgency_word=words.urgency_word,
        leg_word=words.leg_word,
        severity_word=sensing.severity_word,
        severity_tone=sensing.severity_tone,
    )
    return env


@lru_cache(maxsize=4096)
def _pattern(_language: str | None, message: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 - our own sentences; what is put into them is escaped


@lru_cache(maxsize=4096)
def _sentence(language: str | None, message: str) -> Markup:
    return _pattern(language, message) % {}


@pass_context
def say(context: Context, message: str, /, **given: Any) -> Markup:
    """A sentence in the reader's language, as the new style of Jinja's own i18n says it: always a format string.

    Remembered by language, for a page asks for a hundred sentences, and always the same; and in one step, where
    Jinja's takes three.
    """
    language = context.vars.get("language") or context.parent.get("language") or translation.get_language()
    return _pattern(language, message) % given if given else _sentence(language, message)


_static = lru_cache(maxsize=1024)(static)


@lru_cache(maxsize=4096)
def _address(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


_SOME = "00000000-0000-7000-8000-000000000000"
_AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


def address(name: str, *args: Any) -> str:
    """`reverse`, remembered: a page has forty addresses, most of them those of its frame, and most others those of
    something by its id, which differ in nothing else."""
    prefix = get_script_prefix()
    if args and _AN_ID(own := str(args[0])):
        return _address(prefix, name, (_SOME, *args[1:])).replace(_SOME, own)
    return _address(prefix, name, args)


def address_if(name: str, *args: Any) -> str:
    """The address of a page another room may bring; "" in an installation without it."""
    try:
        return address(name, *args)
    except NoReverseMatch:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template may rely on.

    Django's csrf_token and csrf_input mask the secret anew each time they are written; a mask for each answer is what
    protects it, and a page with ten forms reads ten times less from the system's dice. `live_url` is what the live
    process's middleware put on the request: the stream's address with its token.
    """
    language = translation.get_language() or "zh-hans"
    token = SimpleLazyObject(lambda: get_token(request))
    return {
        "csrf_token": token,
        "csrf_input": SimpleLazyObject(
            lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
        ),
        "actor": getattr(request, "actor", None),
        "language": language,
        "html_lang": "zh-Hans" if language.startswith("zh") else language,
        "large": request.COOKIES.get("large") == "1",
        "theme": _theme(request.COOKIES.get("theme", "")),
        "live_url": getattr(request, "live_url", ""),
    }


def _theme(chosen: str) -> str:
    return chosen if chosen in ("light", "dark") else ""
