"""消息 on the phone: listed, opened, counted over every page, switched off; another's is not there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, act, as_system
from linli.kernel.clock.now import now
from linli.kernel.messages.models import Choice, Message
from linli.kernel.messages.verbs import tell
from linli.kernel.points.told import DECIDED
from linli.kernel.registers.told import UNMASKED

pytestmark = pytest.mark.django_db
FIELDS = {"ledger": "integrity-points", "outcome": "upheld", "answer": "查过监控"}


def told(cast, who="granny", about="1"):
    person = cast.actors[who].person_id
    with act():
        tell(by=SYSTEM, at=now(), person_id=person, kind=DECIDED, about=about, fields=FIELDS, to=(SOME,))
    with as_system():
        return Message.objects.filter(person=person).latest("id")


SOME = "00000000-0000-7000-8000-000000000000"


def test_the_list_says_what_is_unread_and_opening_reads(cast, sign_in):
    message, client = told(cast), sign_in("granny")
    page = client.get("/phone/messages/").content.decode()
    assert "积分申诉的结论" in page and "查过监控" in page and "unread-one" in page
    assert client.get("/phone/notices/now/").json()["messages"] == 1
    one = client.get(f"/phone/messages/{message.id}/").content.decode()
    assert "查过监控" in one and f"/phone/points/{SOME}/" in one and "总会提醒您" in one
    assert "unread-one" not in client.get("/phone/messages/").content.decode()
    assert client.get("/phone/notices/now/").json()["messages"] == 0


def test_what_the_worker_keeps_is_not_read(cast, sign_in):
    message, client = told(cast), sign_in("granny")
    assert client.get(f"/phone/messages/{message.id}/", HTTP_X_LINLI_KEEP="1").status_code == 200
    assert client.get("/phone/notices/now/").json()["messages"] == 1


def test_all_at_once(cast, sign_in):
    told(cast), told(cast, about="2")
    client = sign_in("granny")
    assert client.post("/phone/messages/read/").status_code == 302
    assert client.get("/phone/notices/now/").json()["messages"] == 0
    assert client.get("/phone/messages/read/").status_code == 405


def test_nobody_opens_anothers(cast, sign_in):
    message = told(cast)
    assert sign_in("chen").get(f"/phone/messages/{message.id}/").status_code == 404
    assert "现在没有消息" in sign_in("chen").get("/phone/messages/").content.decode()
    assert sign_in("social").get(f"/phone/messages/{message.id}/").status_code == 403
    assert sign_in("social").get("/phone/notices/now/").json()["messages"] == 0
    with as_system():
        assert Message.objects.get(pk=message.pk).read_at is None


def test_the_desks_page_of_a_person_does_not_show_them(cast, sign_in):
    told(cast)
    answer = sign_in("social").get(f"/desk/registers/person/{cast.granny.person_id}/?for=conflict", follow=True)
    assert answer.status_code == 200 and cast.granny.name in answer.content.decode()
    assert "查过监控" not in answer.content.decode()


def test_what_rings_is_chosen_and_what_is_owed_always_does(cast, sign_in):
    client = sign_in("granny")
    page = client.get("/phone/messages/settings/").content.decode()
    assert f'value="{UNMASKED.name}" checked' in page and f'value="{DECIDED.name}"' not in page
    assert client.post("/phone/messages/settings/", {}).status_code == 302
    assert f'value="{UNMASKED.name}" checked' not in client.get("/phone/messages/settings/").content.decode()
    with as_system():
        assert Choice.objects.get().person_id == cast.granny.person_id


def test_the_page_asks_as_much_for_one_message_as_for_thirty(cast, sign_in):
    client = sign_in("granny")

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/phone/messages/").status_code == 200
        return len(found)

    told(cast), asked()
    few = asked()
    for n in range(30):
        told(cast, about=f"n{n}")
    assert asked() == few
