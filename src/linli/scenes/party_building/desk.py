"""Where party building stands on the desk."""

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Group, Page

PAGES = Group(
    _("党建"),
    (
        Page("party_building:organisations", _("党组织和党员"), needs=("party.read",)),
        Page("party_building:meetings", _("三会一课"), needs=("party.read",)),
        Page("party_building:dues", _("党费"), needs=("party.read",)),
        Page("party_building:near", _("双报到和清单"), needs=("party.read",)),
        Page("party_building:stations", _("家门口服务站"), needs=("party.read",)),
        Page("party_building:owners", _("业委会"), needs=("party.read",)),
        Page("party_building:knowledge", _("知识库"), needs=("party.read",)),
        Page("party_building:wishes", _("微心愿"), needs=("party.read", "wishes.check")),
        Page("party_building:cadence", _("开会次数"), needs=("party.read",)),
        Page("party_building:rates", _("党费标准"), needs=("party.read",)),
    ),
)
