"""What anybody reads: services, service requests, and nothing that is not public."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, as_system, look_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters import verbs
from linli.kernel.matters.models import KindNumbers, Matter
from linli.kernel.matters.tests.cast import CITY, DISTRICT, HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET
from linli.kernel.places.models import Place

from .conftest import GRADED_KIND, PLAIN_KIND, PRIVATE_KIND, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_services_are_the_public_kinds_in_the_callers_language(town: Town):
    services = town.get("services.json", locale="en")
    assert {s["service_code"] for s in services} == {k.name for k in catalogue().kinds.values() if k.public}
    plain_one = next(s for s in services if s["service_code"] == PLAIN_KIND)
    assert plain_one["service_name"] == "Posters and graffiti" and plain_one["metadata"] is False
    chinese = town.client.get("/open311/v2/services.json", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert (
        catalogue().word("matter", PLAIN_KIND, "zh") in chinese.content.decode()
        and chinese["Content-Language"] == "zh-hans"
    )


def test_a_service_switched_off_at_a_place_is_not_offered_there(town: Town):
    with as_system():
        KindNumbers.objects.create(kind=PLAIN_KIND, place_code=STREET, off=True)
        KindNumbers.objects.create(kind=PLAIN_KIND, place_code=HOOD, off=False)

    def offered(code: str) -> bool:
        return any(s["service_code"] == PLAIN_KIND for s in town.get("services.json", jurisdiction_id=code))

    assert [offered(code) for code in (CITY, STREET, OTHER_HOOD, HOOD)] == [True, False, False, True]
    assert "不在线上受理" in town.post(400, address_id=OTHER_HOOD)[0]["description"]
    town.get(f"services/{PLAIN_KIND}.json", jurisdiction_id=HOOD)
    town.get(f"services/{PLAIN_KIND}.json", 404, jurisdiction_id=STREET)


def test_a_definition_offers_the_urgencies_that_make_a_difference(town: Town):
    definition = town.get(f"services/{GRADED_KIND}.json")
    (urgency,) = definition["attributes"]
    assert urgency["code"] == "urgency" and "critical" in {v["key"] for v in urgency["values"]}
    assert town.get(f"services/{PLAIN_KIND}.json")["attributes"] == []
    for code in (PRIVATE_KIND, "no-such-kind"):
        (error,) = town.get(f"services/{code}.json", 404)
        assert error["code"] == 404 and code in error["description"]


def test_nobody_reads_what_is_not_public(town: Town):
    shown = town.cast.report()
    withdrawn = town.cast.report(at=MONDAY + HOUR / 2)
    verbs.withdraw(matter_id=withdrawn.id, by=town.cast.granny, at=MONDAY + HOUR / 2, reason="弄错了")
    hidden = [
        town.cast.report(kind=PRIVATE_KIND),
        town.cast.report(public=False),
        withdrawn,
        Matter(id="01890000-0000-7000-8000-000000000000"),
    ]
    assert [r["service_request_id"] for r in town.get("requests.json")] == [str(shown.id)]
    answers = set()
    for matter in hidden:
        for path in ("requests", "tokens"):
            answers.add(town.get(f"{path}/{matter.id}.json", 404)[0]["description"])
        assert town.get("requests.json", service_request_id=str(matter.id)) == []
    assert len(answers) == 1, "what exists and what does not are told apart"


def test_the_jurisdiction_is_a_wall(town: Town):
    town.cast.report()
    assert town.get("requests.json", jurisdiction_id=OTHER_STREET) == []
    assert len(town.get("requests.json", jurisdiction_id=STREET)) == 1
    for wrong in ("99", "9902", "abcd", "990101001001001", "٩٩٠١"):
        assert town.get("requests.json", 404, jurisdiction_id=wrong)[0]["code"] == 404
    with as_system():
        Place.objects.create(code="9902", name="临海市", parent=Place.objects.get(code="99"), valid_from=MONDAY)
    (asks, *_rest) = town.get("requests.json", 400)
    assert "9901, 9902" in asks["description"]


def test_the_configured_jurisdiction_is_all_there_is(town: Town, settings):
    settings.LINLI_OPEN311_SCOPE = DISTRICT
    here = town.cast.report()
    assert [r["service_request_id"] for r in town.get("requests.json")] == [str(here.id)]
    town.get("requests.json", 404, jurisdiction_id=CITY)
    settings.LINLI_OPEN311_SCOPE = OTHER_STREET
    assert town.get("requests.json") == []
    town.get(f"requests/{here.id}.json", 404)


def test_what_is_told_of_a_request(town: Town):
    secret = "王小明家3号楼502室门口有垃圾，电话13912345678"
    matter = town.cast.assigned(
        title=secret, body="身份证31010119900101123X", address="临江路128弄3号楼502室", lon=121.5, lat=31.2
    )
    (told,) = town.get(f"requests/{matter.id}.json")
    assert told["status"] == "open" and told["service_code"] == "unlicensed-stall"
    assert told["agency_responsible"] == "柳湾街道综合执法队"
    assert told["address"] == "临江市望江区柳湾街道柳湾一居" and told["address_id"] == HOOD
    assert told["description"] == "无证设摊，临江市望江区柳湾街道柳湾一居"
    assert told["requested_datetime"] == "2026-09-07T10:00:00+08:00"
    assert datetime.fromisoformat(told["expected_datetime"]) == matter.finish_due
    whole = str(told)
    for leak in ("502", "13912345678", "31010119900101123X", "林阿婆"):
        assert leak not in whole
    home = town.cast.report(place_code=HOOD, lon=121.123456, lat=31.123456)
    with as_system():
        Matter.objects.filter(id=home.id).update(place_code=HOOD + "001002003010502")
    (told,) = town.get(f"requests/{home.id}.json")
    assert (told["address_id"], told["long"], told["lat"]) == (HOOD + "001002", 121.123, 31.123)


def test_status_follows_the_matter_and_its_reply_stays_with_the_reporter(town: Town):
    matter, at = town.cast.done(), MONDAY + HOUR / 2
    done = {"matter_id": matter.id, "by": town.cast.dispatcher, "at": at}
    verbs.verify(**done, passed=True, words="现场已清")
    verbs.close(**done, outcome=matter.outcome, reply="林阿婆您好，已清理。")
    (told,) = town.get(f"requests/{matter.id}.json", locale="en")
    assert told["status"] == "closed" and told["status_notes"].startswith("Closed: ")
    assert datetime.fromisoformat(told["updated_datetime"]) == at
    assert "林阿婆" not in str(told)
    assert town.get("requests.json", status="open") == []
    assert (
        len(town.get("requests.json", status="closed")) == len(town.get("requests.json", status="open,closed")) == 1
    )


def test_filters_pages_and_the_standards_limits(town: Town):
    days = [town.cast.report(at=MONDAY - n * DAY) for n in (0, 1, 30, 89, 91)]
    other = town.cast.report(kind=PLAIN_KIND, at=MONDAY - 2 * DAY)
    ids = [str(m.id) for m in (days[0], days[1], other, days[2], days[3])]

    def asked(**given: object) -> list[str]:
        return [r["service_request_id"] for r in town.get("requests.json", **given)]

    assert asked() == ids, "the last 90 days, the latest first"
    assert asked(page=2, page_size=2) == ids[2:4]
    assert asked(service_code=PLAIN_KIND) == [str(other.id)]
    assert asked(service_code=f"{PLAIN_KIND},unlicensed-stall") == ids
    assert asked(service_request_id=f"{days[4].id},nonsense,{days[0].id}") == [ids[0], str(days[4].id)]
    assert asked(start_date="2026-09-06", end_date="2026-09-06") == [ids[1]]
    assert asked(start_date="2026-09-06T10:00:00 08:00", end_date="2026-09-06T02:00:00Z") == [ids[1]]
    assert asked(end_date="2026-06-10") == [str(days[4].id), ids[4]][::-1]
    for wrong in (
        {"start_date": "2026-01-01", "end_date": "2026-09-01"},
        {"start_date": "2026-09-02", "end_date": "2026-09-01"},
        {"start_date": "yesterday"},
        {"status": "maybe"},
        {"page": 0},
        {"page_size": 1001},
        {"page_size": 1000, "page": 1000},
    ):
        errors = town.get("requests.json", 400, **wrong)
        assert errors[0]["code"] == 400 and any(next(reversed(wrong)) in e["description"] for e in errors[1:])


def test_a_list_of_fifty_costs_what_a_list_of_one_does(town: Town):
    counts = []
    for number in (1, 49):
        for n in range(number):
            town.cast.report(at=MONDAY - n * HOUR)
        town.get("requests.json")
        with CaptureQueriesContext(connection) as seen:
            shown = town.get("requests.json", page_size=50)
        counts.append(len(seen))
    assert len(shown) == 50
    # Eyes on entering and for the jurisdiction, the only city (kept: one stamp), names (one stamp), the rows.
    assert counts == [5, 5], [q["sql"][:80] for q in seen]


def test_a_page_is_read_from_the_index_of_public_matters(town: Town):
    look_as(SYSTEM)
    for n in range(30):
        town.cast.report(at=MONDAY - n * HOUR)
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # thirty rows are sorted as cheaply as they are read in order
    with CaptureQueriesContext(connection) as seen:
        town.get("requests.json", page_size=5)
    (sql,) = [q["sql"] for q in seen if "matters_matter" in (q["sql"] or "")]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "matter_public_lately" in plan and "Sort" not in plan.split("Limit")[1], plan


@pytest.mark.parametrize("path", ["discovery", "services", f"services/{GRADED_KIND}", "requests", "requests/{id}"])
def test_xml_says_what_json_says(town: Town, path: str):
    matter = town.cast.report(title="<b>&\x0b]]>\r\n第二行", body="x")
    address = path.format(id=matter.id)
    as_json, as_xml = town.get(f"{address}.json"), town.get(f"{address}.xml")
    assert plain(as_json) == told_by(as_xml)


def test_errors_have_the_standards_form_in_both_formats(town: Town):
    assert told_by(town.get("requests/x.xml", 404)) == plain(town.get("requests/x.json", 404))
    answer = town.client.delete("/open311/v2/requests.json")
    assert answer.status_code == 405 and answer.json()[0]["code"] == 405 and "POST" in answer["Allow"]
    assert town.client.get("/open311/v2/requests.csv").json()[0]["code"] == 404


def plain(value: object) -> object:
    """JSON as XML can tell it: everything is text, nothing is the empty text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


LISTS = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}


def told_by(element: ElementTree.Element) -> object:
    if element.tag in LISTS:
        return [told_by(inner) for inner in element]
    return {inner.tag: told_by(inner) for inner in element} if len(element) else element.text or ""
