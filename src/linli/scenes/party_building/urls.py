"""Addresses of this scene's own pages."""

from django.urls import path

from . import tiles
from .views import dues, knowledge, meetings, members, mine, near, organisations, wishes, wishing

app_name = "party_building"
urlpatterns = [
    path("organisations/", organisations.tree, name="organisations"),
    path("organisations/<uuid:organisation_id>/", organisations.one, name="organisation"),
    path("members/import/", organisations.take_in, name="import"),
    path("members/<uuid:member_id>/", members.one, name="member"),
    path("meetings/", meetings.listing, name="meetings"),
    path("meetings/<uuid:meeting_id>/", meetings.one, name="meeting"),
    path("meetings/<uuid:meeting_id>/screen/", meetings.screen, name="screen"),
    path("dues/", dues.month, name="dues"),
    path("near/", near.page, name="near"),
    path("knowledge/", knowledge.page, name="knowledge"),
    path("wishes/", wishes.listing, name="wishes"),
    path("wishes/<uuid:wish_id>/", wishes.one, name="wish"),
    path("mine/", mine.page, name="mine"),
    path("mine/meetings/<uuid:meeting_id>/", mine.meeting, name="my_meeting"),
    path("check-in/", mine.check_in, name="check_in"),
    path("wishing/", wishing.page, name="wishing"),
    path("wishing/<uuid:wish_id>/", wishing.one, name="wishing_one"),
    path("<str:code>/branches/", tiles.branches, name="branches_tile"),
]
