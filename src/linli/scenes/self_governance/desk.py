"""What this scene brings to the desk."""

from django.utils.translation import gettext_lazy as _

from linli.parts.page import Group, Page

PAGES = Group(
    _("自治共治"),
    (
        Page("self_governance:activities", _("志愿活动"), needs=("volunteering.read",)),
        Page("self_governance:appeals", _("时长复核"), needs=("volunteering.review",)),
        Page("self_governance:disputes", _("时间银行"), needs=("volunteering.review",)),
        Page("self_governance:integrity", _("诚信积分"), needs=("volunteering.organise", "volunteering.review")),
        Page("self_governance:partners", _("合作商户"), needs=("volunteering.read",)),
        Page("self_governance:figures", _("志愿服务统计"), needs=("volunteering.read",)),
    ),
)
