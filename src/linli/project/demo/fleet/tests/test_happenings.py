"""What the panel starts is noticed by whom it concerns, at the pace of the thing itself, and passes."""

from __future__ import annotations

from linli.project.demo.fleet import happenings
from linli.project.demo.fleet.faults import SHARES, Fault, fault_of
from linli.project.demo.fleet.happenings import Event
from linli.project.demo.fleet.saying import Mouth

from .test_courses import SEED, TUESDAY, fleet, one

NOON = TUESDAY + 43_200


def sound(model: str, about: str = "") -> list[Mouth]:
    found = [p for p in fleet() if p.model == model and about in ("", p.about) and not fault_of(p)]
    return [Mouth(p, SEED) for p in found]


def event(kind: str, mouths: list[Mouth], lasts: float = 300) -> Event:
    return Event(1, kind, mouths[0].placed.place_code, tuple(m.placed.key for m in mouths), NOON, NOON + lasts)


def test_a_fire_is_smelt_at_once_where_it_is_and_within_twenty_seconds_in_the_whole_stairwell() -> None:
    stairwell = sound("smoke-detector", "corridor")[:8]
    fire = event("fire", stairwell)
    assert stairwell[0].values(NOON + 0.1, [fire])["smoke"] > 0.25
    assert stairwell[-1].values(NOON + 0.1, [fire])["smoke"] < 0.25
    assert all(mouth.values(NOON + 24, [fire])["smoke"] > 0.25 for mouth in stairwell)
    hot = [stairwell[0].values(NOON + s, [fire])["temperature"] for s in (1, 30, 120)]
    assert hot == sorted(hot) and hot[-1] > hot[0] + 25
    late = NOON + 300 + happenings.LINGERS["fire"]
    assert all(mouth.values(late, [fire])["smoke"] < 0.12 for mouth in stairwell)
    assert happenings.over(fire, late + 1) and not happenings.over(fire, NOON + 299)


def test_gas_opens_and_shuts_crowds_gather_pipes_burst_and_a_button_stays_pressed() -> None:
    kitchen, hall, hydrant = sound("gas-detector")[0], sound("people-counter")[0], sound("fire-water-pressure")[0]
    gas = event("gas-leak", [kitchen])
    assert kitchen.values(NOON + 8, [gas])["gas"] > 20
    assert kitchen.values(NOON + 30, [gas])["valve-shut"] == 1
    crowd = event("crowd", [hall])
    assert hall.values(NOON + 60, [crowd])["crowded"] > 100
    burst = event("burst-pipe", [hydrant])
    assert hydrant.values(NOON + 60, [burst])["pressure"] < 0.14 < hydrant.values(NOON)["pressure"]
    button = sound("emergency-button")[0]
    pressed = event("button", [button])
    assert (
        button.values(NOON + 290, [pressed])["pressed"] == 1
        and button.values(NOON + 301, [pressed])["pressed"] == 0
    )


def test_rain_concerns_the_whole_district_and_floods_what_dips() -> None:
    rain = Event(1, "heavy-rain", "990101", (), NOON, NOON + 1200)
    station, dip, river = sound("weather-station")[0], sound("flood-gauge")[0], sound("river-gauge")[0]
    assert all(happenings.concerns(rain, mouth.placed) for mouth in (station, dip, river))
    assert not happenings.concerns(rain, sound("smoke-detector")[0].placed), "nobody else hurries because it rains"
    assert station.values(NOON + 180, [rain])["rain-3h"] > 50
    assert dip.values(NOON + 300, [rain])["depth"] > 0.15
    assert river.values(NOON + 300, [rain])["river-level"] > 3.5


def test_nobody_else_notices() -> None:
    here, *others = sound("fire-lane-sensor")
    blocked = event("blocked-lane", [here])
    assert [m for m in (here, *others) if happenings.concerns(blocked, m.placed)] == [here]


def test_about_four_in_a_hundred_are_faulty_each_in_its_way() -> None:
    faults = [fault_of(placed) for placed in fleet()]
    assert 0.02 < sum(map(bool, faults)) / len(faults) < 0.07
    assert set(faults) == {Fault.NONE, *(fault for fault, _share in SHARES)}


def test_a_faulty_device_is_told_by_what_it_sends() -> None:
    by_fault = {fault_of(placed): placed for placed in fleet() if placed.model == "smoke-detector"}
    said = {fault: [_sent(Mouth(p, SEED), NOON + n) for n in range(0, 6000, 60)] for fault, p in by_fault.items()}
    assert any(b'" ' not in (line or b"") and b"??" in (line or b"") for line in said[Fault.STRINGS])
    assert 15 < sum(line is None for line in said[Fault.DEAF]) < 55
    assert all(
        b'"t":' in line and int(line.split(b'"t":')[1].rstrip(b"}")) < 86_400_000 for line in said[Fault.CLOCK]
    )
    assert len({line.split(b',"t"')[0] for line in said[Fault.STUCK]}) == 1
    assert Mouth(by_fault[Fault.EMPTY], SEED).upkeep(NOON)["battery"] < 15


def _sent(mouth: Mouth, at: float) -> bytes | None:
    return mouth.payload(at, mouth.values(at))


def test_one_and_the_same_is_said_by_two_processes() -> None:
    placed = one("traffic-counter")
    assert Mouth(placed, SEED).values(NOON + 17) == Mouth(placed, SEED).values(NOON + 17)
