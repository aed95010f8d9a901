"""What hours count for: three ledgers, which never mix, and the rules by which one gets something.

The numbers are those of Nanjing's rules of 2019 where there are any: 1,500 hours a person, what is above them is given
to the community. Integrity points reward first (docs/rights.md, 3): no page and no service asks for any of these.
"""

from __future__ import annotations

from linli.kernel.declare import Ledger, PointsRule, days

CARD = Ledger("card-points", expires=days(730), single=10_000)
SAVED = Ledger(
    "saved-time",
    unit="minutes",
    transferable=True,
    highest=90_000,
    expires=days(3650),
    single=90_000,
    clearing=120_000,
)
INTEGRITY = Ledger("integrity-points", expires=days(730), single=1_000)
LEDGERS = (CARD, SAVED, INTEGRITY)

SERVED = PointsRule("served-minute", "card-points", 1, per="minute", evidence=("sign-up",), daily=480)
SAVING = PointsRule("saved-minute", "saved-time", 1, per="minute", evidence=("sign-up",), daily=720)
PRAISED = PointsRule("good-deed", "integrity-points", 5, evidence=("report", "commendation"), daily=20, monthly=60)
BROKEN = PointsRule(
    "promise-broken", "integrity-points", 5, takes=True, evidence=("report", "sign-up"), daily=10, monthly=20
)
RULES = (SERVED, SAVING, PRAISED, BROKEN)

OLD = 70
"""From this age on, by the year of birth, somebody who lives alone may be granted time of the community's fund."""
GRANT = 600
"""The most minutes one is ever granted."""
