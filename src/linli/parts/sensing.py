"""Readings and warnings in the reader's language: a value with its unit, how grave, what ails a device."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Quantity
from linli.kernel.declare.rules import Severity

from .words import word

_SEVERITIES = {
    Severity.BLUE: gettext_lazy("蓝色预警"),
    Severity.YELLOW: gettext_lazy("黄色预警"),
    Severity.ORANGE: gettext_lazy("橙色预警"),
    Severity.RED: gettext_lazy("红色预警"),
}
_TONES = {Severity.BLUE: "blue", Severity.YELLOW: "yellow", Severity.ORANGE: "orange", Severity.RED: "red"}
_CLOSE = frozenset({"%", "°"})
_SPACE = "\u00a0"  # does not break: a value stays with its unit


def severity_word(severity: int) -> str:
    """ "橙色预警"; "" for none."""
    return str(_SEVERITIES.get(Severity(severity), "")) if severity else ""


def severity_tone(severity: int) -> str:
    """The name by which styles and icons know a severity; "" while all is calm."""
    return _TONES[Severity(severity)] if severity else ""


def quantity_of(model: str, name: str) -> Quantity | None:
    """What a model of device declares of a quantity; None for one it does not measure (any more)."""
    device = catalogue().devices.get(model)
    return device.quantity(name) if device else None


def number(value: float, digits: int) -> str:
    """With as many decimals as are worth showing, and a minus sign as long as a figure is wide."""
    written = f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}"
    if not float(written.replace(",", "")):
        written = written.removeprefix("-")
    return written.replace("-", "\u2212")


def bare(quantity: Quantity | None, value: float) -> str:
    """A value without its unit: "0.62", or "占用" for a switch."""
    if quantity is None:
        return number(value, 2)
    if quantity.switch:
        return switch_word(quantity.name, value > 0.5)
    return number(value, quantity.digits)


def measured(model: str, name: str, value: float) -> str:
    """A value as it is read out: "0.62 dB/m", "88%", "占用"."""
    quantity = quantity_of(model, name)
    said = bare(quantity, value)
    return said + unit_after(quantity)


def unit_after(quantity: Quantity | None) -> str:
    """The unit as it stands behind a number, with the space that belongs there."""
    if quantity is None or quantity.switch or not quantity.unit:
        return ""
    return quantity.unit if quantity.unit in _CLOSE else _SPACE + quantity.unit


def switch_word(name: str, on: bool) -> str:
    """What a scene calls the two states of a switch (`on_zh`, `off_zh` of the quantity), else yes and no."""
    return word("quantity", name, "on" if on else "off") or (_("是") if on else _("否"))
