"""What this scene brings to the phone."""

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Group, Page

PAGES = Group(
    _("邻里互助"),
    (
        Page("self_governance:find", _("志愿服务"), icon="people", said=_("找活动、报名、签到、开证明")),
        Page(
            "self_governance:card",
            _("积分卡"),
            needs=("volunteering.join",),
            icon="star",
            said=_("攒积分、到商户用"),
        ),
        Page(
            "self_governance:bank",
            _("时间银行"),
            needs=("volunteering.join",),
            icon="clock",
            said=_("存时间、请邻居帮忙"),
        ),
        Page("self_governance:showing", _("现场签到码"), needs=("volunteering.organise",), icon="camera"),
    ),
)
