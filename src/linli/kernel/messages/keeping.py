"""What this room keeps about a person: what they were told, and what they do not want to be rung for. For a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit import append
from linli.kernel.audit.verbs import erase
from linli.kernel.people.keepers import Chapter, Keeper, Leaving

from .models import Choice, Message, Ring
from .queries import told

KEPT = timedelta(days=365)
"""How long a message is kept, read or not. Longer than anybody may take to object to what it tells."""
_ERASE = """
DELETE FROM told_message WHERE id IN (SELECT id FROM told_message WHERE at <= %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    """Also at the counter: it is how somebody without a phone reads them."""
    rows = [(row.read_at, told(row)) for row in Message.objects.filter(person=person_id).order_by("at", "id")]
    said = [{"kind": one.words, "says": one.says, "at": one.at, "read": read_at} for read_at, one in rows]
    columns = (("kind", _("类别")), ("says", _("内容")), ("at", _("时间")), ("read", _("打开时间")))
    return [Chapter("messages", _("发给我的消息"), columns, said, _("保存一年。"))] if said else []


def forget(leaving: Leaving, at: datetime) -> None:
    Message.objects.filter(person=leaving.person_id).delete()
    Ring.objects.filter(person=leaving.person_id).delete()
    Choice.objects.filter(person=leaving.person_id).delete()
    erase(at=at, streams=[f"message:{leaving.person_id}"])


def erase_due(*, at: datetime, limit: int = 1000) -> int:
    """One batch of what is a year old, in a transaction with one record that says how much it was. The worker calls it daily
    until nothing is left; returns how many."""
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_ERASE, [at - KEPT, limit])
            count = int(cursor.rowcount)
        if count:
            append(by=SYSTEM, at=at, verb="messages.erase_due", stream="messages:erased", after={"rows": count})
    return count


KEEPER = Keeper(
    name="messages",
    copy=chapters,
    forget=forget,
    goes=(_("发给您的消息，和您关掉了哪些消息提醒"),),
)
