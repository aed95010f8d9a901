"""The shapes of the API, made from the verbs' own signatures: a verb that gains a parameter gains a field."""

from __future__ import annotations

import inspect
import math
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, Field, create_model

# PostgreSQL's text holds no NUL, JSON's strings may.
Text = Annotated[str, Field(max_length=4000), AfterValidator(lambda text: text.replace("\x00", ""))]
_OWN = {"matter_id", "by", "at"}


class Sentence(Schema):
    """A refusal: a code for programs, a sentence for people, and what is wrong with which field."""

    code: str
    sentence: str
    fields: dict[str, str] = {}


class Opened(Schema):
    id: UUID
    number: str
    version: int
    state: str
    answer_due: datetime
    finish_due: datetime


class Done(Schema):
    id: UUID
    number: str
    version: int
    state: str
    stage: int
    due_at: datetime | None


class Report(Schema):
    """What a report says. One of place_code, (lon, lat) or address tells where; positions are WGS-84."""

    kind: str
    title: Text = ""
    body: Text
    place_code: str = ""
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    address: Annotated[Text, Field(max_length=200)] = ""
    urgency: typing.Literal["normal", "urgent", "critical"] | None = None
    source_key: Annotated[Text, Field(max_length=120)] = ""
    files: list[UUID] = []


def shape_of(verb: str, function: Callable[..., Any]) -> type[Schema]:
    """A schema with the verb's own parameters, typed and defaulted as the verb has them."""
    hints = typing.get_type_hints(function)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in _OWN:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (_wire(hints[name]), list(default) if isinstance(default, tuple) else default)
    return create_model(verb.title().replace("_", ""), __base__=Schema, **fields)


def _wire(hint: Any) -> Any:
    """How a parameter's type travels: texts are bounded, iterables are lists, times carry their zone."""
    if hint is str:
        return Text
    if hint is int:
        return Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    if hint is datetime:
        return Time
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        return typing.Union[tuple(_wire(arg) for arg in args)]  # noqa: UP007 - made at run time
    if origin is tuple:
        return tuple[tuple(_wire(arg) for arg in args)]  # type: ignore[misc]
    if origin is not None and args and not issubclass(origin, Mapping):
        return list[_wire(args[0])]  # type: ignore[misc]
    return hint


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-09-07T10:00:00+08:00")
    return value


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a time")
    return value


Time = Annotated[datetime, BeforeValidator(_finite), AfterValidator(_zoned)]
