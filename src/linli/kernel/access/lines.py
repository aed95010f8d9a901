"""A line that somebody wrote, made plain before it is kept."""

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
