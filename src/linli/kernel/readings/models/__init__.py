from .stored import Day, Hour, Intake, Latest, Minute, Reading, RuleState, Tally
from .warning import Cause, DeadLetter, Incident, RuleNumber, Severity, State, Warning

__all__ = [
    "Cause",
    "Day",
    "DeadLetter",
    "Hour",
    "Incident",
    "Intake",
    "Latest",
    "Minute",
    "Reading",
    "RuleNumber",
    "RuleState",
    "Severity",
    "State",
    "Tally",
    "Warning",
]
