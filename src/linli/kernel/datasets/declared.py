"""A data set as it is declared: what it is for, its fields, where each comes from, and what its rows are matched with.

Written as TOML by whoever keeps it; read here, with every fault a sentence. Pure: no database, no clock.

    title = "居民用水月报"
    purpose = "发现独居老人用水异常，安排上门看望"
    basis = "供水企业与街道的数据共享协议"
    every = 31                        # days between two deliveries; later is late
    keeps = 730                       # days a row is kept after it last came
    key = ["account", "month"]        # together they say which row is which

    [fields.account]
    label = "户号"
    source = "用户编号"                # a column, or several: the first that is not empty
    required = true

    [fields.kind]
    label = "用水性质"
    source = "性质"
    codes = {"01" = "居民", "02" = "单位"}

    [match.place]                     # fields by which the place is found; datum of the coordinates
    address = "address"
    lon = "x"
    lat = "y"
    datum = "gcj02"

    [signs.home-water]                # signs may look at it, under this topic; what is not written here they do not
    value = "used"                    # a number; left out, each row counts one
    when = "month"                    # a date, a month or a moment
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.kernel.places.coordinates import Datum
from linli.kernel.places.sentences import Fault, Sentence

TYPES = ("text", "number", "date", "month", "moment", "code", "yes")
MATCHES: Mapping[str, tuple[str, ...]] = {
    "place": ("address", "lon", "lat"),
    "person": ("name", "phone", "identity"),
    "thing": ("key",),
}
SEALED = ("name", "phone", "identity")
"""What a person is matched by is sensitive, whatever the declaration says (docs/rights.md, 6)."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_WHOLE = {"title", "purpose", "basis", "every", "keeps", "key", "fields", "match", "rows", "signs"}
_TOPIC = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = {"label", "type", "unit", "sensitive", "required", "source", "codes"}
_LONGEST = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field. `source` are the columns it is taken from; `codes` what the other side's codes mean here."""

    name: str
    label: str
    type: str = "text"
    unit: str = ""
    sensitive: bool = False
    required: bool = False
    source: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForSigns:
    """What signs may take of it: a number ("" for a row counting one), and the field that says when."""

    value: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A whole declaration. `match` gives for place, person and thing which fields say what; `rows` the path to the list
    inside a JSON answer ("data.items"), "" where the table is the answer. `signs` says by topic what signs may look at."""

    title: str
    purpose: str
    basis: str
    every: int
    keeps: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    match: Mapping[str, Mapping[str, str]]
    datum: Datum = Datum.WGS84
    rows: str = ""
    signs: Mapping[str, ForSigns] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def open_columns(self) -> tuple[Column, ...]:
        """Those that may be shown as they are."""
        return tuple(column for column in self.columns if not column.sensitive)

    @property
    def personal(self) -> bool:
        return any(column.sensitive for column in self.columns) or "person" in self.match


def read(text: str) -> Declared:
    """A declaration from its TOML. Raises Fault with the first thing that is wrong."""
    if len(text) > _LONGEST:
        raise Fault("声明太长，最多 %(n)s 个字符。", n=_LONGEST)
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Fault("声明不是完整的 TOML：%(why)s", why=str(error)) from error
    for fault in _faults(given):
        raise Fault(fault.text, **fault.values)
    match = {subject: dict(fields) for subject, fields in given.get("match", {}).items()}
    datum = Datum(match.get("place", {}).pop("datum", Datum.WGS84.value))
    sealed = {name for part, name in match.get("person", {}).items() if part in SEALED}
    return Declared(
        title=given["title"].strip(),
        purpose=given["purpose"].strip(),
        basis=given["basis"].strip(),
        every=given["every"],
        keeps=given["keeps"],
        key=tuple(given["key"]),
        columns=tuple(_column(name, one, sealed) for name, one in given["fields"].items()),
        match=match,
        datum=datum,
        rows=given.get("rows", ""),
        signs={t: ForSigns(one.get("value", ""), one["when"]) for t, one in given.get("signs", {}).items()},
    )


def _column(name: str, given: Mapping[str, Any], sealed: set[str]) -> Column:
    source = given.get("source", given["label"])
    return Column(
        name=name,
        label=given["label"].strip(),
        type=given.get("type", "code" if given.get("codes") else "text"),
        unit=given.get("unit", ""),
        sensitive=bool(given.get("sensitive", False)) or name in sealed,
        required=bool(given.get("required", False)),
        source=(source,) if isinstance(source, str) else tuple(source),
        codes={str(code): str(word) for code, word in given.get("codes", {}).items()},
    )


def _faults(given: Mapping[str, Any]) -> Iterator[Sentence]:
    for name in sorted(set(given) - _WHOLE):
        yield Sentence("不认识的项“%(name)s”。", {"name": name})
    for name, words in (("title", Sentence("名称")), ("purpose", Sentence("用途")), ("basis", Sentence("依据"))):
        if not isinstance(given.get(name), str) or len(given[name].strip()) < 2:
            yield Sentence("请写明%(what)s（%(name)s）。", {"what": words, "name": name})
    for name in ("every", "keeps"):
        if type(given.get(name)) is not int or not 0 < given[name] <= 36_500:
            yield Sentence("“%(name)s”应是天数，1 到 36500 的整数。", {"name": name})
    fields = given.get("fields")
    if not isinstance(fields, dict) or not fields:
        yield Sentence("至少声明一个字段（[fields.…]）。")
        return
    for name, one in fields.items():
        yield from _field_faults(name, one)
    key = given.get("key")
    if not isinstance(key, list) or not key or not all(isinstance(name, str) and name in fields for name in key):
        yield Sentence("key 应列出已声明的字段，合起来认得出一行。")
    if not isinstance(given.get("rows", ""), str):
        yield Sentence("rows 应是 JSON 里列表的路径，例如 data.items。")
    yield from _match_faults(given.get("match", {}), fields)
    yield from _sign_faults(given, fields)


def _field_faults(name: str, one: Any) -> Iterator[Sentence]:
    if not _NAME.fullmatch(name):
        yield Sentence("字段名“%(name)s”应是小写字母、数字和下划线。", {"name": name})
    if not isinstance(one, dict) or not isinstance(one.get("label"), str) or not one["label"].strip():
        yield Sentence("字段“%(name)s”要有名称（label）。", {"name": name})
        return
    for strange in sorted(set(one) - _FIELD):
        yield Sentence("字段“%(name)s”里有不认识的项“%(what)s”。", {"name": name, "what": strange})
    if one.get("type", "text") not in TYPES:
        yield Sentence("字段“%(name)s”的类型应是 %(types)s 之一。", {"name": name, "types": "、".join(TYPES)})
    source, codes = one.get("source", ""), one.get("codes", {})
    several = isinstance(source, list) and source and all(isinstance(column, str) for column in source)
    if not (isinstance(source, str) or several):
        yield Sentence("字段“%(name)s”的来源（source）应是一个或几个列名。", {"name": name})
    if not isinstance(codes, dict) or (one.get("type") == "code" and not codes):
        yield Sentence("字段“%(name)s”要有代码表（codes）。", {"name": name})


def _match_faults(match: Any, fields: Mapping[str, Any]) -> Iterator[Sentence]:
    if not isinstance(match, dict) or not all(isinstance(one, dict) for one in match.values()):
        yield Sentence("匹配（match）应写成 [match.place]、[match.person] 或 [match.thing]。")
        return
    for subject, parts in match.items():
        if subject not in MATCHES:
            yield Sentence("不能匹配“%(what)s”，只能匹配 place、person、thing。", {"what": subject})
            continue
        known = MATCHES[subject]
        for part, name in parts.items():
            if subject == "place" and part == "datum":
                if name not in [datum.value for datum in Datum]:
                    yield Sentence("坐标系（datum）应是 wgs84、gcj02 或 bd09。")
            elif part not in known:
                yield Sentence("匹配 %(what)s 时不认识“%(part)s”。", {"what": subject, "part": part})
            elif name not in fields:
                yield Sentence("匹配 %(what)s 用到的字段“%(name)s”没有声明。", {"what": subject, "name": str(name)})
        if subject == "place" and ("lon" in parts) != ("lat" in parts):
            yield Sentence("经度和纬度（lon、lat）要一起声明。")
        if subject == "person" and not {"phone", "identity"} & set(parts):
            yield Sentence("匹配人要有证件号码或电话：只凭姓名不匹配。")
        if not set(parts) - {"datum"}:
            yield Sentence("匹配 %(what)s 没有说明凭什么字段。", {"what": subject})


def _sign_faults(given: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Sentence]:
    """Signs are of places and take no field that is sealed: neither a person nor a number of one."""
    signs = given.get("signs", {})
    if not isinstance(signs, dict) or not all(isinstance(one, dict) for one in signs.values()):
        yield Sentence("供苗头使用的内容应写成 [signs.…]。")
        return
    match = given.get("match", {})
    if signs and "place" not in match:
        yield Sentence("供苗头使用的数据集要能匹配地点（[match.place]）：苗头只看地点。")
    person = match.get("person", {})
    sealed = {name for part, name in person.items() if part in SEALED}
    for topic, one in signs.items():
        if not _TOPIC.fullmatch(topic) or set(one) - {"value", "when"}:
            yield Sentence("[signs.%(topic)s] 只写 value 和 when。", {"topic": topic})
            continue
        for part, types in (("value", ("number",)), ("when", ("date", "month", "moment"))):
            name = one.get(part, "")
            if part == "value" and name == "":
                continue
            column = fields.get(name) if isinstance(name, str) else None
            if not isinstance(column, dict) or column.get("type", "text") not in types:
                yield Sentence(
                    "[signs.%(topic)s] 的 %(part)s 应是类型为 %(types)s 的字段。",
                    {"topic": topic, "part": part, "types": "、".join(types)},
                )
            elif name in sealed or column.get("sensitive"):
                yield Sentence("[signs.%(topic)s] 不能用敏感字段“%(name)s”。", {"topic": topic, "name": name})
