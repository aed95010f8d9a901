"""What a report is worth: who says that a fire lane is blocked, and was right, gets integrity points (诚信积分).

The ledger is another scene's and named, not imported; while that scene is off, the rule sleeps (docs/adr/0050). Points decide
about nothing but rewards (docs/rights.md, 3), and a false alarm costs nobody any.
"""

from __future__ import annotations

from linli.kernel.declare import PointsRule, WhenClosed

LANE = PointsRule(
    "fire-lane-reported", "integrity-points", 3, to="reporter", daily=6, monthly=30, evidence=("matter",),
    when=WhenClosed(kinds=("fire-lane-blocked",), outcomes=("persuaded", "towed")), of="self_governance",
)  # fmt: skip
RULES = (LANE,)
