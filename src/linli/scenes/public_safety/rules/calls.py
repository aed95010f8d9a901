"""Somebody calls for help, or a door tells that help may be needed."""

from __future__ import annotations

from linli.kernel.declare import Hours, Reading, Rule, Severity

from ..devices.buildings import DOOR_READER
from ..devices.homes import EMERGENCY_BUTTON, HOME_DOOR

RULES = (
    # The button locks: it is not so any more when somebody who came has turned it back. It never counts as flapping.
    Rule(
        "emergency-pressed", of=(EMERGENCY_BUTTON.name,), when=Reading("pressed").is_true(), severity=Severity.RED,
        calms=0, gathers=0, opens="emergency-call", standard="按下即报警，无阈值",
    ),
    Rule(
        "elder-door-open", of=(HOME_DOOR.name,), when=Reading("open").is_true(), lasts=1800,
        between=Hours("21:00", "06:00"), severity=Severity.YELLOW, clear_after=60, gathers=0,
        opens="elder-door-open", standard="示例：夜间门开着半小时；只在本人同意后安装",
    ),
    Rule(
        "door-forced", of=(DOOR_READER.name,), when=Reading("forced").is_true(), severity=Severity.ORANGE,
        clear_after=60, gathers=0, opens="door-forced", standard="门被强行打开即报警，无阈值",
    ),
    Rule(
        "door-refused-often", of=(DOOR_READER.name,), when=Reading("refused").is_true(), repeats=5, within=300,
        severity=Severity.BLUE, clear_after=600, gathers=0, standard="示例：五分钟内五次被拒绝",
    ),
)  # fmt: skip
