"""Clients nobody here wrote: paho, mosquitto_pub and mosquitto_sub; in the clear and over TLS; one and a thousand."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linli.gateways.devices.down import send_down
from linli.gateways.devices.models import Command
from linli.gateways.devices.mqtt import writing
from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now

from ..test_processes import until
from .ground import READING, SECRET, Process, device, intake, stored

mosquitto = pytest.mark.skipif(shutil.which("mosquitto_pub") is None, reason="mosquitto_pub is not installed")


def client(key: str, **how: object) -> paho.Client:
    made = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=key, protocol=paho.MQTTv311, **how)  # type: ignore[arg-type]
    made.username_pw_set(key, SECRET)
    return made


def test_paho_publishes_and_hears(running: Process) -> None:
    device("paho-1")
    heard: list[bytes] = []
    mine = client("paho-1", clean_session=False)
    mine.on_message = lambda _client, _data, message: heard.append(message.payload)
    mine.connect("127.0.0.1", running.port)
    mine.loop_start()
    try:
        until(mine.is_connected)
        subscribed: list[int] = []
        mine.on_subscribe = lambda _c, _d, _mid, codes, _p: subscribed.extend(code.value for code in codes)
        mine.subscribe([("d/paho-1/down/#", 1), ("d/other/down/#", 1)])
        until(lambda: subscribed == [1, 128])
        for qos in (0, 1, 2):
            mine.publish("d/paho-1/up", READING, qos=qos).wait_for_publish(10)
        until(lambda: len(stored()[0]) == 3)
        send_down(by=SYSTEM, at=now(), key="paho-1", to="x", payload=b"hello")
        until(lambda: heard == [b"hello"])
        until(lambda: not Command.objects.filter(session__isnull=False).exists())
    finally:
        mine.disconnect()
        mine.loop_stop()


@mosquitto
def test_mosquitto_pub_is_told_that_it_arrived_or_that_it_may_not(running: Process) -> None:
    device("mosq-1"), device("mosq-2")

    def pub(*more: str) -> subprocess.CompletedProcess[str]:
        command = [
            "mosquitto_pub",
            "-h",
            "127.0.0.1",
            "-p",
            str(running.port),
            "-u",
            "mosq-1",
            "-q",
            "1",
            "-V",
            "311",
        ]
        return subprocess.run([*command, *more], capture_output=True, text=True, timeout=30, check=False)

    assert pub("-P", SECRET, "-t", "d/mosq-1/up", "-m", READING.decode()).returncode == 0
    assert len(stored()[0]) == 1
    wrong = pub("-P", "wrong", "-t", "d/mosq-1/up", "-m", "{}")
    assert wrong.returncode == 5
    assert "not authorised" in wrong.stderr
    assert pub("-P", SECRET, "-t", "d/mosq-2/up", "-m", READING.decode()).returncode != 0
    assert len(stored()[0]) == 1


@mosquitto
def test_mosquitto_sub_hears_a_command_and_not_another_s(running: Process) -> None:
    device("mosq-3"), device("mosq-4")
    command = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(running.port), "-u", "mosq-3", "-P", SECRET]
    send_down(by=SYSTEM, at=now(), key="mosq-4", to="x", payload=b"not for 3")
    send_down(by=SYSTEM, at=now(), key="mosq-3", to="x", payload=b"for 3")
    got = subprocess.run(
        [*command, "-q", "1", "-t", "d/mosq-3/down/#", "-t", "d/mosq-4/down/#", "-t", "#", "-C", "1", "-W", "20", "-v"],
        capture_output=True, text=True, timeout=40, check=False,
    )  # fmt: skip
    assert "d/mosq-3/down/x for 3" in got.stdout
    refused = subprocess.run(
        [*command, "-t", "d/mosq-4/down/#", "-W", "5"], capture_output=True, text=True, timeout=40, check=False
    )
    assert "not for 3" not in refused.stdout
    assert "denied" in refused.stderr


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A certificate for this machine, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    yield files


def test_over_tls_the_same_is_true(certificate: tuple[Path, Path]) -> None:
    device("tls-1")
    with intake(LINLI_INTAKE_CERT=str(certificate[0]), LINLI_INTAKE_KEY=str(certificate[1])) as process:
        mine = client("tls-1")
        mine.tls_set(str(certificate[0]), tls_version=ssl.PROTOCOL_TLS_CLIENT)
        mine.connect("localhost", process.tls_port)
        mine.loop_start()
        try:
            mine.publish("d/tls-1/up", READING, qos=1).wait_for_publish(10)
        finally:
            mine.disconnect()
            mine.loop_stop()
        assert len(stored()[0]) == 1


async def _one(port: int, key: str, times: int) -> int:
    """Publish so often, one after the other; returns how often it was acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(writing.connect(key, user=key, password=SECRET))
    assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
    acknowledged = 0
    for n in range(1, times + 1):
        writer.write(writing.publish(f"d/{key}/up", READING, qos=1, packet=n))
        acknowledged += await reader.readexactly(4) == writing.puback(n)
    writer.close()
    return acknowledged


@pytest.mark.slow
def test_a_thousand_connections_at_once(running: Process) -> None:
    keys = [f"many-{n}" for n in range(1000)]
    _register(keys)

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(_one(running.port, key, 3) for key in keys))

    assert asyncio.run(all_of_them()) == [3] * 1000
    entries, dead = stored()
    assert not dead
    assert len(entries) == 3000
    assert len({entry.thing for entry in entries}) == 1000


def _register(keys: list[str]) -> None:
    for key in keys:
        device(key)
