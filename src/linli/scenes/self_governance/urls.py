"""Addresses of this scene's pages: the phone's, the desk's, and the one on which anybody verifies a certificate."""

from django.urls import path

from .views import card, desk, finding, honours, integrity, mine, partners, record, showing, time

app_name = "self_governance"
urlpatterns = [
    path("", finding.find, name="find"),
    path("activities/<uuid:activity_id>/", finding.activity, name="activity"),
    path("mine/", mine.mine, name="mine"),
    path("mine/<uuid:sign_up_id>/", mine.sign_up, name="sign_up"),
    path("check/<uuid:shift_id>/<str:code>/", mine.scanned, name="scanned"),
    path("record/", record.record, name="record"),
    path("certificates/<uuid:certificate_id>.pdf", record.certificate, name="certificate"),
    path("honours/", honours.board, name="honours"),
    path("integrity/", integrity.mine, name="my_integrity"),
    path("verify/", record.verify, name="verify"),
    path("card/", card.card, name="card"),
    path("time/", time.bank, name="bank"),
    path("shop/", card.shops, name="shops"),
    path("shop/<uuid:shop_id>/", card.shop, name="shop"),
    path("showing/", showing.showing, name="showing"),
    path("showing/<uuid:shift_id>/", showing.code, name="code"),
    path("desk/activities/", desk.activities, name="activities"),
    path("desk/activities/<uuid:activity_id>/", desk.one, name="organise"),
    path("desk/shifts/<uuid:shift_id>/", desk.roster, name="roster"),
    path("desk/appeals/", desk.appeals, name="appeals"),
    path("desk/volunteers/<uuid:person_id>/", desk.volunteer, name="volunteer"),
    path("desk/shops/", partners.partners, name="partners"),
    path("desk/time/", time.disputes, name="disputes"),
    path("desk/integrity/", integrity.office, name="integrity"),
    path("desk/figures/", desk.figures, name="figures"),
]
