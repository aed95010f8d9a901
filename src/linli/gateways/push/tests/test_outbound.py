"""Over a real socket to a push service that decrypts as a browser does."""

import pytest
from cryptography.exceptions import InvalidTag

from linli.gateways.push.outbound import send
from linli.gateways.push.wire import SERVICES, judge, known
from linli.kernel.notices.sending import Browser, Failed, Gone
from linli.kernel.notices.vapid import public_key

from .service import Receiver, signed_by

HELLO = {"title": "周三上午停水", "body": "请提前储水。"}


def push(service, name="phone", **more):
    send(service.browser(name), HELLO, **{"topic": "a" * 32, "ttl": 3600, "urgent": False, **more})


def test_a_browser_reads_what_was_sent_and_knows_who_sent_it(service):
    push(service, urgent=True)
    [got] = service.got
    assert got.message == HELLO
    assert (got.headers["ttl"], got.headers["urgency"], got.headers["topic"]) == ("3600", "high", "a" * 32)
    assert signed_by(got.headers["authorization"], f"http://{service.host}") == public_key()


def test_another_browser_cannot_read_it(service):
    push(service)
    with pytest.raises(InvalidTag):
        Receiver("neighbour").decrypt(service.got[0].body)


@pytest.mark.parametrize("status", [404, 410])
def test_gone(service, status):
    service.answers = [(status, {})]
    with pytest.raises(Gone):
        push(service)


@pytest.mark.parametrize(
    ("answer", "again"),
    [((429, {"Retry-After": "120"}), 120), ((503, {}), 0), ((500, {}), 0), ((400, {}), None), ((413, {}), None)],
)
def test_failures_say_whether_another_try_is_of_use(service, answer, again):
    service.answers = [answer]
    with pytest.raises(Failed) as failed:
        push(service)
    assert failed.value.again == again
    assert service.host not in failed.value.words


def test_a_redirect_is_not_followed(service):
    service.answers = [(307, {"Location": f"http://{service.host}/push/elsewhere"})]
    with pytest.raises(Failed):
        push(service)
    assert service.got == []


def test_nobody_answers(service):
    to = service.browser("phone")
    service.shutdown()
    service.server_close()
    with pytest.raises(Failed) as failed:
        send(to, HELLO, topic="a", ttl=60, urgent=False)
    assert failed.value.again == 0


def test_no_address_of_the_house_is_called(service):
    for address in (
        "http://127.0.0.1:1/",
        "https://10.0.0.1/",
        "http://fcm.googleapis.com/x",
        "file:///etc/passwd",
    ):
        with pytest.raises(Failed, match="no push service"):
            send(Browser(address, "", ""), HELLO, topic="a", ttl=60, urgent=False)


def test_services():
    assert known("https://fcm.googleapis.com/fcm/send/abc", SERVICES)
    assert known("https://web.push.apple.com/abc", SERVICES)
    assert not known("https://evil.example/push.apple.com", SERVICES)
    assert not known("https://push.apple.com.evil.example/", SERVICES)
    assert not known("https://fcm.googleapis.com:8443/x", SERVICES)
    assert not known("https://user@fcm.googleapis.com/x", SERVICES)
    assert not known("http://localhost:80/", SERVICES)


def test_retry_after_as_a_date():
    assert judge(503, "Thu, 01 Jan 1970 00:10:00 GMT", 0.0).again == 600
    assert judge(503, "soon", 0.0).again == 0
