"""Addresses of the tv screen."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "tv"
urlpatterns = [
    path("", views.home, name="home"),
    path("content/", views.content, name="content"),
    path("seen/", views.seen, name="seen"),
    path("code/", views.code, name="code"),
    path("live-address/", views.live_address, name="live_address"),
    path("sw.js", views.worker, name="worker"),
]
