"""What every template relies on says the same as Django does, only sooner."""

import re
from uuid import uuid4

import pytest
from django.middleware.csrf import _does_token_match, get_token
from django.template import engines
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from linli.parts.jinja import address, context


def drawn(text: str, **given: object) -> str:
    return engines["jinja2"].env.from_string(text).render(**given)


def test_a_sentence_is_in_the_language_of_the_reader_and_what_is_put_into_it_is_escaped():
    text = '{{ _("删除筛选“%(name)s”", name=name) }}'
    for language, begins in (("zh-hans", "删除筛选"), ("en", "Delete the filter")):
        with translation.override(language):
            said = drawn(text, name="<b>")
        assert said.startswith(begins)
        assert "&lt;b&gt;" in said


def test_a_macro_of_an_imported_file_speaks_the_readers_language_too():
    text = '{% import "parts/show.html" as show %}{{ show.state_badge("assigned", true) }}'
    said = {}
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said[language] = re.sub(r"<[^>]+>|\s", "", drawn(text))
    assert said["zh-hans"] != said["en"]
    assert "已挂起" in said["zh-hans"]


def test_a_sentence_is_a_format_string_with_values_or_without():
    assert drawn('{{ _("100 %%") }} {{ _("%(n)s %%", n=5) }}') == "100 % 5 %"


def test_the_address_of_something_by_its_id_is_what_django_makes_of_it():
    for _again in range(2):
        one = uuid4()
        assert address("desk:matter", one) == address("desk:matter", str(one)) == reverse("desk:matter", args=[one])
    with pytest.raises(NoReverseMatch):
        address("desk:matter", "no-id")


def test_an_answer_masks_its_token_once():
    request = RequestFactory().get("/")
    values = context(request)
    forms = [str(values["csrf_input"]) for _ in range(3)]
    assert len(set(forms)) == 1
    token = re.search(r'value="([^"]+)"', forms[0])
    assert token
    assert str(values["csrf_token"]) == token[1]
    assert _does_token_match(token[1], request.META["CSRF_COOKIE"])
    assert str(context(RequestFactory().get("/"))["csrf_token"]) != token[1]
    assert get_token(request) != token[1]
