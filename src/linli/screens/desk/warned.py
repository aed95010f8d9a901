"""How a warning is said and drawn on the desk: words, and the shape and tone of a grade."""

from __future__ import annotations

from typing import Any

from linli.kernel.readings.words import cause_word, severity_word, state_word

SHAPES = {1: "blue", 2: "yellow", 3: "orange", 4: "red"}
TONES = {1: "paused", 2: "warned", 3: "reminded", 4: "supervised"}
WORDS: dict[str, Any] = {
    "severity_word": severity_word,
    "warning_state": state_word,
    "cause_word": cause_word,
    "severity_shape": lambda severity: SHAPES.get(severity, "warned"),
    "severity_tone": lambda severity: TONES.get(severity, "warned"),
}
