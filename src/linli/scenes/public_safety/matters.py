"""What somebody goes to when a device calls, and how soon.

The owners are departments of the place, which city_management declares as well: either scene may be on alone. All times are an example that a place changes (desk,
类别与时限); they quote no standard. An alarm is handled by whoever is on duty nearest, so its clock runs in minutes of
day and night, and the next level hears of it after minutes, not after a working day. Alarms in homes are not public.
"""

from __future__ import annotations

from linli.kernel.declare import Department, Matter, Proof, Span, Urgency, hours, minutes

FIRE_SERVICE, POLICE, HOUSING, COMMUNITY, CIVIL_AFFAIRS = (
    "fire-service",
    "police",
    "housing",
    "community",
    "civil-affairs",
)
DEPARTMENTS = tuple(map(Department, (FIRE_SERVICE, POLICE, HOUSING, COMMUNITY, CIVIL_AFFAIRS)))

# How an alarm ends, whatever it was; the cause itself is written down with the warning.
ALARM = ("danger-removed", "made-safe", "false-alarm", "drill", "not-found")


def _alarm(
    name: str, owner: str, answer: Span, finish: Span, urgency: Urgency, *, proof: Proof = Proof.PHOTO,
    reasons: tuple[str, ...] = ALARM, public: bool = False,
) -> Matter:  # fmt: skip
    return Matter(
        name, owner=owner, answer=answer, finish=finish, urgency=urgency, proof=proof, reasons=reasons,
        public=public, climb=minutes(15), settle=hours(24),
    )  # fmt: skip


MATTERS = (
    _alarm("smoke-alarm", FIRE_SERVICE, minutes(2), minutes(60), Urgency.CRITICAL),
    _alarm("gas-alarm", HOUSING, minutes(2), minutes(60), Urgency.CRITICAL),
    _alarm("co-alarm", FIRE_SERVICE, minutes(2), minutes(60), Urgency.CRITICAL),
    _alarm(
        "fire-lane-blocked", FIRE_SERVICE, minutes(10), minutes(120), Urgency.URGENT,
        reasons=("persuaded", "towed", *ALARM), public=True,
    ),
    _alarm("fire-water", FIRE_SERVICE, minutes(30), hours(24), Urgency.URGENT, reasons=("repaired", *ALARM)),
    _alarm("fire-door-open", FIRE_SERVICE, minutes(30), hours(4), Urgency.URGENT, reasons=("repaired", *ALARM)),
    _alarm("ebike-in-lift", COMMUNITY, minutes(5), minutes(60), Urgency.URGENT, reasons=("persuaded", *ALARM)),
    _alarm(
        "crowding", POLICE, minutes(5), minutes(60), Urgency.CRITICAL, proof=Proof.TEXT,
        reasons=("persuaded", *ALARM), public=True,
    ),
    _alarm("door-forced", POLICE, minutes(10), hours(4), Urgency.URGENT, reasons=("repaired", *ALARM)),
    # In somebody's home, perhaps of somebody who fell: nobody is asked for a photograph.
    _alarm(
        "emergency-call", CIVIL_AFFAIRS, minutes(2), minutes(30), Urgency.CRITICAL, proof=Proof.TEXT,
        reasons=("helped", *ALARM),
    ),
    _alarm(
        "elder-door-open", CIVIL_AFFAIRS, minutes(15), minutes(120), Urgency.URGENT, proof=Proof.TEXT,
        reasons=("helped", *ALARM),
    ),
)  # fmt: skip
