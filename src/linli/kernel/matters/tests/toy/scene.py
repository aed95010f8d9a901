"""A scene for the kernel's own tests: numbers one can reckon in the head, so no real scene can break them."""

from linli.kernel.declare import (
    Check,
    Department,
    Matter,
    Proof,
    Scene,
    Urgency,
    hours,
    minutes,
    working_days,
    working_hours,
)

scene = Scene(
    name="toy",
    departments=(Department("city-enforcement"), Department("sanitation")),
    matters=(
        Matter(
            "unlicensed-stall",
            owner="city-enforcement",
            answer=working_hours(2),
            finish=working_days(3),
            faster=((Urgency.URGENT, minutes(30), hours(4)),),
        ),
        Matter(
            "illegal-building",
            owner="city-enforcement",
            answer=working_hours(4),
            finish=working_days(10),
            check=Check.VISIT,
        ),
        Matter(
            "inquiry",
            owner="sanitation",
            answer=working_hours(2),
            finish=working_days(1),
            proof=Proof.TEXT,
            check=Check.CALL,
        ),
    ),
)
