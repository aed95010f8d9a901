"""Where party building stands on the phone."""

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Group, Page

PAGES = Group(
    _("党群"),
    (
        Page(
            "party_building:wishing",
            _("微心愿"),
            needs=("wishes.ask",),
            icon="star",
            said=_("说一个小心愿，邻里来实现"),
        ),
        Page(
            "party_building:stations_near",
            _("家门口服务站"),
            needs=("wishes.ask",),
            icon="home",
            said=_("离您最近的服务站，现在开不开"),
        ),
        Page(
            "party_building:owners_home",
            _("业委会"),
            needs=("wishes.ask",),
            icon="door",
            said=_("本小区的业主委员会：成员、任期、决定"),
        ),
        Page(
            "party_building:mine",
            _("我的组织生活"),
            needs=("party.own",),
            icon="people",
            said=_("党员：开会、党费、报到"),
        ),
    ),
)
