"""Units: what senders call them, and how one becomes another. Pure.

A quantity's unit is the symbol of GB 3100 (ISO 80000). What is no conversion here is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

SYMBOLS: Mapping[str, str] = {
    "Cel": "°C",
    "C": "°C",
    "℃": "°C",
    "degC": "°C",
    "celsius": "°C",
    "F": "°F",
    "℉": "°F",
    "degF": "°F",
    "fahrenheit": "°F",
    "%RH": "%",
    "percent": "%",
    "％": "%",
    "ug/m3": "µg/m³",
    "μg/m³": "µg/m³",
    "µg/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "lux": "lx",
    "dBA": "dB(A)",
    "dB(a)": "dB(A)",
    "deg": "°",
    "kmh": "km/h",
    "kph": "km/h",
    "m3/h": "m³/h",
    "lon": "°",
    "lat": "°",
    "%EL": "%",
}
"""Other writings of a symbol (SenML's after RFC 8428, section 12.1) → the symbol."""

_LINEAR: Mapping[tuple[str, str], tuple[float, float]] = {
    ("°F", "°C"): (5 / 9, -160 / 9),
    ("K", "°C"): (1.0, -273.15),
    ("/", "%"): (100.0, 0.0),
    ("Pa", "kPa"): (1e-3, 0.0),
    ("Pa", "hPa"): (1e-2, 0.0),
    ("Pa", "MPa"): (1e-6, 0.0),
    ("hPa", "kPa"): (0.1, 0.0),
    ("hPa", "Pa"): (100.0, 0.0),
    ("kPa", "Pa"): (1e3, 0.0),
    ("kPa", "hPa"): (10.0, 0.0),
    ("kPa", "MPa"): (1e-3, 0.0),
    ("MPa", "kPa"): (1e3, 0.0),
    ("bar", "kPa"): (100.0, 0.0),
    ("bar", "MPa"): (0.1, 0.0),
    ("mbar", "hPa"): (1.0, 0.0),
    ("psi", "kPa"): (6.894757293168, 0.0),
    ("psi", "MPa"): (6.894757293168e-3, 0.0),
    ("m/s", "km/h"): (3.6, 0.0),
    ("km/h", "m/s"): (1 / 3.6, 0.0),
    ("mm", "m"): (1e-3, 0.0),
    ("cm", "m"): (1e-2, 0.0),
    ("m", "cm"): (100.0, 0.0),
    ("m", "mm"): (1e3, 0.0),
    ("mm", "cm"): (0.1, 0.0),
    ("cm", "mm"): (10.0, 0.0),
    ("mV", "V"): (1e-3, 0.0),
    ("V", "mV"): (1e3, 0.0),
    ("mA", "A"): (1e-3, 0.0),
    ("mg/m³", "µg/m³"): (1e3, 0.0),
    ("µg/m³", "mg/m³"): (1e-3, 0.0),
    ("ppb", "ppm"): (1e-3, 0.0),
    ("dBW", "dBm"): (1.0, 30.0),
    ("min", "s"): (60.0, 0.0),
    ("ms", "s"): (1e-3, 0.0),
}
"""(theirs, ours) → factor and what is added after it."""


def converted(value: float, theirs: str, ours: str) -> float | None:
    """The value in our unit; None where no conversion is declared."""
    theirs = SYMBOLS.get(theirs, theirs)
    ours = SYMBOLS.get(ours, ours)
    if theirs == ours:
        return value
    if (linear := _LINEAR.get((theirs, ours))) is None:
        return None
    factor, added = linear
    return value * factor + added
