"""Sending over a real socket to a provider that is a small server of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from linli.gateways.sms.outbound import send
from linli.kernel.people.sender import NotSent


class Provider(HTTPServer):
    answer: tuple[int, bytes] = (200, b'{"code": "0"}')
    got: list[dict]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append({"body": json.loads(body), "key": self.headers["X-Key"]})
        status, answer = self.server.answer
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(tmp_path, settings, monkeypatch) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), Handler)
    server.got = []
    Thread(target=server.serve_forever, daemon=True).start()
    path = tmp_path / "sms.toml"
    path.write_text(
        f'url = "http://127.0.0.1:{server.server_port}/sms"\n'
        'headers = {X-Key = "env:TEST_SMS_KEY"}\nbody = {to = "{phone}", code = "{code}"}\n'
        'templates = {sign-in-code = "1"}\naccepted = {code = "0"}\ntimeout = 2.0\n'
    )
    monkeypatch.setenv("TEST_SMS_KEY", "k")
    settings.LINLI_SMS = str(path)
    yield server
    server.shutdown()
    server.server_close()


def test_a_message_arrives(provider):
    send("13912345678", "sign-in-code", {"code": "123456"})
    assert provider.got == [{"body": {"to": "13912345678", "code": "123456"}, "key": "k"}]


@pytest.mark.parametrize("answer", [(200, b'{"code": "9"}'), (500, b""), (302, b""), (200, b"")])
def test_what_the_provider_did_not_take_is_said(provider, answer):
    provider.answer = answer
    with pytest.raises(NotSent):
        send("13912345678", "sign-in-code", {"code": "123456"})
    assert len(provider.got) == 1


def test_no_provider_there_no_variable_no_file(provider, settings, monkeypatch, tmp_path):
    provider.shutdown()
    provider.server_close()
    for spoil in (
        lambda: None,
        lambda: monkeypatch.delenv("TEST_SMS_KEY"),
        lambda: setattr(settings, "LINLI_SMS", ""),
    ):
        spoil()
        with pytest.raises(NotSent):
            send("13912345678", "sign-in-code", {"code": "123456"})
