"""Forms as clients send them, read without a server: by `three`, and by a city app with every field filled in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from linli.gateways.open311 import parameters

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def read(name: str) -> parameters.Report:
    return parameters.report(parse_qs((SAMPLES / name).read_text(), keep_blank_values=True))


def test_what_the_client_three_sends():
    report = read("three.form")
    assert report.description == "墙上全是小广告" and report.address_string == "柳湾一居门口"
    assert report.contact == {"name": "Xiaoming Wang", "phone": "13912345678"}
    assert report.lat is None and report.attributes == {}


def test_what_a_city_app_sends():
    report = read("city-app.form")
    assert (report.lat, report.long) == (31.2301, 121.4702)
    assert report.description == "消防通道被堵\n有车" and report.media_url == "https://example.cn/a.jpg"
    assert report.contact == {"name": "王小明", "email": "w@example.cn"}, "nothing of the device is kept"
    assert report.attributes == {"urgency": ("critical",)}
