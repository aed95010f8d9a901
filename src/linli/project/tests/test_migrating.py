"""What is not rendered anew is nothing that a migration, or its data functions, could notice."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from linli.project.migrating import quickly


def after(how: AbstractContextManager[None]) -> ProjectState:
    """People; rendered, as before a data function; then their letters, a constraint and an index, and one of each gone."""
    state = ProjectState()
    state.add_model(
        ModelState("t", "Person", [("id", models.AutoField(primary_key=True))], {"constraints": [], "indexes": []})
    )
    assert state.apps.get_model("t", "Person")._meta.related_objects == ()
    with how:
        fields = [
            ("id", models.AutoField(primary_key=True)),
            ("by", models.ForeignKey("t.Person", on_delete=models.CASCADE)),
            ("answers", models.ForeignKey("t.Letter", null=True, on_delete=models.CASCADE)),
        ]
        state.add_model(ModelState("t", "Letter", fields, {"constraints": [], "indexes": []}))
        state.add_constraint("t", "letter", models.CheckConstraint(condition=models.Q(id__gt=0), name="counted"))
        state.add_constraint("t", "letter", models.UniqueConstraint(fields=["by"], name="once"))
        state.add_index("t", "letter", models.Index(fields=["answers"], name="by_answer"))
        state.add_index("t", "letter", models.Index(fields=["by"], name="by_person"))
        state.remove_constraint("t", "letter", "once")
        state.remove_index("t", "letter", "by_person")
    return state


def test_the_state_is_the_same() -> None:
    quick, plain = after(quickly()), after(nullcontext())
    assert quick == plain
    options = quick.models["t", "letter"].options
    assert [one.name for one in (*options["constraints"], *options["indexes"])] == ["counted", "by_answer"]


def test_the_classes_know_each_other() -> None:
    for state in (after(quickly()), after(nullcontext())):
        person, letter = state.apps.get_model("t", "Person"), state.apps.get_model("t", "Letter")
        assert letter._meta.get_field("by").related_model is person
        assert [one.related_model for one in person._meta.related_objects] == [letter]
        assert [one.related_model for one in letter._meta.related_objects] == [letter]
        assert "letter" in str(person.objects.filter(letter__answers__by=1).query)
