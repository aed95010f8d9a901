"""A scene for this room's tests: numbers one can reckon in the head."""

from linli.kernel.declare import (
    Check,
    Department,
    Device,
    Indication,
    Matter,
    Matters,
    Proof,
    Quantity,
    Readings,
    Rows,
    Scene,
    Sign,
    minutes,
    working_days,
    working_hours,
)

PASSING = Quantity("passing", "1/h", 0, 10_000)
COUNTER = Device("counter", (PASSING,), every=minutes(60))
CROWDED = Sign(
    "crowded",
    level=27,
    alike=12,
    opens="crowded-check",
    found=("confirmed",),
    unfounded=("not-found",),
    raises=1.2,
    rests=90,
    indications=(
        Indication("water", Rows("home-water", monthly=True), weight=1.0, least=15, step=2),
        Indication("noise", Matters(("noise",)), weight=1.0, least=2, step=0.5),
        Indication(
            "door", Readings("counter", "passing", around=True), weight=0.5, least=8, step=2, days=14, past=3
        ),
    ),
)
STALLS = Sign(
    "stalls",
    level=15,
    opens="stall-check",
    found=("confirmed",),
    unfounded=("not-found",),
    raises=1.0,
    indications=(
        Indication("stalls-seen", Matters(("unlicensed-stall",), hours=3), weight=1.0, least=3, step=0.5, days=14),
        Indication("litter", Matters(("litter",), hours=3), weight=0.5, least=2, step=0.5, days=14),
    ),
)
SHEDS = Sign(
    "sheds",
    level=21,
    opens="shed-check",
    found=("confirmed",),
    unfounded=("not-found",),
    raises=1.0,
    indications=(
        Indication(
            "sheds-seen", Matters(("illegal-building",), within=40), weight=1.0, least=2, step=0.5, days=56, past=6
        ),
        Indication("cases", Rows("cases"), weight=1.0, least=1, step=0.3, days=56, past=6),
    ),
)


def _kind(name: str, reasons: tuple[str, ...] = ("solved", "not-found"), check: Check = Check.NONE) -> Matter:
    return Matter(
        name, owner="city-enforcement", answer=working_hours(4), finish=working_days(5), proof=Proof.TEXT,
        check=check, reasons=reasons,
    )  # fmt: skip


_CHECKED = ("confirmed", "not-found", "not-let-in")
scene = Scene(
    name="toy",
    departments=(Department("city-enforcement"), Department("sanitation")),
    devices=(COUNTER,),
    signs=(CROWDED, STALLS, SHEDS),
    matters=(
        *(_kind(name) for name in ("unlicensed-stall", "illegal-building", "noise", "litter", "inquiry")),
        *(_kind(name, _CHECKED) for name in ("crowded-check", "stall-check", "shed-check")),
    ),
)
