from django.urls import path

from . import views

app_name = "parts"
urlpatterns = [
    path("", views.start, name="start"),
    path("preferences", views.preferences, name="preferences"),
    path("live-address", views.live_address, name="live_address"),
    path("healthz", views.healthz, name="healthz"),
]
