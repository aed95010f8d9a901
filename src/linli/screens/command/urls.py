"""Addresses of the command screen. A wall stands at the code of its place, so that it is the same after a reload."""

from __future__ import annotations

from django.urls import path, re_path

from .views import tiles, wall

app_name = "command"
_AT = r"^(?P<code>\d{2,15})/"
urlpatterns = [
    path("", wall.home, name="home"),
    re_path(_AT + "$", wall.wall_page, name="wall"),
    re_path(_AT + "panels/$", wall.panels, name="panels"),
    re_path(_AT + "marks.json$", wall.marks, name="marks"),
    re_path(_AT + "ground.json$", wall.ground, name="ground"),
    re_path(_AT + "today/$", tiles.today, name="today"),
    re_path(_AT + "duty/$", tiles.duty, name="duty"),
    re_path(_AT + "deciding/$", tiles.deciding, name="deciding"),
    re_path(_AT + "stream/$", tiles.stream, name="stream"),
    path("matters/<uuid:matter_id>/", wall.matter_card, name="matter"),
]
