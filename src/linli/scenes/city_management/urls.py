"""Addresses of this scene's own fragments."""

from django.urls import re_path

from . import tiles

app_name = "city_management"
urlpatterns = [re_path(r"^(?P<code>\d{2,15})/surroundings/$", tiles.surroundings, name="surroundings")]
