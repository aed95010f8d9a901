"""A notice to everybody in an emergency's place, on every screen at once: written and published by who commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, as_system
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.models import Emergency
from linli.kernel.emergencies.queries import looking
from linli.kernel.notices import verbs as notices
from linli.kernel.notices.models import CHANNELS, Level, Notice, State
from linli.kernel.notices.models.notice import Certainty, Hazard, Severity, Urgency
from linli.kernel.notices.verbs.writing import Aim, Text

LASTS = timedelta(days=1)
"""So long it stands at most; it is lifted (解除) when the emergency ends, or on its own page before."""


def tell(*, emergency_id: UUID, by: Actor, at: datetime, title: str, body: str) -> Notice:
    """Write it, publish it at once, and say so in the log: all of it, or none. Raises what the verbs raise."""
    emergency = looking.one(by, emergency_id)
    with transaction.atomic():
        aim = Aim(
            place_code=emergency.place_code, kind="safety", level=Level.EMERGENCY, channels=CHANNELS,
            ends_at=at + LASTS, drill=emergency.drill, alert=alert_of(emergency),
        )  # fmt: skip
        notice = notices.write(by=by, at=at, text=Text(title=title, body=body), aim=aim)
        notices.publish(notice_id=notice.id, by=by, at=at)
        said = _("已向范围内的屏和手机发布通知“%(title)s”：%(body)s") % {"title": title, "body": body}
        emergencies.told(emergency_id=emergency_id, by=by, at=at, notice_id=notice.id, text=said)
    return notice


def end(*, emergency_id: UUID, by: Actor, at: datetime, note: str) -> Emergency:
    """End it and lift what residents were told of it: all screens clear in one transaction. Raises what the verbs raise."""
    with transaction.atomic():
        ended = emergencies.end(emergency_id=emergency_id, by=by, at=at, note=note)
        with as_system():
            still = list(
                Notice.objects.filter(pk__in=ended.notice_ids, state=State.PUBLISHED).values_list("pk", flat=True)
            )
        for notice_id in still:
            notices.lift(notice_id=notice_id, by=by, at=at, words=note)
    return ended


def alert_of(emergency: Emergency) -> dict[str, str]:
    """CAP's words as a notice spells them; what CAP leaves open is taken for the graver."""
    return {
        "hazard": _known(Hazard, emergency.category, Hazard.SAFETY),
        "urgency": _known(Urgency, emergency.urgency, Urgency.IMMEDIATE),
        "severity": _known(Severity, emergency.severity, Severity.SEVERE),
        "certainty": _known(Certainty, emergency.certainty, Certainty.POSSIBLE),
    }


def _known(choices: type[Hazard | Urgency | Severity | Certainty], word: str, otherwise: str) -> str:
    return word.capitalize() if word.capitalize() in choices.values else otherwise
