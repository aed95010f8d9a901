"""Figures on the desk: what a page says is what its lists hold, and who may see what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.models import Weights
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import OTHER_HOOD, STREET, Cast

from . import pins

SignIn = Callable[[str], Client]
PAGE, LISTS, SCORES = "/desk/figures/", "/desk/figures/matters/", "/desk/figures/scores/"
PERIOD = "period=30d"


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """Two closed, one of them reopened; one open and late; one elsewhere."""
    at = now() - timedelta(days=20)
    for again in (False, True):
        matter = cast.done(at=at)
        verbs.verify(matter_id=matter.id, by=cast.grid, at=at, passed=True)
        verbs.close(matter_id=matter.id, by=cast.dispatcher, at=at, reply="好了")
        if again:
            verbs.reopen(matter_id=matter.id, by=cast.granny, at=at + timedelta(days=1), reason="又来了")
    cast.report(at=at)
    cast.report(at=at, place_code=OTHER_HOOD)
    figures.recompute(by=SYSTEM, at=now())
    return cast


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-400:]
    return answer.content.decode()


def test_every_number_leads_to_as_many_matters(lived: Cast, sign_in: SignIn) -> None:
    client = sign_in("street_duty")
    page = text(client, f"{PAGE}?{PERIOD}&table=place")
    links = re.findall(r'<a [^>]*href="(/desk/figures/matters/\?[^"]*)"[^>]*>([\d,]+)</a>', page)
    assert len(links) > 12
    for href, number in links:
        listed = text(client, href.replace("&amp;", "&"))
        (total,) = re.findall(r'<p class="behind-total"><b class="figure">([\d,]+)</b>', listed)
        rows = len(re.findall(r'<td class="nowrap"><time', listed))
        assert total == number == str(rows), href


def test_a_definition_stands_beside_each_figure(lived: Cast, sign_in: SignIn) -> None:
    page = text(sign_in("street_duty"), f"{PAGE}?{PERIOD}")
    assert "逾期还没有办结的，都算没有按时" in page
    assert page.count("<summary>怎么算</summary>") == 13
    assert "重新打开率" in text(sign_in("street_duty"), "/desk/figures/words/")


def test_who_sees_what(lived: Cast, sign_in: SignIn) -> None:
    def reported(who: str, more: str = "") -> str:
        page = text(sign_in(who), f"{PAGE}?{PERIOD}{more}")
        return re.findall(r"<dt>上报</dt>\s*<dd[^>]*>.*?>([\d,]+)<", page, re.S)[0]

    assert reported("street_duty") == "4"
    assert reported("street_duty", f"&place={OTHER_HOOD}") == "1"
    assert reported("social") == "3"
    assert reported("social", f"&place={OTHER_HOOD}") == "0"
    assert reported("head") == "2"  # those the unit leads
    assert sign_in("handler").get(PAGE).status_code == 403
    assert sign_in("granny").get(PAGE).status_code == 403
    assert sign_in("sweeper").get(LISTS + "?figure=reported").status_code == 403


def test_the_table_sorts_and_is_taken_away(lived: Cast, sign_in: SignIn) -> None:
    client = sign_in("street_duty")
    up, down = (
        re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', text(client, f"{PAGE}?{PERIOD}&table=place&sort={sort}"))
        for sort in ("reported", "-reported")
    )
    assert up == ["柳湾一居", "柳湾二居"] == down[::-1]
    rows = list(
        csv.reader(io.StringIO(client.get(f"/desk/figures.csv?{PERIOD}&table=place").content.decode("utf-8-sig")))
    )
    assert [row[0] for row in rows] == ["地点", "柳湾一居", "柳湾二居"]
    assert rows[1][rows[0].index("上报")] == "3"
    book = load_workbook(io.BytesIO(client.get(f"/desk/figures.xlsx?{PERIOD}&table=unit").content))
    assert book.active is not None
    assert "柳湾街道综合执法队" in [row[0].value for row in book.active.iter_rows()]


def test_what_makes_no_sense_is_told(lived: Cast, sign_in: SignIn) -> None:
    client = sign_in("street_duty")
    assert "开始的日期在结束的日期之后" in text(client, f"{PAGE}?period=own&from=2026-03-02&until=2026-03-01")
    assert "请写成" in text(client, f"{PAGE}?period=own&from=x&until=2026-03-01")
    assert text(client, f"{PAGE}?place=abc&unit=1&kind=no&table=x&sort=;drop&period=never")
    for figure in ("", "nothing", "reported.closed", "pk", "open.overdue"):
        assert client.get(LISTS, {"figure": figure}).status_code in (200, 422)
    assert client.get(LISTS, {"figure": "reported", "after": "x_y_z"}).status_code == 200


def test_scores_say_their_formula_and_rank_only_with_enough_cases(lived: Cast, sign_in: SignIn) -> None:
    page = text(sign_in("street_leader"), f"{SCORES}?{PERIOD}")
    assert "只评单位和地方，不评个人" in page
    assert "样本不足，不排名" in page and "期内没有可以排名的" in page
    assert 'name="finished"' in page
    assert 'name="finished"' not in text(sign_in("street_duty"), f"{SCORES}?{PERIOD}")


def test_a_place_sets_its_weights(lived: Cast, sign_in: SignIn) -> None:
    for _n in range(5):
        lived.assigned(at=now() - timedelta(days=20))
    figures.recompute(by=SYSTEM, at=now())
    client = sign_in("street_leader")
    given = {"finished": 70, "answered": 10, "reopened": 10, "satisfied": 5, "returned": 5, "least": 2}
    wrong = client.post(SCORES, given | {"finished": 60})
    assert wrong.status_code == 422 and "权重合计要等于 100" in wrong.content.decode()
    assert client.post(SCORES, given | {"least": "x"}).status_code == 422
    assert client.post(SCORES, given).status_code == 302
    with as_system():
        row = Weights.objects.get()
        assert (row.place_code, row.version, row.weights["finished"], row.least) == (STREET, 1, 70, 2)
        assert Record.objects.filter(verb="figures.set_weights").count() == 1
    page = text(client, f"{SCORES}?{PERIOD}")
    assert "第 1 版" in page and "× 70" in page
    assert '<td class="number rank">1</td>' in page  # eight due are enough now
    assert "× 70" in text(sign_in("social"), f"{SCORES}?{PERIOD}")  # holds below
    assert "× 40" in text(sign_in("district_duty"), f"{SCORES}?{PERIOD}")  # not above
    assert sign_in("street_duty").post(SCORES, given).status_code == 403


def test_pages_ask_few_questions(lived: Cast, sign_in: SignIn) -> None:
    client = sign_in("street_duty")
    found = {}
    for name, address in (
        ("figures", f"{PAGE}?{PERIOD}&table=place"),
        ("figures matters", f"{LISTS}?{PERIOD}&figure=reported"),
        ("figures scores", f"{SCORES}?{PERIOD}"),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            text(client, address)
        found[name] = len(seen)
    pins.check(found)


def test_a_report_is_asked_for_made_and_downloaded(lived: Cast, sign_in: SignIn) -> None:
    client, address = sign_in("street_duty"), "/desk/figures/reports/"
    page = text(client, address)
    assert "这里还没有月报" in page and 'href="/desk/figures/scores/?' in page
    assert client.post(address, {"month": "x", "language": "zh"}).status_code == 422
    assert client.post(address, {"month": "2999-01-01", "language": "zh"}).status_code == 422
    month = now().date().replace(day=1).isoformat()
    assert client.post(address, {"month": month, "language": "zh"}).status_code == 302
    waiting = text(client, address)
    assert "正在生成" in waiting and 'http-equiv="refresh"' in waiting
    assert figures.make_reports(at=now()) == 1
    made = text(client, address)
    (pdf,) = re.findall(r'href="([^"]+)"[^>]*>[^<]*(?:<svg.*?</svg>)?\s*PDF', made, re.S)
    answer = client.get(pdf)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "生成月报" not in text(sign_in("head"), address)  # sees a unit's matters, not the place's
