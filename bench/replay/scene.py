"""Models of what the real series measured; nothing of them is part of the product."""

from __future__ import annotations

from linli.kernel.declare import Device, Quantity, Scene, minutes


def _model(name: str, every: int, *quantities: Quantity) -> Device:
    return Device(name, quantities, every=minutes(every))


def _count(name: str, high: float = 1e6) -> Quantity:
    return Quantity(name, "", 0, high, digits=0)


DEVICES = (
    _model(
        "replay-smoke", 1, Quantity("temperature", "°C", -50, 100), Quantity("humidity", "%", 0, 100),
        Quantity("eco2", "ppm", 0, 70_000), Quantity("alarm", switch=True),
    ),
    _model("replay-gas", 1, *(_count(f"mq{n}") for n in (2, 3, 5, 6, 7, 8, 135))),
    _model(
        "replay-room", 1, Quantity("temperature", "°C", -50, 100), Quantity("humidity", "%", 0, 100),
        Quantity("light", "lx", 0, 1e5), Quantity("co2", "ppm", 0, 70_000), Quantity("occupied", switch=True),
    ),
    _model("replay-traffic", 5, Quantity("value", "", -1e9, 1e9)),
    _model("replay-machine", 5, Quantity("value", "", -1e9, 1e9)),
    _model("replay-pedestrians", 60, _count("passing")),
    _model(
        "replay-air", 60, Quantity("pm25", "μg/m³", 0, 2000), Quantity("dew", "°C", -90, 60),
        Quantity("temperature", "°C", -60, 60), Quantity("pressure", "hPa", 800, 1100),
        Quantity("wind", "m/s", 0, 1000),
    ),
    _model("replay-parking", 15, Quantity("free", "", -1000, 1e6)),
)  # fmt: skip

scene = Scene("bench_replay", devices=DEVICES)
