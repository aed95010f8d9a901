"""A new database in a fraction of the time: nothing is rendered anew that a migration could not notice.

Django keeps its models as they were at each step ready for `RunPython`, and after each new table, index or constraint builds
every class again that is related to it, by any number of foreign keys. In a house whose people, places and matters all know
each other that is nearly every class, a thousand times: nine tenths of what an empty database took. A new table needs one new
class, whose foreign keys announce themselves to the classes they name; an index or a constraint needs none, since the
database is given the object itself and no class asks for it (SQLite alone builds a table again from its class).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.db.migrations.state import ModelState, ProjectState


def migrate() -> None:
    """Apply what is pending. Django must be set up."""
    with quickly():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def quickly() -> Iterator[None]:
    """While migrations run; PostgreSQL only."""
    with patch.multiple(
        ProjectState, add_model=_add_model, _append_option=_append_option, _remove_option=_remove_option
    ):
        yield


def _add_model(state: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model_state])


def _append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]


def _remove_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj_name: str) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [obj for obj in options[option_name] if obj.name != obj_name]
