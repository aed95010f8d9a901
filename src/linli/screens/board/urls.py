"""Addresses of the board screen."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "board"
urlpatterns = [
    path("", views.home, name="home"),
    path("content/", views.content, name="content"),
    path("seen/", views.seen, name="seen"),
    path("code/", views.code, name="code"),
    path("live-address/", views.live_address, name="live_address"),
    path("sw.js", views.worker, name="worker"),
    path("preview/<uuid:display_id>/", views.preview, name="preview"),
]
