"""A table is got from where the operator allows, whole or not at all, and from nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.gateways.fetching.outbound import fetch
from linli.gateways.fetching.wire import Unfetched, Validators, name_of
from linli.kernel.datasets.origins import origin_of, origins

from .served import Source, served

MOST = 10_000


@pytest.fixture
def source() -> Iterator[Source]:
    with served() as one:
        yield one


def get(source: Source, path: str = "/water.csv", **changes: object) -> object:
    given = {"allowed": frozenset({source.origin}), "most": MOST, "timeout": 2.0}
    return fetch(source.origin + path, **{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://data.example/a.csv", "https://data.example"),
        ("https://DATA.example:443/", "https://data.example"),
        ("http://10.0.0.7:8080/x?key=1", "http://10.0.0.7:8080"),
        ("https://data.example@10.0.0.7/", ""),
        ("https://user:word@data.example/", ""),
        ("file:///etc/passwd", ""),
        ("gopher://data.example/", ""),
        ("https://data.example/\r\nHost: inside", ""),
        ("https://data.example:99999/", ""),
        ("//data.example/", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_origin_or_is_not_fetched(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(st.text(max_size=60))
def test_whatever_is_written_the_setting_allows_no_more_than_it_says(text: str) -> None:
    allowed = origins("data.example, http://10.0.0.7:8080")
    assert allowed == {"https://data.example", "http://10.0.0.7:8080"}
    for begins in ("", "http://", "https://", "https://data.example"):
        url = begins + text
        if origin_of(url) in allowed:
            assert (
                url.lower().startswith(("https://data.example", "http://10.0.0.7:8080"))
                and "@" not in url.split("/")[2]
            )


def test_it_comes_whole_with_what_the_source_says_of_it(source: Source) -> None:
    source.content, source.etag = "户号,月份\n1,2026-08\n".encode(), '"v1"'
    answer = get(source)
    assert (answer.content, answer.validators.etag, answer.name) == (source.content, '"v1"', "water.csv")
    again = get(source, validators_=answer.validators)
    assert again.content is None and source.asked[-1]["if-none-match"] == '"v1"'


def test_a_secret_goes_in_its_header(source: Source) -> None:
    source.content, source.secret = b"a", "s3cret"
    with pytest.raises(Unfetched, match="401"):
        get(source)
    assert get(source, header="X-Key", secret="s3cret").content == b"a"


def test_nothing_is_asked_that_is_not_allowed(source: Source) -> None:
    with pytest.raises(Unfetched, match="LINLI_FETCH_HOSTS"):
        get(source, allowed=frozenset({"https://data.example"}))
    with pytest.raises(Unfetched):
        get(source, allowed=frozenset())
    assert not source.asked


def test_no_redirect_leads_inside(source: Source) -> None:
    source.status = 302
    with pytest.raises(Unfetched, match="别的地址"):
        get(source)


@pytest.mark.parametrize("says", [True, False])
def test_too_much_is_not_read_to_the_end(source: Source, says: bool) -> None:
    source.content = b"x" * (MOST + 1)
    source.length = None if says else MOST
    if says:
        with pytest.raises(Unfetched, match="没有取"):
            get(source)
    else:
        assert len(get(source).content) == MOST


def test_who_drips_or_breaks_off_or_is_not_there_is_a_sentence(source: Source) -> None:
    source.content, source.drips = b"x" * 200, True
    with pytest.raises(Unfetched, match="太慢"):
        get(source, whole=0.3, most=MOST)
    source.drips, source.cut = False, True
    with pytest.raises(Unfetched):
        get(source)
    source.status = 500
    with pytest.raises(Unfetched, match="500"):
        get(source)
    with pytest.raises(Unfetched, match="连不上"):
        fetch("http://127.0.0.1:1/x", allowed=frozenset({"http://127.0.0.1:1"}), most=MOST, timeout=1)


def test_names_are_of_the_address() -> None:
    assert (
        name_of("https://a.example/x/%E7%94%A8%E6%B0%B4.csv?key=1") == "用水.csv"
        and name_of("https://a.example") == "table"
    )
    assert Validators() == Validators("", "")
