"""Early signs 苗头: what together makes it worth that somebody goes and looks at a place. Of places, never of persons.

The numbers are an example that a place changes (desk, 苗头); they quote no standard. How strength is reckoned: docs/signs.md.
"""

from linli.kernel.declare import Indication, Matters, Readings, Rows, Sign

from .devices.street import ENTRANCE_COUNTER, FOOTFALL_COUNTER, PASSING

GRID, BUILDING, HOME = 15, 21, 27
FOUND, UNFOUNDED = ("confirmed",), ("not-found",)

# Water is what a household pays for, so its data set must name this use itself, and what is seen is a month's sum. A door is
# shared by the whole staircase: it supports, and never speaks alone.
GROUP_RENTING = Sign(
    "group-renting-sign",
    level=HOME,
    alike=12,
    opens="group-renting-check",
    found=FOUND,
    unfounded=UNFOUNDED,
    raises=1.3,
    indications=(
        Indication("home-water", Rows("home-water", monthly=True), weight=1.0, least=15, step=2, past=12),
        Indication(
            "home-complaints",
            Matters(("group-renting", "noise", "renovation-noise", "neighbour-dispute")),
            weight=1.0,
            least=2,
            step=0.5,
        ),
        Indication(
            "door-count",
            Readings(ENTRANCE_COUNTER.name, PASSING.name, around=True),
            weight=0.5,
            least=8,
            step=2,
            days=14,
            past=3,
        ),
    ),
)

# A place and an hour: each stretch of three hours is judged by itself.
STALL = Sign(
    "stall-sign",
    level=GRID,
    opens="stall-check",
    found=FOUND,
    unfounded=UNFOUNDED,
    raises=1.2,
    rests=30,
    indications=(
        Indication(
            "stall-complaints", Matters(("unlicensed-stall",), hours=3), weight=1.0, least=4, step=0.75, days=14
        ),
        Indication(
            "stall-traces",
            Matters(("street-litter", "cooking-fumes", "commercial-noise", "shopfront-occupation"), hours=3),
            weight=0.6,
            least=3,
            step=0.75,
            days=14,
        ),
        Indication(
            "stall-footfall",
            Readings(FOOTFALL_COUNTER.name, PASSING.name),
            weight=0.4,
            least=100,
            step=30,
            days=14,
            past=3,
        ),
    ),
)

# Whoever was ordered to take something down and builds again is the field's commonest case: hence cases of enforcement.
BUILDING_SIGN = Sign(
    "illegal-building-sign",
    level=BUILDING,
    opens="illegal-building-check",
    found=FOUND,
    unfounded=UNFOUNDED,
    raises=1.2,
    rests=180,
    indications=(
        Indication(
            "building-complaints",
            Matters(("illegal-building",), within=40),
            weight=1.0,
            least=2,
            step=0.5,
            days=56,
            past=6,
        ),
        Indication(
            "building-works",
            Matters(
                ("renovation-noise", "construction-noise", "waste-dumping", "bulky-waste", "load-bearing-wall")
            ),
            weight=0.6,
            least=3,
            step=0.75,
            days=56,
            past=6,
        ),
        Indication("enforcement-cases", Rows("enforcement-cases"), weight=0.8, least=1, step=0.4, days=56, past=6),
    ),
)

SIGNS = (GROUP_RENTING, STALL, BUILDING_SIGN)
