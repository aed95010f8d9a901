"""What a scene brings beside its declarations, found by the name of the module: its pages, its tables' work, its demo."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.conf import settings


def modules_of_scenes(name: str) -> list[ModuleType]:
    """The module of this name of each scene of this installation that has one, in the order of the scenes."""
    return _having(settings.SCENES, name)


def modules_of_tables(name: str) -> list[ModuleType]:
    """The same of every scene with tables here, whether or not it is declared at the moment: rows are looked after as long
    as they are there."""
    return _having([app.name for app in apps.get_app_configs() if app.name.startswith("linli.scenes.")], name)


def _having(scenes: list[str], name: str) -> list[ModuleType]:
    every = (f"{scene}.{name}" for scene in scenes)
    return [import_module(module) for module in every if find_spec(module) is not None]
