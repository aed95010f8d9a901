"""Addresses of this scene's own fragments."""

from django.urls import re_path

from . import tiles

app_name = "public_safety"
urlpatterns = [re_path(r"^(?P<code>\d{2,15})/sensing-health/$", tiles.sensing_health, name="sensing_health")]
