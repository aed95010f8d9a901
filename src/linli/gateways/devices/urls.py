from django.urls import path

from .http import api

urlpatterns = [path("", api.urls)]
