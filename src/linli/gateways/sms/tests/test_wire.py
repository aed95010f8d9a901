"""What goes to a provider, byte by byte, and what its answers mean."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tomllib
from pathlib import Path

import pytest

from linli.gateways.sms import wire

SAMPLE = Path(wire.__file__).parent / "samples" / "provider.toml"
PARAMS = {"code": "042137", "minutes": "5"}


def sample(**changes):
    config = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    config["headers"]["X-App-Id"] = "app-7"
    config["signing"]["secret"] = "s3cret"
    return wire.provider({**config, **changes})


def build(to):
    return wire.build(to, "13912345678", "sign-in-code", PARAMS, timestamp=1790000000, nonce="n1")


def test_the_body_is_the_template_filled():
    body = json.loads(build(sample()).body)
    assert body["to"] == ["+8613912345678"]
    assert body["templateId"] == "TPL-100234"
    assert json.loads(body["templateParams"]) == PARAMS


def test_the_signature_verifies_over_what_was_sent():
    request = build(sample())
    signed = f"POST\n/v1/messages\n1790000000\nn1\n{request.body.decode()}".encode()
    mac = base64.b64encode(hmac.new(b"s3cret", signed, hashlib.sha256).digest()).decode()
    assert request.headers["Authorization"] == f"HMAC-SHA256 Signature={mac}"
    assert request.headers["X-Timestamp"] == "1790000000"


def test_values_cannot_break_out_of_the_json_or_fill_blanks():
    request = wire.build(
        sample(), '1","x":"', "sign-in-code", {"code": '"}{phone}', "minutes": "5"}, timestamp=1, nonce="n"
    )
    body = json.loads(request.body)
    assert body["to"] == ['+861","x":"']
    assert json.loads(body["templateParams"])["code"] == '"}{phone}'


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (200, b'{"code": 0}', True),
        (200, b'{"code": "0", "id": "x"}', True),
        (200, b'{"code": 1203, "msg": "balance"}', False),
        (200, b"<html>", False),
        (200, b"[]", False),
        (500, b'{"code": 0}', False),
        (302, b"", False),
    ],
)
def test_what_answers_mean(status, body, taken):
    assert wire.parse(sample(), status, body).accepted is taken


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://sms.example.cn/"},
        {"unknown": 1},
        {"signing": {"secret": "", "string": "", "header": "X"}},
        {"signing": {"secret": "x", "string": "", "header": "X", "digest": "md5"}},
        {"signing": {"secret": "x"}},
    ],
)
def test_a_file_that_cannot_be_says_why(changes):
    with pytest.raises(wire.Misconfigured):
        sample(**changes)


def test_an_unknown_template_or_blank_is_not_sent():
    with pytest.raises(wire.Misconfigured):
        wire.build(sample(), "1", "other", {}, timestamp=1, nonce="n")
    with pytest.raises(wire.Misconfigured):
        build(sample(body={"to": "{fone}"}))
