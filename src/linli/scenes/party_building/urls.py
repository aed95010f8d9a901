"""Addresses of this scene's own pages."""

from django.urls import path

from . import tiles
from .views import (
    dues,
    knowledge,
    meetings,
    members,
    mine,
    near,
    organisations,
    owners,
    reading,
    rules,
    stations,
    wishes,
    wishing,
)

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
    path("knowledge/<uuid:document_id>/quiz/", reading.quiz, name="quiz"),
    path("cadence/", rules.cadence, name="cadence"),
    path("rates/", rules.rates, name="rates"),
    path("stations/", stations.listing, name="stations"),
    path("stations/<int:station_id>/", stations.one, name="station"),
    path("owners/", owners.listing, name="owners"),
    path("owners/<uuid:owners_id>/", owners.one, name="owners_one"),
    path("near-me/", stations.near, name="stations_near"),
    path("my-owners/", owners.at_home, name="owners_home"),
    path("my-owners/<uuid:owners_id>/", owners.posted, name="owners_posted"),
    path("reading/", reading.page, name="reading"),
    path("reading/<uuid:document_id>/", reading.document, name="document"),
    path("wishes/", wishes.listing, name="wishes"),
    path("wishes/<uuid:wish_id>/", wishes.one, name="wish"),
    path("mine/", mine.page, name="mine"),
    path("mine/meetings/<uuid:meeting_id>/", mine.meeting, name="my_meeting"),
    path("check-in/", mine.check_in, name="check_in"),
    path("wishing/", wishing.page, name="wishing"),
    path("wishing/<uuid:wish_id>/", wishing.one, name="wishing_one"),
    path("<str:code>/branches/", tiles.branches, name="branches_tile"),
]
