"""What a notice is about: the topic a person may stop being reminded of, and whether a second person must look first."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """`second`: a second person approves it whatever its level; `mark`: the icon pages show beside it."""

    name: str
    words: str | Promise
    second: bool = False
    mark: str = "bell"


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("affairs", _("社区事务")),
        Kind("outage", _("停水停电停气")),
        Kind("works", _("施工和交通")),
        Kind("service", _("便民服务")),
        Kind("activity", _("活动")),
        Kind("openness", _("公示公告"), second=True),
        Kind("safety", _("安全提示")),
        Kind("duty", _("工作通知")),
    )
}


def kind_words(name: str) -> str:
    """A topic's name in the reader's language; its own name for one that was given up."""
    return str(KINDS[name].words) if name in KINDS else name
