"""匿名: the reporter follows the matter as ever, and nobody who handles it reads who that is."""

import json
from dataclasses import replace

import pytest
from django.utils import translation

from linli.kernel.access import Invalid, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters import verbs
from linli.kernel.matters.queries.detail import detail_json
from linli.kernel.matters.queries.mine import my_matter
from linli.kernel.matters.queries.story import story

from .cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def test_no_record_and_no_page_names_the_reporter(cast: Cast) -> None:
    matter = cast.assigned(anonymous=True)
    verbs.ask(matter_id=matter.id, by=cast.handler, at=MONDAY, text="几点？")
    verbs.answer(matter_id=matter.id, by=cast.granny, at=MONDAY, text="半夜")
    with looking_as(cast.dispatcher), translation.override("zh-hans"):
        own = Record.objects.filter(stream=matter.stream, actor_person=cast.granny.person_id)
        assert [r.actor_name for r in own] == [None, None]
        assert not any("林阿婆" in step.who for step in story(matter.id, cast.dispatcher))
        shown = json.loads(detail_json(cast.dispatcher, matter.id)[0])
        assert shown["reporter_id"] is None and str(cast.granny.person_id) not in json.dumps(shown)
    with looking_as(cast.granny):
        assert my_matter(matter.id, cast.granny).matter.id == matter.id


def test_a_kind_that_must_be_checked_with_the_reporter_refuses_it(cast: Cast) -> None:
    kinds = catalogue().kinds
    kinds["unlicensed-stall"] = replace(kinds["unlicensed-stall"], anonymous=False)
    with pytest.raises(Invalid) as refused:
        cast.report(kind="unlicensed-stall", anonymous=True)
    assert "anonymous" in refused.value.fields
