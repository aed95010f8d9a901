"""A form from elsewhere becomes a place's own: nothing is asked twice, a new question says why and how long, or nothing happens."""

from __future__ import annotations

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast
from linli.kernel.registers.defined import form as form_named
from linli.kernel.registers.incoming import Gap, IncomingForm, Question
from linli.kernel.registers.models import LocalElement, LocalForm
from linli.kernel.registers.verbs import enter
from linli.kernel.registers.verbs.taking import New, proposals, take_form

pytestmark = pytest.mark.django_db
YN = (("y", "是"), ("n", "否"))
FORM = IncomingForm(
    "上门问卷",
    (
        Question(2, "alone", "lives-alone", "yes_no", required=True, group="居住"),
        Question(
            3, "who", "谁来看望", "choice", choices=(("son", "儿子"), ("nbr", "邻居")), when="alone", values=("y",)
        ),
        Question(4, "call", "谁接电话", "text", when="who", values=("nbr", "son")),
    ),
)
NEW = New("上门关爱", "老年人权益保障法", 365, "民政办", "personal")


def take(cast: Cast, **more: object) -> LocalForm:
    given = {
        "by": cast.social, "at": MONDAY, "place_code": HOOD, "form": FORM, "about": "person", "label": "上门问卷",
        "choices": {"alone": "lives-alone", "who": NEW, "call": NEW},
    }  # fmt: skip
    return take_form(**{**given, **more})  # type: ignore[arg-type]


def test_what_is_known_is_proposed_and_used_and_what_is_new_says_why(cast: Cast):
    with as_system():
        assert proposals(HOOD, "person", FORM) == {"alone": "lives-alone", "who": "", "call": ""}
    made = take(cast)
    with as_system():
        assert LocalElement.objects.count() == 2 and set(
            LocalElement.objects.values_list("purpose", "keep_days")
        ) == {("上门关爱", 365)}
        asked = form_named(made.name)
        assert asked is not None
        who, call = asked.form.asks[1], asked.form.asks[2]
        assert who.when is not None and (who.when.element, who.when.values) == ("lives-alone", ("yes",))
        assert call.when is not None and call.when.values == ("c2", "c1")
    enter(
        by=cast.social, at=MONDAY, form=made.name, subject=cast.granny.person_id,
        values={"lives-alone": "是", who.element: "儿子", call.element: "王小明"},
    )  # fmt: skip
    with as_system():
        assert proposals(HOOD, "person", FORM)["who"] == who.element, "and the next form is offered them"


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"alone": "lives-alone", "who": New("", "", 0, "", "personal")}, "who"),
        ({"alone": "lives-alone", "who": "emergency-contact"}, "who"),
        ({"alone": "nothing"}, "alone"),
    ],
)
def test_a_question_that_does_not_say_why_or_does_not_fit_takes_nothing(cast: Cast, choices: dict, field: str):
    with pytest.raises(Invalid) as refused:
        take(cast, choices=choices)
    assert field in refused.value.fields
    with as_system():
        assert not LocalElement.objects.exists() and not LocalForm.objects.exists()


def test_a_form_with_faults_or_nothing_in_it_is_not_taken(cast: Cast):
    with pytest.raises(Invalid):
        take(cast, form=IncomingForm("x", (), (), (Gap("survey", 2, "type", "没有这种类型。", True),)))
    with pytest.raises(Invalid):
        take(cast, choices={})
    with pytest.raises(Conflict):
        take(cast, choices={"who": NEW, "call": New("a b", "c d", 3, "e f", "personal", label="谁来看望")})
    with pytest.raises(NotAllowed):
        take(cast, by=cast.grid)
