"""The form of a notice: what a browser sends becomes a text and an aim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.access import Actor, Invalid, under
from linli.kernel.files import verbs as files
from linli.kernel.notices.audience import STAFF_ROLES
from linli.kernel.notices.kinds import KINDS
from linli.kernel.notices.models import CHANNELS, Audience, Level, Notice, Version
from linli.kernel.notices.models.notice import Certainty, Hazard, Severity, Urgency
from linli.kernel.notices.verbs import Aim, Text
from linli.kernel.people.models import Unit
from linli.kernel.people.words import role_word
from linli.kernel.places.codes import level_of
from linli.kernel.places.models import Place

ALERT = {"hazard": Hazard, "urgency": Urgency, "severity": Severity, "certainty": Certainty}
MOST_PLACES = 400
CHANNEL_WORDS = {
    "phone": gettext_lazy("手机"),
    "board": gettext_lazy("居村电子屏"),
    "tv": gettext_lazy("家庭电视"),
    "desk": gettext_lazy("工作台"),
    "command": gettext_lazy("指挥大屏"),
    "sms": gettext_lazy("短信"),
    "push": gettext_lazy("手机提醒"),
}


@dataclass(slots=True)
class Sent:
    """What was sent, read once. `faults` are those of reading; the verb finds the others."""

    data: QueryDict
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, request: HttpRequest, known: UUID | None) -> Text:
        """With the picture that was sent, or the one that was there unless it was taken away."""
        picture = None if self.data.get("no_picture") else known
        upload = request.FILES.get("picture")
        if upload is not None:
            try:
                stored = files.store(
                    by=request.actor,
                    at=timezone.now(),
                    upload=upload,
                    name=upload.name or "",
                    purpose="notice",
                    photo=True,
                )
                picture = stored.id
            except Invalid as refused:
                self.faults["picture"] = refused.sentence
        said = {name: self.data.get(name, "") for name in ("title", "body", "title_en", "body_en")}
        return Text(**said, picture=picture)

    def aim(self) -> Aim:
        d = self.data
        age = d.get("age_from", "").strip()
        if age and not age.isdecimal():
            self.faults["age_from"] = _("请写一个数。")
        level = d.get("level", Level.PLAIN)
        return Aim(
            place_code=d.get("place_code", ""),
            kind=d.get("kind", ""),
            level=level,
            channels=d.getlist("channels"),
            audience=d.get("audience", Audience.EVERYONE),
            roles=d.getlist("roles"),
            unit_ids=self._units(),
            age_from=int(age) if age.isdecimal() and d.get("audience") == Audience.RESIDENTS else None,
            age_purpose=d.get("age_purpose", ""),
            starts_at=self._moment("starts_at"),
            ends_at=self._moment("ends_at"),
            confirm=d.get("confirm") == "1",
            drill=d.get("drill") == "1" and level == Level.EMERGENCY,
            alert={name: d[name] for name in ALERT if d.get(name)} if level == Level.EMERGENCY else {},
        )

    def _units(self) -> list[UUID]:
        try:
            return [UUID(value) for value in self.data.getlist("unit_ids") if value]
        except ValueError:
            self.faults["unit_ids"] = _("没有这个单位。")
            return []

    def _moment(self, name: str) -> datetime | None:
        text = self.data.get(name, "").strip()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.faults[name] = _("请写成 2026-03-01 17:30 这样的时间。")
            return None
        return moment if moment.tzinfo else timezone.make_aware(moment)


def choices(actor: Actor) -> dict[str, Any]:
    """What the form offers this actor."""
    return {
        "kinds": [(kind.name, kind.words) for kind in KINDS.values()],
        "levels": [(level.value, level.label) for level in Level],
        "audiences": [(one.value, one.label) for one in Audience],
        "channels": [(name, CHANNEL_WORDS[name]) for name in CHANNELS],
        "roles": [(role.value, role_word(role.value)) for role in STAFF_ROLES],
        "units": list(
            Unit.objects.filter(under(actor.scopes), valid__contains=timezone.now())
            .order_by("place_code", "name")
            .values_list("id", "name")
        ),
        "places": places_of(actor),
        "alert": {name: [(c.value, c.label) for c in words] for name, words in ALERT.items()},
    }


def places_of(actor: Actor) -> Sequence[tuple[str, str]]:
    """The actor's own place and what lies two levels beneath, as an indented list."""
    own = level_of(actor.scope)
    rows = (
        Place.objects.filter(code__gte=actor.scope, code__lt=f"{actor.scope}:", level__lte=own + 2, valid_to=None)
        .order_by("code")
        .values_list("code", "name", "level")[:MOST_PLACES]
    )
    return [(code, "　" * (level - own) + name) for code, name, level in rows]


def begun(actor: Actor) -> dict[str, Any]:
    """A fresh form: for everybody at the actor's own place."""
    return {
        "place_code": actor.scope,
        "kind": "affairs",
        "level": Level.PLAIN.value,
        "audience": Audience.EVERYONE.value,
        "channels": ["phone", "board", "tv", "desk", "push"],
        "hazard": Hazard.SAFETY.value,
        "urgency": Urgency.IMMEDIATE.value,
        "severity": Severity.SEVERE.value,
        "certainty": Certainty.OBSERVED.value,
    }


def of_notice(notice: Notice, version: Version) -> dict[str, Any]:
    """The form as it was filled in."""
    alert = {name: getattr(notice, name) or begun_alert for name, begun_alert in _ALERT_BEGUN.items()}
    return {
        "title": version.title,
        "body": version.body,
        "title_en": version.title_en,
        "body_en": version.body_en,
        "place_code": notice.place_code,
        "kind": notice.kind,
        "level": notice.level,
        "audience": notice.audience,
        "channels": notice.channels,
        "roles": notice.roles,
        "unit_ids": [str(unit) for unit in notice.unit_ids],
        "age_from": notice.age_from,
        "age_purpose": notice.age_purpose,
        "starts_at": _local(notice.starts_at),
        "ends_at": _local(notice.ends_at),
        "confirm": notice.confirm,
        "drill": notice.drill,
        **alert,
    }


_ALERT_BEGUN = {
    "hazard": Hazard.SAFETY.value,
    "urgency": Urgency.IMMEDIATE.value,
    "severity": Severity.SEVERE.value,
    "certainty": Certainty.OBSERVED.value,
}


def of_sent(data: QueryDict) -> dict[str, Any]:
    """The form as it was sent, to be shown again."""
    many = ("channels", "roles", "unit_ids")
    return {name: data.getlist(name) if name in many else data.get(name, "") for name in data}


def _local(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""
