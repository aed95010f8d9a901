"""报表 and 查重 on the desk: asked in a form, filled at the gaps, signed, sent, read cell by cell; two registrations merged and parted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, STREET, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Double, Merging, Person
from linli.kernel.registers.defined import elements
from linli.kernel.registers.models import Fact, LocalElement, LocalForm
from linli.kernel.registers.tests.sheets import VISIT, workbook
from linli.kernel.reports import verbs
from linli.kernel.reports.columns import Column, Cond, Kind, Op, Table
from linli.kernel.reports.models import Handing, Report, Sheet
from linli.kernel.reports.tests.conftest import person

from . import pins

SignIn = Callable[[str], Client]
WAYS = ("call-button", "emergency-phone", "marriage", "low-income", "condition", "residence-kind")


def asked(**more: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "listed": "1", "about": "person", "title": "独居老人情况", "reason": "安排夏季送水", "begins_on": today.isoformat(),
        "ends_on": today.isoformat(), "due_at": f"{today.replace(year=today.year + 1, month=1, day=5)}T17:30", "to": [STREET],
        "w_element": ["lives-alone", "", ""], "w_op": ["is", "is", "is"], "w_value": ["是", "", ""],
        "c_label": ["姓名", "", "电话"], "c_kind": ["name", "value", "value"], "c_element": ["", "call-button", "emergency-phone"],
        "c_op": ["is"] * 3, "c_value": [""] * 3, **more,
    }  # fmt: skip


def heads_of(answer: HttpResponse) -> list[object]:
    return list(next(load_workbook(BytesIO(answer.content)).active.values))


def test_no_list_asks_more_for_more_rows(cast: Cast, sign_in: SignIn) -> None:
    street, hood = sign_in("street_duty"), sign_in("social")
    lists = [(street, "asked"), (street, "ended"), (street, "burden"), (hood, "owed"), (hood, "given")]

    def counts(rows: int) -> dict[str, int]:
        for n in range(rows):
            report = verbs.ask_report(
                by=cast.street_duty, at=now(), title=f"第{n}张", reason="安排送水", due_at=now() + timedelta(days=9),
                table=Table("person", True, (Cond("lives-alone", Op.IS, ("yes",)),), (Column(f"按钮{n}", Kind.VALUE, WAYS[n]),)),
                begins_on=timezone.localdate(), ends_on=timezone.localdate(), to=[STREET],
            )  # fmt: skip
            if n % 2:
                verbs.withdraw_report(by=cast.street_duty, at=now(), report_id=report.id, reason="不用了")
        found = {}
        for desk, tab in lists:
            desk.get(f"/desk/reports/?tab={tab}")  # what a first page of a process keeps
            with CaptureQueriesContext(connection) as asked_for:
                assert desk.get(f"/desk/reports/?tab={tab}").status_code == 200
            found[f"reports {tab}"] = len(asked_for)
        return found

    few = counts(2)
    with as_system():
        Sheet.objects.all().delete()
        Report.objects.all().delete()
    assert counts(len(WAYS)) == few
    pins.check(few)


def test_a_list_is_asked_filled_signed_sent_and_read(cast: Cast, sign_in: SignIn) -> None:
    granny = person("林阿婆", lives_alone=True, call_button=True)
    street, hood = sign_in("street_duty"), sign_in("social")
    assert street.get("/desk/reports/new/?listed=0").status_code == 200
    more = street.post("/desk/reports/new/", asked(more="1", title=""))
    assert more.status_code == 200 and "独居" in more.content.decode()
    assert street.post("/desk/reports/new/", asked(reason="")).status_code == 422
    assert street.post("/desk/reports/new/", asked()).status_code == 303
    again = street.post("/desk/reports/new/", asked(title="又一张"))
    with as_system():
        report, sheet = Report.objects.get(), Sheet.objects.get(place_code=HOOD)
    assert again.status_code == 409 and f"/desk/reports/{report.id}/" in again.content.decode()
    assert "林阿婆" not in street.get(f"/desk/reports/{report.id}/").content.decode()
    page = f"/desk/reports/sheets/{sheet.id}/"
    said = hood.get(page).content.decode()
    assert "林阿婆" in said and "还缺 1 格" in said
    assert hood.post(page, {"act": "fill", "subject": str(granny), "v_emergency-phone": "12"}).status_code == 422
    filled = {"act": "fill", "subject": str(granny), "v_emergency-phone": "１３９００００１１１１"}
    assert hood.post(page, filled).status_code == 303
    with as_system():
        assert Fact.objects.get(element="emergency-phone").value == "13900001111"
    assert hood.post(page, {"act": "send"}).status_code in (200, 409)
    assert (
        hood.post(page, {"act": "sign"}).status_code == 303 and hood.post(page, {"act": "send"}).status_code == 303
    )
    with as_system():
        handing = Handing.objects.get()
    signed = f"/desk/reports/signed/{handing.id}/"
    assert "13900001111" in street.get(signed).content.decode()
    assert (
        "林阿婆" in street.get(f"{signed}1/3/").content.decode() and street.get(f"{signed}9/9/").status_code == 404
    )
    assert heads_of(street.get(f"{signed}rows.xlsx")) == ["姓名", "装有紧急呼叫按钮", "电话"]
    assert "Excel 的列" in street.get(signed).content.decode()
    assert street.post(f"{signed}rows.xlsx", {"order_1": "", "order_2": "x"}).status_code == 422
    mine = {"order_1": "2", "order_2": "", "order_3": "1"}
    assert heads_of(street.post(f"{signed}rows.xlsx", mine)) == ["电话", "姓名"]
    assert heads_of(street.get(f"{signed}rows.xlsx")) == ["电话", "姓名"], "and it is remembered"
    assert heads_of(hood.get(f"{signed}rows.xlsx")) == ["姓名", "装有紧急呼叫按钮", "电话"], "for whoever said so"
    with as_system():
        assert (
            street.post(
                f"/desk/reports/{report.id}/", {"act": "give_back", "sheet_id": str(sheet.id), "reason": "少一位"}
            ).status_code
            == 303
        )
    assert (
        "少一位" in hood.get(page).content.decode()
        and "少一位" in hood.get("/desk/reports/?tab=owed").content.decode()
    )


def test_counts_are_asked_seen_live_and_taken_away(cast: Cast, sign_in: SignIn) -> None:
    person("林阿婆", lives_alone=True)
    street, hood = sign_in("street_duty"), sign_in("social")
    given = asked(
        listed="0", title="独居数", w_element=["", "", ""], c_label=["独居", "八十岁以上", "困难"], c_kind=["count"] * 3,
        c_element=["lives-alone", "@age", "low-income"], c_op=["is", "least", "is"], c_value=["是", "80", "是"],
    )  # fmt: skip
    assert street.post("/desk/reports/new/", given).status_code == 303
    with as_system():
        report, sheet = Report.objects.get(), Sheet.objects.get(place_code=HOOD)
    assert "合计" in street.get(f"/desk/reports/{report.id}/").content.decode()
    file = f"/desk/reports/{report.id}/counts.xlsx"
    assert heads_of(street.get(file))[2:] == ["独居", "八十岁以上", "困难"]
    assert heads_of(street.post(file, {"order_3": "1", "order_1": "2"}))[2:] == ["困难", "独居"]
    more = {**given, "title": "独居数，下个月", "c_label": ["困难", "独居", "七十岁以上"]}
    more |= {
        "c_element": ["low-income", "lives-alone", "@age"],
        "c_op": ["is", "is", "least"],
        "c_value": ["是", "是", "70"],
    }
    assert street.post("/desk/reports/new/", more).status_code == 303
    with as_system():
        other = Report.objects.exclude(pk=report.pk).get()
    assert heads_of(street.get(f"/desk/reports/{other.id}/counts.xlsx"))[2:] == ["困难", "独居", "七十岁以上"]
    page = f"/desk/reports/sheets/{sheet.id}/"
    assert "确实没有" in hood.get(page).content.decode()
    assert hood.post(page, {"act": "zero", "column": "3"}).status_code == 303
    assert hood.post(page, {"act": "zero", "column": "x"}).status_code == 422
    assert hood.post(page, {"act": "sign"}).status_code == 303
    for tab in ("asked", "ended", "burden"):
        assert street.get(f"/desk/reports/?tab={tab}").status_code == 200
    assert hood.get("/desk/reports/?tab=given").status_code == 200
    assert sign_in("handler").get("/desk/reports/").status_code == 403


def test_two_registrations_are_compared_merged_and_parted(cast: Cast, sign_in: SignIn) -> None:
    one, two = (person(name, HOOD + "001001001010001") for name in ("林秀珍", "林秀真"))
    people.look_for_doubles(at=now(), street=STREET)
    desk = sign_in("social")
    with as_system():
        pair = Double.objects.get()
    assert "读音" in desk.get("/desk/doubles/").content.decode()
    page = f"/desk/doubles/{pair.id}/"
    assert "林秀真" in desk.get(page).content.decode()
    assert desk.post(page, {"act": "merge", "standing": str(one)}).status_code == 422
    assert desk.post(page, {"act": "merge", "standing": str(one), "reason": "本人到场"}).status_code == 303
    with as_system():
        assert Person.objects.get(pk=two).leads_to_id == one
        merging = Merging.objects.get()
    assert "同一个人" in desk.get("/desk/doubles/?tab=decided").content.decode()
    apart = f"/desk/doubles/merged/{merging.id}/"
    assert (
        desk.get(apart).status_code == 200
        and desk.post(apart, {"act": "part", "reason": "是姐妹"}).status_code == 303
    )
    with as_system():
        assert Person.objects.get(pk=two).leads_to_id is None
    assert sign_in("handler").get("/desk/doubles/").status_code == 403


def test_an_xlsform_is_read_its_gaps_told_and_taken(cast: Cast, sign_in: SignIn) -> None:
    desk, page = sign_in("social"), "/desk/registers/xlsform/"

    def sent(md: str) -> str:
        upload = BytesIO(workbook(md))
        upload.name = "visit.xlsx"
        return desk.post(page, {"about": "person", "file": upload}).content.decode()

    assert desk.get(page).status_code == 200 and desk.post(page, {"about": "person"}).status_code == 422
    assert "没有“wibble”这种类型" in sent("| survey |\n| type | name | label |\n| wibble | a | A |")
    said = sent(VISIT)
    assert "没有带过来的（4 处）" in said and "子女" in said
    kept = re.search(r'name="kept" value="([^"]+)"', said)
    assert kept is not None
    names = ("alone", "who", "ill", "meals", "height")
    given = {
        "act": "take",
        "kept": unescape(kept[1]),
        "about": "person",
        "label": "上门问卷",
        **{f"use_{n}": "new" for n in names},
    }
    assert desk.post(page, {**given, "use_alone": "lives-alone"}).status_code == 422
    why = {
        "purpose": "上门关爱",
        "basis": "老年人权益保障法",
        "keep_days": "365",
        "owner": "民政办",
        "sensitive_ill": "1",
        "label_ill": "上门问到的慢性病",
    }
    taken = desk.post(page, {**given, **why, "use_alone": "lives-alone", "use_height": "skip"})
    assert taken.status_code == 303, re.findall(r"<p>.*?</p>", taken.content.decode())
    assert desk.post(page, {**given, "kept": "forged"}).status_code == 422
    with as_system():
        assert LocalForm.objects.get().label == "上门问卷" and LocalElement.objects.count() == 3
        assert LocalElement.objects.get(label="上门问到的慢性病").sensitivity == "sensitive"


def test_a_spreadsheet_in_with_its_refusals_and_the_register_out_in_my_order(cast: Cast, sign_in: SignIn) -> None:
    person("林秀珍", call_button=True)
    desk, page = sign_in("social"), "/desk/registers/tables/"
    with as_system():
        labels = {name: one.label for name, one in elements(["lives-alone", "call-button"]).items()}
    upload = BytesIO(f"姓名,{labels['lives-alone']}\n林秀珍,是\n谁也不是,是\n".encode())
    upload.name = "名单.csv"
    said = desk.post(page, {"about": "person", "file": upload}).content.decode()
    assert "没有登记过这个人" in said and "读了 2 行" in said
    kept = re.search(r'name="kept" value="([^"]+)"', said)
    assert kept is not None
    assert desk.post(f"{page}refused.xlsx", {"kept": unescape(kept[1])}).content[:2] == b"PK"
    assert desk.post(f"{page}refused.xlsx", {"kept": "forged"}).status_code == 422
    asked = {
        "act": "export",
        "about": "person",
        "order_call-button": "1",
        "order_lives-alone": "2",
        "order_marriage": "",
    }
    assert desk.post(page, asked).status_code == 422, "nobody takes a register away for nothing"
    taken = desk.post(page, {**asked, "purpose": "核对助餐名单"})
    rows = list(load_workbook(BytesIO(taken.content)).active.values)
    assert [row[2:] for row in rows[-2:]] == [(labels["call-button"], labels["lives-alone"]), ("是", "是")]
    assert re.search(r'name="order_call-button" value="1"', desk.get(page).content.decode()), "and it is remembered"
    with as_system():
        assert Record.objects.filter(verb="registers.export", stream__startswith="person:").count() == 1


def test_who_is_not_registered_is_shown_and_registered_on_a_second_click(cast: Cast, sign_in: SignIn) -> None:
    desk, page = sign_in("social"), "/desk/registers/tables/"
    with as_system():
        label = elements(["lives-alone"])["lives-alone"].label
    upload = BytesIO(f"姓名,身份证号,{label}\n何新来,11010519491231002X,是\n".encode())
    upload.name = "名单.csv"
    said = desk.post(page, {"about": "person", "file": upload}).content.decode()
    assert "有 1 人还没有登记" in said and "110***********002X" in said and "11010519491231002X" not in said
    with as_system():
        assert not Person.objects.filter(name="何新来").exists()
    kept = re.search(r'name="waiting" value="([^"]+)"', said)
    assert kept is not None
    sent = {"about": "person", "act": "register", "waiting": kept[1]}
    forged = desk.post(page, {**sent, "waiting": "forged"})
    assert forged.status_code == 422
    # The step a page takes by itself brings this along: else it would stop without a word.
    assert re.search(r'<div id="said"><div class="notice[^>]*>.*页面过期了', forged.content.decode(), re.S)
    assert "何新来" not in desk.get(page).content.decode(), "left over: said how many, and not shown again"
    assert "登记这 1 人并导入" in desk.get(page).content.decode()
    done = desk.post(page, sent, follow=True).content.decode()
    assert "新登记了 1 人" in done and "登记了 1 项" in done
    with as_system():
        assert Person.objects.get(name="何新来").birth_year == 1949
    desk.post(page, sent)
    with as_system():
        assert Person.objects.filter(name="何新来").count() == 1, "clicked twice, registered once"
    assert 'name="waiting"' not in desk.get(page).content.decode(), "nothing is left to do"


def test_the_page_goes_on_by_itself_and_where_it_was_when_somebody_comes_back(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.kernel.registers.verbs.importing.PART", 1)
    desk, page = sign_in("social"), "/desk/registers/tables/"
    with as_system():
        label = elements(["lives-alone"])["lives-alone"].label
    rows = "何新来,11010519491231002X,是\n又一个,110101199003078515,是\n"
    upload = BytesIO(f"姓名,身份证号,{label}\n{rows}".encode())
    upload.name = "名单.csv"
    kept = re.search(
        r'name="waiting" value="([^"]+)"', desk.post(page, {"about": "person", "file": upload}).content.decode()
    )
    assert kept is not None
    sent = {"about": "person", "act": "register", "waiting": kept[1]}
    first = desk.post(page, sent, follow=True).content.decode()
    assert 'hx-trigger="load, submit' in first and 'max="2" value="1"' in first
    later = desk.get(page).content.decode()
    assert 'hx-trigger="load, submit' not in later and "接着登记" in later and "剩下的不登记了" in later
    last = desk.post(page, sent, follow=True).content.decode()
    assert "做完了" in last and 'hx-trigger="load, submit' not in last
    with as_system():
        assert Person.objects.filter(name__in=("何新来", "又一个")).count() == 2
