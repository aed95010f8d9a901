"""Where somebody lives, from what was written: the code of a place, or an address that fits one place."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, covers
from linli.kernel.places import queries as places

SURE = 0.9
"""How well an address must fit its place to be taken without asking."""


def place_named(text: str, by: Actor, *, field: str, known: Mapping[str, str] | None = None) -> str:
    """The place's code, within the actor's scope. `known` are names of codes looked up before, for many lines.

    Raises Invalid; where several places may be meant the sentence names them.
    """
    text = text.strip()
    code = text if text in (places.names([text]) if known is None else known) else ""
    likely: list[str] = []
    if not code and text.isascii() and text.isdigit():
        code = places.now_called(text) or ""  # an old list brings old codes
    if not code and text and not text.isdigit():
        found = places.find(text, scope=by.scope, limit=3)
        if found and found[0].score >= SURE and (len(found) == 1 or found[1].score < found[0].score):
            code = found[0].code
        likely = [places.label(one.code) for one in found]
    if not code and likely:
        given = {"place": text[:60], "likely": _("、").join(likely)}
        sentence = _("“%(place)s”可能是：%(likely)s。请写得更完整。") % given
        raise Invalid(sentence, fields={field: sentence})
    if not code:
        sentence = _("没有找到地点“%(place)s”。") % {"place": text[:60]}
        raise Invalid(sentence, fields={field: sentence})
    if not covers(by, code):
        sentence = _("地点“%(place)s”不在您的管辖范围内。") % {"place": text[:60]}
        raise Invalid(sentence, fields={field: sentence})
    return code
