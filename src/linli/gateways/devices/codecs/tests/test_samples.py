"""Every codec on payloads as such devices send them: what is read out of each, judged as intake judges it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linli.gateways.devices.codecs import CODECS
from linli.gateways.devices.payloads import Arrival, Model
from linli.gateways.devices.tests.fleet import LOAD, NOW, SLOTS, SMOKE, TRUCK, WATER, One
from linli.kernel.declare import Device, Field
from linli.kernel.readings.wire import Flag

SAMPLES = Path(__file__).parent.parent / "samples"
TUYA = replace(SMOKE, fields=(Field("va_temperature", "temperature", 0.1), Field("smoke_sensor_state", "alarm")))
Read = tuple[float, dict[str, float]]
"""Seconds after NOW, and the values by quantity."""

TABLE: list[tuple[str, Device, str, list[Read]]] = [
    ("plain_flat.json", SMOKE, "plain", [(-10, {"smoke": 0.2, "battery": 90})]),
    ("plain_values.json", SMOKE, "plain", [(-10, {"smoke": 0.25, "temperature": 21.5, "signal": -71})]),
    ("plain_list.json", SMOKE, "plain", [(-20, {"smoke": 0.2}), (-10, {"smoke": 0.3})]),
    ("plain_load.json", LOAD, "plain", [(0, {"v": 25.3, "temperature": 18, "battery": 88})]),
    ("plain_units.json", WATER, "plain", [(0, {"water-level": 3.2, "pressure": 0.35, "battery": 77})]),
    ("plain_scaled.json", WATER, "plain", [(0, {"water-level": 9})]),
    ("thingsboard_flat.json", SMOKE, "thingsboard", [(0, {"temperature": 42.2, "smoke": 0.1})]),
    (
        "thingsboard_list.json",
        SMOKE,
        "thingsboard",
        [(-20, {"temperature": 42.2, "smoke": 0.1}), (-10, {"temperature": 42.6})],
    ),
    ("thingsboard_gateway.json", SMOKE, "thingsboard", []),
    ("tuya_status.json", TUYA, "tuya", [(-10, {"temperature": 25.3, "battery": 92, "alarm": 1})]),
    ("tuya_dps.json", TUYA, "tuya", [(-10, {"temperature": -5.1, "alarm": 0})]),
    (
        "senml_many.json",
        SMOKE,
        "senml",
        [(-20, {"temperature": 23.1, "smoke": 0.2}), (-10, {"temperature": 23.5, "alarm": 1})],
    ),
    ("senml_relative.json", SMOKE, "senml", [(0, {"temperature": 25, "battery": 85}), (-60, {"temperature": 20})]),
    ("senml_full_name.json", SMOKE, "senml", [(0, {"temperature": 23.1})]),
    ("cayenne.hex", SMOKE, "cayenne", [(0, {"temperature": 23.5, "battery": 86})]),
    ("cayenne.hex", TRUCK, "cayenne", [(0, {"lon": 121.1552, "lat": 31.696})]),
    (
        "packed_one.hex",
        SMOKE,
        "packed",
        [(-138, {"smoke": 0.31, "temperature": 23.5, "battery": 90, "signal": -71, "alarm": 1})],
    ),
    (
        "packed_many.hex",
        SMOKE,
        "packed",
        [(-148, {"smoke": 0.2, "temperature": 23, "battery": 90}), (-138, {"battery": 89})],
    ),
    (
        "chirpstack_uplink.json",
        SMOKE,
        "chirpstack",
        [(-0.225, {"smoke": 0.31, "temperature": 24.5, "alarm": 0, "signal": -36})],
    ),
    (
        "chirpstack_raw.json",
        SMOKE,
        "chirpstack-cayenne",
        [(-1, {"temperature": 27.8, "battery": 86, "signal": -88})],
    ),
    ("chirpstack_status.json", SMOKE, "chirpstack", [(-1, {"battery": 75.3})]),
    ("chirpstack_join.json", SMOKE, "chirpstack", []),
]


def sample(name: str) -> bytes:
    payload = (SAMPLES / name).read_bytes()
    return bytes.fromhex(payload.decode()) if name.endswith(".hex") else payload


def read(device: Device, codec: str, payload: bytes) -> tuple[list[Read], list[str]]:
    slots = SLOTS[device.name]
    names = {slot: name for name, slot in slots.items()}
    model = Model(replace(device, codec=codec), slots)
    outcomes = model.read(One(1, "dev-1", device.name), Arrival("mqtt", "things/dev-1", NOW), payload)
    readings = [
        (
            round((o.entry.at - NOW) / 1000, 3),
            {names[n]: round(v, 6) for n, v in enumerate(o.entry.values) if v is not None},
        )
        for o in outcomes
        if o.entry
    ]
    return readings, [dead.why for o in outcomes for dead in o.dead]


@pytest.mark.parametrize(
    ("name", "device", "codec", "wanted"), TABLE, ids=[f"{row[0]}-{row[1].name}" for row in TABLE]
)
def test_a_sample_is_read(name: str, device: Device, codec: str, wanted: list[Read]) -> None:
    readings, dead = read(device, codec, sample(name))
    assert readings == wanted
    assert len(dead) == (0 if wanted else 1)


def test_every_codec_has_a_sample_and_every_sample_a_row() -> None:
    assert {row[0] for row in TABLE} == {path.name for path in SAMPLES.iterdir()}
    assert {row[2] for row in TABLE} | {"chirpstack-packed"} == set(CODECS)


def test_binary_payloads_in_lorawan_are_read_by_the_models_own_codec() -> None:
    import base64

    import orjson

    inner = base64.b64encode(sample("packed_one.hex")).decode()
    told = orjson.dumps({"time": "2025-11-26T09:39:59Z", "data": inner, "rxInfo": [{"rssi": -90}]})
    readings, dead = read(SMOKE, "chirpstack-packed", told)
    assert (
        readings == [(-138, {"smoke": 0.31, "temperature": 23.5, "battery": 90, "signal": -71, "alarm": 1})]
        and not dead
    )


def test_what_is_packed_is_read_back() -> None:
    from linli.gateways.devices.codecs.packed import write
    from linli.kernel.readings.measures import Measures

    values = {"lon": 121.473701, "lat": -31.230416, "speed": 33.5}
    payload = write(values, Measures(TRUCK, SLOTS["truck"]), NOW // 1000 - 5)
    assert len(payload) == 5 + 4 + 4 + 2
    assert read(TRUCK, "packed", payload) == ([(-5, values)], [])


@pytest.mark.parametrize(
    ("codec", "payload", "why"),
    [
        ("plain", b"", "unreadable"),
        ("plain", b"{", "unreadable"),
        ("plain", b"\xff\xfe", "unreadable"),
        ("plain", b"[" * 5000, "unreadable"),
        ("plain", b'"text"', "unreadable"),
        ("plain", b"[]", "unreadable"),
        ("plain", b"12", "unreadable"),
        ("plain", b"{}", "no_value"),
        ("plain", b'{"unknown": 1}', "no_value"),
        ("plain", b'{"smoke": null}', "no_value"),
        ("plain", b'{"smoke": "0.2"}', "not_a_number"),
        ("plain", b'{"smoke": true}', "not_a_number"),
        ("plain", b'{"smoke": NaN}', "not_a_number"),
        ("plain", b'{"smoke": -Infinity}', "not_a_number"),
        ("plain", b'{"smoke": 1e999}', "not_a_number"),
        ("plain", b'{"smoke": [0.2]}', "not_a_number"),
        ("plain", b'{"smoke": {"value": "x", "unit": "dB/m"}}', "not_a_number"),
        ("plain", b'{"temperature": {"value": 20, "unit": "kPa"}}', "unit"),
        ("plain", b'{"smoke": 21}', "out_of_range"),
        ("plain", b'{"smoke": 123456789012345678901234567890}', "out_of_range"),
        ("plain", b'{"alarm": 2}', "out_of_range"),
        ("plain", b'{"alarm": 0.5}', "out_of_range"),
        ("plain", b'{"smoke": 0.2, "t": 0}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": 4102444800000}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": "1970-01-01T00:00:00Z"}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": "2025-11-26 09:40:00"}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": "yesterday"}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": NaN}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": true}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": 1e300}', "clock"),
        ("plain", b'{"smoke": 0.2, "t": [1]}', "clock"),
        ("plain", b'{"smoke": "' + b"x" * 70_000 + b'"}', "too_large"),
        ("thingsboard", b'{"ts": 1764149990000, "values": [1]}', "no_value"),
        ("tuya", b'{"t": 1}', "unreadable"),
        ("tuya", b'{"status": [1]}', "unreadable"),
        ("tuya", b'{"status": [{"code": "alarm", "value": "sideways"}]}', "not_a_number"),
        ("senml", b'{"n": "smoke", "v": 1}', "unreadable"),
        ("senml", b'[{"n": "smoke", "v": 1, "must_": 1}]', "unreadable"),
        ("senml", b'[{"n": "smoke", "v": 1, "bver": 11}]', "unreadable"),
        ("senml", b'[{"n": "smoke", "vs": "high"}]', "not_a_number"),
        ("senml", b'[{"n": "smoke", "v": 1, "t": 3600}]', "clock"),
        ("senml", b'[{"n": "smoke", "v": 1, "t": "now"}]', "unreadable"),
        ("cayenne", b"", "unreadable"),
        ("cayenne", b"\x01", "unreadable"),
        ("cayenne", b"\x01\x67\x00", "unreadable"),
        ("cayenne", b"\x01\xee\x00", "unreadable"),
        ("packed", b"", "unreadable"),
        ("packed", b"\x09" + bytes(20), "unreadable"),
        ("packed", b"\x01\x00", "unreadable"),
        ("packed", b"\x01" + bytes(5), "unreadable"),
        ("packed", b"\x01" + bytes(40), "unreadable"),
        ("packed", b"\x01" + bytes(4), "no_value"),
        ("packed", b"\x02\x63" + bytes(40), "unreadable"),
        ("packed", b"\x02\x01" + bytes(7), "unreadable"),
        ("packed", b"\x02\x01", "unreadable"),
        ("chirpstack", b"[]", "unreadable"),
        ("chirpstack-cayenne", b'{"data": "?"}', "unreadable"),
        ("chirpstack", b'{"data": "AWcBFg=="}', "no_value"),
    ],
)
def test_what_cannot_be_read_is_set_aside_once_with_its_reason(codec: str, payload: bytes, why: str) -> None:
    assert read(SMOKE, codec, payload) == ([], [why])


def test_a_switch_takes_what_switches_say_and_no_flag_is_lost() -> None:
    assert Flag.PARTLY | Flag.AGAIN == 24
    for payload, value in ((b'{"alarm": true}', 1), (b'{"alarm": 0}', 0), (b'{"alarm": 1.0}', 1)):
        assert read(SMOKE, "plain", payload) == ([(0, {"alarm": value})], [])


def test_a_codec_that_fails_by_itself_sets_aside_what_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_payload: bytes, _measures: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(CODECS, "plain", replace(CODECS["plain"], read=fails))
    assert read(SMOKE, "plain", b'{"smoke": 1}') == ([], ["unreadable"])
