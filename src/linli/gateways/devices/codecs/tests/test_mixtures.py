"""Whatever comes, and in whatever mixture: each item offered is stored once, or dead once with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.gateways.devices.codecs import CODECS
from linli.gateways.devices.payloads import Arrival, Model, Outcome
from linli.gateways.devices.tests.fleet import NOW, SLOTS, SMOKE, One
from linli.kernel.readings.limits import LARGEST, NEAR, SAYS
from linli.kernel.readings.models import DeadLetter
from linli.kernel.readings.wire import Entry, Flag, pack, unpack

REASONS = set(DeadLetter.Why.values)
SENDER = One(1, "dev-1", SMOKE.name)
NAMES = st.sampled_from(["smoke", "temperature", "temp", "battery", "alarm", "note", "t", "ts", "values"])
VALUES = st.one_of(
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=8),
    st.sampled_from([0, 1, 0.2, NOW, NOW - 5000, 0, 4102444800000, "2025-11-26T09:39:00Z"]),
    st.fixed_dictionaries({"value": st.integers(), "unit": st.sampled_from(["°C", "degF", "kPa", ""])}),
    st.lists(st.integers(), max_size=2),
)
ITEMS = st.one_of(st.dictionaries(NAMES, VALUES, max_size=6), VALUES)
GOOD = {"smoke": 0.2, "t": NOW - 1000}


def model(codec: str) -> Model:
    return Model(replace(SMOKE, codec=codec), SLOTS[SMOKE.name])


def read(codec: str, payload: bytes) -> list[Outcome]:
    return model(codec).read(SENDER, Arrival("mqtt", "things/dev-1", NOW), payload)


def check(outcomes: list[Outcome]) -> None:
    """What is stored has a value that can be true; what is not has one letter; all of it can be packed."""
    assert outcomes
    for outcome in outcomes:
        entry, dead = outcome.entry, outcome.dead
        if entry is None:
            assert len(dead) == 1
        else:
            assert any(value is not None for value in entry.values)
            assert NOW - 30 * 86_400_000 <= entry.at <= NOW + NEAR
            assert bool(dead) == bool(entry.flags & Flag.PARTLY)
            for quantity, value in zip(SMOKE.measures, entry.values, strict=True):
                assert value is None or quantity.holds(value)
        for one in dead:
            assert one.why in REASONS and len(one.says) <= SAYS and len(one.payload) <= LARGEST
            one.says.encode()
            assert "\0" not in one.says
    entries = [o.entry for o in outcomes if o.entry]
    letters = [one for o in outcomes for one in o.dead]
    assert unpack(pack(entries, letters)).dead == letters


@given(st.lists(ITEMS, min_size=1, max_size=12))
@settings(max_examples=400, deadline=None)
def test_a_list_has_as_many_outcomes_as_items(items: list[Any]) -> None:
    outcomes = read("plain", json.dumps(items).encode())
    assert len(outcomes) == len(items)
    check(outcomes)


@given(st.lists(ITEMS, max_size=6), st.lists(ITEMS, max_size=6))
@settings(max_examples=200, deadline=None)
def test_what_is_good_is_stored_whatever_stands_beside_it(before: list[Any], after: list[Any]) -> None:
    for codec in ("plain", "thingsboard"):
        good = GOOD if codec == "plain" else {"ts": NOW - 1000, "values": {"smoke": 0.2}}
        outcomes = read(codec, json.dumps([*before, good, *after]).encode())
        entry, dead = outcomes[len(before)].entry, outcomes[len(before)].dead
        assert entry is not None and (entry.at, entry.values[0]) == (NOW - 1000, 0.2) and not dead


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=300))
@settings(max_examples=800, deadline=None)
def test_no_bytes_break_a_codec(codec: str, payload: bytes) -> None:
    check(read(codec, payload))


ANY_JSON = st.recursive(
    st.one_of(VALUES, st.sampled_from(["n", "smoke", "alarm"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                [
                    "n",
                    "v",
                    "u",
                    "t",
                    "vb",
                    "vs",
                    "bn",
                    "bt",
                    "bu",
                    "bv",
                    "bs",
                    "s",
                    "bver",
                    "status",
                    "code",
                    "value",
                    "dps",
                    "data",
                    "object",
                    "rxInfo",
                    "rssi",
                    "time",
                    "ts",
                    "values",
                    "smoke",
                    "temperature",
                    "batteryLevel",
                    "x_",
                ]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=25,
)


@given(st.sampled_from(sorted(CODECS)), ANY_JSON)
@settings(max_examples=1500, deadline=None)
def test_no_json_breaks_a_codec(codec: str, told: Any) -> None:
    check(read(codec, json.dumps(told).encode()))


@given(
    st.sampled_from(["plain", "thingsboard", "tuya", "senml", "packed"]), st.lists(ITEMS, min_size=2, max_size=8)
)
@settings(max_examples=300, deadline=None)
def test_a_letter_holds_its_item_alone_and_read_again_says_the_same(codec: str, items: list[Any]) -> None:
    if codec == "tuya":
        payload = json.dumps({"status": [{"code": "smoke", "value": v, "t": NOW - n} for n, v in enumerate(items)]})
    elif codec == "senml":
        payload = json.dumps([{"n": "smoke", "v": v, "t": -n - 1} for n, v in enumerate(items)])
    elif codec == "packed":
        payload = json.dumps(1)
    else:
        payload = json.dumps(items)
    sent = (
        payload.encode()
        if codec != "packed"
        else b"\x02\x01" + b"".join((NOW // 1000 - n).to_bytes(4) + b"\x7f\xff" for n in range(len(items)))
    )
    for outcome in read(codec, sent):
        entry = outcome.entry
        for one in outcome.dead:
            again = read(codec, one.payload)
            assert len(again) == 1
            assert one.why in {letter.why for letter in again[0].dead}
            assert (again[0].entry is None) == (entry is None)
            if entry and again[0].entry:
                assert (again[0].entry.at, again[0].entry.values) == (entry.at, entry.values)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize("levels", [17, 200, 800, 1000, 1020])
@pytest.mark.parametrize("codec", ["plain", "thingsboard"])
def test_what_is_nested_without_end_harms_nothing_beside_it(codec: str, levels: int) -> None:
    """Python gives up at a thousand levels, when it prints what is wrong or writes the letter."""
    for spoiled in (
        nested(levels),
        b'{"smoke": ' + nested(levels) + b"}",
        b'{"smoke": NaN, "note": ' + nested(levels) + b"}",
        b'{"smoke": "x", "note": ' + b'{"a":' * levels + b"1" + b"}" * levels + b"}",
    ):
        # With NaN in it Python's own reader is asked, which gives up sooner: the message is one letter.
        whole = levels < 1000 or b"NaN" not in spoiled
        outcomes = read(codec, b'[{"smoke": 0.2}, ' + spoiled + b', {"smoke": 0.3}]')
        check(outcomes)
        assert [bool(outcome.entry) for outcome in outcomes] == ([True, False, True] if whole else [False])
    (time,) = read("plain", b'{"smoke": 0.2, "t": ' + nested(levels) + b"}")
    assert [one.why for one in time.dead] == ["clock"]
    (beside,) = read("plain", b'{"smoke": 0.2, "note": ' + nested(levels) + b"}")
    assert beside.entry is not None and not beside.dead


@pytest.mark.parametrize("codec", sorted(CODECS))
def test_no_depth_breaks_a_codec(codec: str) -> None:
    deep = nested(1000)
    for name in (
        b"n",
        b"bn",
        b"v",
        b"t",
        b"status",
        b"data",
        b"dps",
        b"object",
        b"rxInfo",
        b"time",
        b"value",
        b"code",
    ):
        for around in (b"%s", b"[%s]", b'{"status":[%s]}', b'{"object":%s}'):
            check(read(codec, around % (b'{"%s":%s,"smoke":0.2}' % (name, deep))))


PLAIN = st.dictionaries(
    NAMES,
    st.one_of(st.floats(-50, 90), st.integers(-5, 120), VALUES),
    max_size=5,
)


@given(PLAIN, st.sampled_from(["", "7"]), st.booleans())
@settings(max_examples=1500, deadline=None)
def test_the_simple_way_finds_what_the_long_way_finds(item: dict[str, Any], mark: str, again: bool) -> None:
    """Or nothing at all: then the long way is gone."""
    payload, came = json.dumps(item).encode(), Arrival("mqtt", "things/dev-1", NOW, again, mark)
    simple = model("plain").simple(SENDER, came, payload)
    (long,) = model("plain").read(SENDER, came, payload)
    if simple is None:
        return
    assert not long.dead and long.entry is not None
    if not mark and not simple.flags & Flag.OWN_CLOCK:  # told from others by chance alone
        simple.mid = long.entry.mid = 0
    assert simple == long.entry


def test_most_payloads_are_simple() -> None:
    assert (
        model("plain").simple(SENDER, Arrival("mqtt", "things/dev-1", NOW), json.dumps(GOOD).encode()) is not None
    )


def test_a_batch_packed_as_before_is_read() -> None:
    entry = Entry(7, NOW, NOW, 1, 0, [0.5, None])
    assert unpack(msgspec.msgpack.encode(([entry], []))).entries == [entry]
    assert unpack(pack([entry])).entries == [entry]
    for nothing in (b"", b"\x92", msgspec.msgpack.encode([[b"x"] * 7, []]), msgspec.msgpack.encode("batch")):
        with pytest.raises(msgspec.DecodeError):
            unpack(nothing)
