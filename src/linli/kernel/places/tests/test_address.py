from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.places.address import parse
from linli.kernel.places.numerals import alike, number

CASES = [
    # lanes as in Shanghai
    ("临江路128弄3号楼502室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路128弄3号502室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路128弄3号502", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路128弄3-502", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路128弄3#502", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路１２８弄３号楼５０２室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路 128 弄 3 号楼 502 室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路一二八弄三号楼五〇二室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路一百二十八弄十二号", {"road": "临江路", "lane": "128", "building": "12"}),
    ("临江路，128弄，3号楼，502室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("临江路128弄", {"road": "临江路", "lane": "128"}),
    ("临江路128弄5支弄8号", {"road": "临江路", "lane": "128", "sublane": "5", "building": "8"}),
    ("临江路128弄门口", {"road": "临江路", "lane": "128", "relation": "门口"}),
    # numbers on a road
    ("建设路12号", {"road": "建设路", "number": "12"}),
    ("建设路甲12号", {"road": "建设路", "number": "甲12"}),
    ("建设路12号3号楼2单元502", {"road": "建设路", "number": "12", "building": "3", "unit": "2", "room": "502"}),
    ("人民北路二段12号", {"road": "人民北路二段", "number": "12"}),
    ("中山东一路18号5楼", {"road": "中山东一路", "number": "18", "floor": "5"}),
    ("五一路99号", {"road": "五一路", "number": "99"}),
    ("世纪大道1号B座1203室", {"road": "世纪大道", "number": "1", "building": "B", "room": "1203"}),
    ("路桥大道88号", {"road": "路桥大道", "number": "88"}),
    ("东四十条胡同22号", {"road": "东四十条胡同", "number": "22"}),
    # compounds by name
    ("幸福小区3号楼2单元501室", {"compound": "幸福小区", "building": "3", "unit": "2", "room": "501"}),
    ("幸福小区3-2-501", {"compound": "幸福小区", "building": "3", "unit": "2", "room": "501"}),
    ("阳光花园二期a座1203", {"compound": "阳光花园2期", "building": "A", "room": "1203"}),
    ("田林十二村5号101室", {"compound": "田林12村", "building": "5", "room": "101"}),
    ("曹杨新村3幢", {"compound": "曹杨新村", "building": "3"}),
    (
        "江南名苑7栋二单元3楼302",
        {"compound": "江南名苑", "building": "7", "unit": "2", "floor": "3", "room": "302"},
    ),
    ("幸福小区(临江路128弄)3号楼", {"compound": "幸福小区", "road": "临江路", "lane": "128", "building": "3"}),
    ("幸福小区5楼2单元301", {"compound": "幸福小区", "building": "5", "unit": "2", "room": "301"}),
    ("李园二村36号", {"compound": "李园2村", "building": "36"}),
    ("育秀西区43号102室", {"compound": "育秀西区", "building": "43", "room": "102"}),
    # villages: houses are numbered through the village or its groups
    ("港沿镇骏马村756号", {"street": "港沿镇", "neighbourhood": "骏马村", "number": "756"}),
    ("虹桥村斜桥8组839号", {"neighbourhood": "虹桥村斜桥8组", "number": "839"}),
    # divisions before it
    (
        "上海市徐汇区龙华街道临江居委会临江路128弄3号楼",
        {
            "province": "上海市",
            "district": "徐汇区",
            "street": "龙华街道",
            "neighbourhood": "临江居委会",
            "road": "临江路",
            "lane": "128",
            "building": "3",
        },
    ),
    (
        "江苏省南京市鼓楼区中山北路街道云南路社区云南路5号",
        {
            "province": "江苏省",
            "city": "南京市",
            "district": "鼓楼区",
            "street": "中山北路街道",
            "neighbourhood": "云南路社区",
            "road": "云南路",
            "number": "5",
        },
    ),
    ("浦东新区张江镇香楠路100弄", {"district": "浦东新区", "street": "张江镇", "road": "香楠路", "lane": "100"}),
    ("镇宁路200号", {"road": "镇宁路", "number": "200"}),
    # where exactly: junctions, beside, opposite
    ("临江路花园路路口", {"road": "临江路", "cross": "花园路", "relation": "路口"}),
    ("临江路与花园路交叉口", {"road": "临江路", "cross": "花园路", "relation": "交叉口"}),
    ("联航路万芳路", {"road": "联航路", "cross": "万芳路"}),
    ("都市路399弄", {"road": "都市路", "lane": "399"}),
    ("临江路近花园路", {"road": "临江路", "cross": "花园路"}),
    ("临江路（近花园路）", {"road": "临江路", "cross": "花园路"}),
    ("临江路128号旁边", {"road": "临江路", "number": "128", "relation": "旁边"}),
    ("临江公园对面", {"compound": "临江公园", "relation": "对面"}),
    # words around it
    ("我家住在临江路128弄3号楼502室", {"road": "临江路", "lane": "128", "building": "3", "room": "502"}),
    ("地址：临江路128弄", {"road": "临江路", "lane": "128"}),
    ("临江路3号线站台", {"road": "临江路"}),
    ("楼上漏水，临江路128弄3号", {"road": "临江路", "lane": "128", "building": "3"}),
]


@pytest.mark.parametrize(("text", "parts"), CASES, ids=[text for text, _ in CASES])
def test_an_address_is_taken_apart(text: str, parts: dict[str, str]) -> None:
    found = {part: value for part, value in asdict(parse(text).parts).items() if value}
    assert found == parts


def test_ways_of_writing_one_address_have_one_normal_form() -> None:
    normal = {parse(text).normal for text, _ in CASES[:3] + CASES[4:8] + CASES[9:10]}
    assert normal == {"临江路128弄3号楼502室"}


def test_what_follows_is_kept_as_unread() -> None:
    parsed = parse("临江路128弄3号楼502室漏水了，请尽快处理")
    assert parsed.rest == "漏水了,请尽快处理"
    assert parsed.normal == "临江路128弄3号楼502室"
    assert parse("楼上漏水，临江路128弄3号").rest == "楼上漏水,"


def test_confidence_grows_with_depth_and_falls_with_what_is_unread() -> None:
    whole = parse("临江路128弄3号楼502室").confidence
    assert whole == 1.0
    assert whole > parse("临江路128弄").confidence > parse("临江路").confidence > parse("你好").confidence
    assert whole > parse("临江路128弄3号楼502室漏水了，请尽快处理").confidence
    assert parse("").confidence == parse("！！！").confidence == parse("今天天气真好").confidence == 0


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error_and_nothing_is_invented(text: str) -> None:
    parsed = parse(text)
    assert 0 <= parsed.confidence <= 1
    plain = alike(text).upper()
    for value in asdict(parsed.parts).values():
        assert value.upper() in plain


@given(
    road=st.sampled_from(["临江路", "五一路", "世纪大道", "西康路"]),
    lane=st.integers(1, 9999),
    building=st.integers(1, 300),
    room=st.integers(101, 3999),
)
def test_the_normal_form_is_read_back_as_itself(road: str, lane: int, building: int, room: int) -> None:
    normal = f"{road}{lane}弄{building}号楼{room}室"
    assert parse(normal).normal == normal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一二八", 128),
        ("一百二十八", 128),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一千零五", 1005),
        ("五〇二", 502),
    ],
)
def test_chinese_numbers(text: str, value: int) -> None:
    assert number(text) == value


def test_a_name_that_holds_a_number_stays_a_name() -> None:
    assert alike("五一路三元里十二号") == "五一路三元里12号"
    with pytest.raises(ValueError, match="路"):
        number("路")
