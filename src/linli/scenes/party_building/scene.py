"""Party building: organisations and who belongs to them, what they owe each month, and what they do where they live."""

from linli.kernel.declare import Check, Department, Ledger, Matter, PointsRule, Proof, Scene, working_days

PARTY = Department("party-building")

# An organisation did not hold in time what it owes; it is held late and said so (补开), or it is explained why not.
DUTY_MISSED = Matter(
    "party-duty-missed", owner=PARTY.name, answer=working_days(2), finish=working_days(10), proof=Proof.TEXT,
    check=Check.NONE, reasons=("made-up-for", "explained"), public=False, anonymous=False, reported=False,
)  # fmt: skip

# A term of an owners' committee ends in three months and nobody was elected: the organisation that supports them helps.
ELECTION_DUE = Matter(
    "owners-election-due", owner=PARTY.name, answer=working_days(5), finish=working_days(60), proof=Proof.TEXT,
    check=Check.NONE, reasons=("elected", "explained"), public=False, anonymous=False, reported=False,
)  # fmt: skip

# 党员政治生活积分: what somebody did is counted, never what they are; kept for those alone who agreed to it (keeping.POINTS).
LIFE = Ledger("party-life")
POINTS = (
    PointsRule("meeting-attended", LIFE.name, 2, evidence=("attendance",), daily=4, monthly=20),
    PointsRule("reporting-task-done", LIFE.name, 5, evidence=("task",), daily=10, monthly=30),
    PointsRule("wish-fulfilled", LIFE.name, 10, evidence=("wish",), monthly=30),
    PointsRule("quiz-passed", LIFE.name, 3, evidence=("quiz",), monthly=15),
)

# A secretary sees the organisation whose unit the post is in, and all beneath it; nothing of another.
_OWN = ("party.own", "wishes.ask", "wishes.claim")

scene = Scene(
    name="party_building",
    departments=(PARTY,),
    matters=(DUTY_MISSED, ELECTION_DUE),
    ledgers=(LIFE,),
    points=POINTS,
    grants={
        "branch_secretary": ("party.read", "party.unmask", "party.change", "party.organise", "wishes.claim"),
        "resident": _OWN,
        "volunteer": _OWN,
        "proxy": ("wishes.ask",),
        "social_worker": ("wishes.ask_for", "wishes.check"),
    },
)
