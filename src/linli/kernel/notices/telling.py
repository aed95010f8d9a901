"""What one message says, and whether it still is to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Level, Mailing, Notice, State, Version

EXCERPT = 90
LONGEST_TTL = 3 * 24 * 3600


def why_not(mailing: Mailing, at: datetime) -> str:
    """Why it is not said any more: withdrawn, over, superseded; "" while it is."""
    notice = mailing.notice
    if mailing.event == "lifted":
        return "" if notice.ended_at is not None and notice.state != State.WITHDRAWN else "withdrawn"
    if notice.state == State.WITHDRAWN:
        return "withdrawn"
    if notice.state != State.PUBLISHED or (notice.ends_at is not None and notice.ends_at <= at):
        return "over"
    return "superseded" if notice.standing != mailing.version else ""


@dataclass(frozen=True, slots=True)
class Message:
    """What the phone is given to show: at most 3 kB, for a push holds 4 kB."""

    title: str
    body: str
    path: str
    ttl: int
    words: dict[str, str]

    def as_push(self, notice: Notice, off: str) -> dict[str, object]:
        """`tag`: a later message of the same notice takes the place of the earlier one on the phone. `off`: the
        address that ends reminders of this topic with one tap; none for an emergency."""
        urgent = notice.level == Level.EMERGENCY
        return {
            "title": self.title,
            "body": self.body,
            "url": f"{self.path}?via=push",
            "tag": notice.id.hex,
            "urgent": urgent,
            "off": "" if urgent else off,
            "words": self.words,
        }


def message(mailing: Mailing, version: Version, language: str, at: datetime) -> Message:
    """In the reader's language, when it was written in it; else in Chinese."""
    notice = mailing.notice
    with translation.override(language):
        english = language.startswith("en") and bool(version.title_en)
        title = version.title_en if english else version.title
        body = version.body_en if english else version.body
        if mailing.event == "lifted":
            title, body = _("解除：%(title)s") % {"title": title}, notice.end_words
        elif mailing.event == "corrected":
            title, body = _("更正：%(title)s") % {"title": title}, version.why
        else:
            title = heading(title, level=notice.level, drill=notice.drill)
        body = excerpt(body)
        path = reverse(settings.LINLI_NOTICE_PAGE, args=[notice.id])
        words = {"open": _("查看"), "off": _("不再提醒这一类")}
        return Message(title, f"{body}\n{notice.unit.name}", path, _ttl(notice, at), words)


def heading(title: str, *, level: str, drill: bool) -> str:
    """The title as a phone rings with it: an emergency says that it is one, a drill that it is none."""
    if level != Level.EMERGENCY:
        return title
    return (_("演练：%(title)s") if drill else _("紧急：%(title)s")) % {"title": title}


def excerpt(body: str) -> str:
    """The beginning of a text, on one line, as much as a phone shows."""
    body = " ".join(body.split())
    return body[: EXCERPT - 1] + "…" if len(body) > EXCERPT else body


def _ttl(notice: Notice, at: datetime) -> int:
    left = (notice.ends_at - at).total_seconds() if notice.ends_at else LONGEST_TTL
    return int(min(max(left, 60), LONGEST_TTL))


def sms_blanks(mailing: Mailing, version: Version, language: str, at: datetime) -> dict[str, str]:
    """The blanks of the sms template "notice": title, unit, link ("" where no address of ours is set)."""
    said = message(mailing, version, language, at)
    link = f"{settings.LINLI_URL.rstrip('/')}{said.path}?via=sms" if settings.LINLI_URL else ""
    return {"title": said.title, "unit": mailing.notice.unit.name, "link": link}
