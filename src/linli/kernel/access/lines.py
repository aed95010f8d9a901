"""What somebody wrote, made plain before it is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .refusal import Invalid


def clean_line(text: str, field: str, *, least: int = 2, most: int = 500) -> str:
    """One line of text with something in it. Raises Invalid."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if sum(map(str.isalnum, line)) < least:
        raise Invalid(_("请填写这一项。"), fields={field: _("请填写这一项。")})
    if len(line) > most:
        raise Invalid(_("太长了。"), fields={field: _("最多 %(n)s 个字。") % {"n": most}})
    return line


def text_of(value: str, most: int, field: str, *, needed: bool = True) -> str:
    """Text as it is kept. Raises Invalid when it is missing or too long."""
    return fitting(value.replace("\x00", " ").strip(), most, field, needed=needed)


def fitting(plain: str, most: int, field: str, *, needed: bool = True, letters: int = 0) -> str:
    """Plain text as it is, where it fits: there when it is `needed`, with so many letters or digits in it, and no longer
    than `most`. Raises Invalid."""
    if needed and (not plain or sum(map(str.isalnum, plain)) < letters):
        sentence = _("请填写这一项。")
        raise Invalid(sentence, fields={field: sentence})
    if len(plain) > most:
        sentence = _("最多 %(n)s 个字。") % {"n": most}
        raise Invalid(sentence, fields={field: sentence})
    return plain
