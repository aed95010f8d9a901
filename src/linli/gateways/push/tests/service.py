"""A push service of our own on a real socket, and a browser behind it: it checks who signs (RFC 8292) and decrypts what
came (RFC 8291, RFC 8188), written from the standards and not from the library that encrypts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linli.kernel.notices.sending import Browser


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 for at most 32 bytes."""
    key = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(key, info + b"\x01", hashlib.sha256)[:length]


@dataclass
class Receiver:
    """A browser: its key pair, its secret, and what was shown."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes !!"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def decrypt(self, body: bytes) -> dict[str, Any]:
        """RFC 8188: salt (16), record size (4), key id (length and bytes), one record; RFC 8291: the key from ECDH."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size <= 4096 and len(body) <= 4096
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), point)
        secret = _hkdf(self.auth, shared, b"WebPush: info\0" + self.point + theirs, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain.endswith(b"\x02")  # the last record
        return json.loads(plain[:-1])


@dataclass
class Got:
    """One message as the service took it."""

    browser: str
    message: dict[str, Any]
    body: bytes
    headers: dict[str, str]


class Service(ThreadingHTTPServer):
    """Takes messages for its browsers. `answers` for the next requests: (status, headers); 201 when it is empty."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.browsers: dict[str, Receiver] = {}
        self.got: list[Got] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.lock = Lock()
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def browser(self, name: str) -> Browser:
        known = self.browsers.setdefault(name, Receiver(name))
        return Browser(f"http://{self.host}/push/{name}", text(known.point), text(known.auth))

    def shown(self, name: str) -> list[str]:
        return [one.message["title"] for one in self.got if one.browser == name]


def signed_by(header: str, origin: str) -> str:
    """Who signed (RFC 8292): the public key, when the token is theirs, for this service and not too old."""
    scheme, _blank, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(parts["k"]))
    r, s = (int.from_bytes(half, "big") for half in (raw(signature)[:32], raw(signature)[32:]))
    point.verify(utils.encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(raw(claims))
    assert scheme == "vapid" and said["aud"] == origin and said["sub"].startswith(("mailto:", "https:"))
    return parts["k"]


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.path.rpartition("/")[2]
        with self.server.lock:
            status, extra = self.server.answers.pop(0) if self.server.answers else (201, {})
            if status == 201:
                assert self.headers["Content-Encoding"] == "aes128gcm"
                signed_by(self.headers["Authorization"], f"http://{self.server.host}")
                message = self.server.browsers[name].decrypt(body)
                headers = {key.lower(): value for key, value in self.headers.items()}
                self.server.got.append(Got(name, message, body, headers))
        self.send_response(status)
        for key, value in extra.items():
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass
