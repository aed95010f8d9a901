"""The pages beside the queues, for whoever has something to do there."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.kernel.access import Actor, holds
from linli.parts.jinja import address_if

# (URL name, words, any of these permissions)
PAGES = (
    ("desk:deciding", _("要我定的"), ("matters.decide_extension", "matters.settle_order")),
    ("desk:new", _("登记新事项"), ("matters.open",)),
    ("desk:counter", _("窗口"), ("people.read",)),
    ("desk:topics", _("热点"), ("matters.read",)),
    ("desk:signs", pgettext_lazy("nav", "苗头"), ("signs.read",)),
    ("desk:notices", pgettext_lazy("nav", "通知"), ("notices.read",)),
    ("desk:emergencies", pgettext_lazy("nav", "应急"), ("emergencies.read",)),
    ("command:home", _("指挥大屏"), ("command.read",)),
    ("desk:briefing", _("晨会"), ("figures.read",)),
    ("desk:duty", pgettext_lazy("nav", "值班"), ("duty.read",)),
    ("desk:operations", _("联合行动"), ("operations.read",)),
    ("desk:points", pgettext_lazy("nav", "积分"), ("points.read",)),
    ("desk:orders", _("监督指挥"), ("matters.supervise", "matters.reply_order", "matters.export")),
    ("desk:figures", pgettext_lazy("nav", "评价"), ("figures.read",)),
    ("desk:reports", pgettext_lazy("nav", "报表"), ("reports.read",)),
    ("desk:doubles", _("查重"), ("people.read",)),
    ("desk:places", pgettext_lazy("nav", "地点"), ("places.read", "places.change")),
    ("desk:registers", pgettext_lazy("nav", "台账"), ("registers.read", "registers.change")),
    ("desk:datasets", pgettext_lazy("nav", "数据"), ("datasets.read",)),
    ("desk:kinds", _("类别与时限"), ("kinds.change",)),
    ("desk:calendar", _("工作日历"), ("clock.change",)),
    ("desk:units", pgettext_lazy("nav", "单位"), ("units.change",)),
    ("desk:displays", pgettext_lazy("nav", "屏"), ("displays.change",)),
    ("desk:people", _("账号与岗位"), ("accounts.change", "accounts.unlock", "posts.change", "posts.approve")),
    ("desk:keys", _("接口密钥"), ("keys.change",)),
    ("desk:audit", _("审计记录"), ("audit.read",)),
    ("desk:health", _("运行状况"), ("system.check",)),
)

# 感知: what devices say. A page that another room brings stands here as soon as its address does.
SENSING = (
    ("desk:warnings", pgettext_lazy("nav", "预警"), ("warnings.read",)),
    ("desk:things", pgettext_lazy("nav", "设备"), ("things.read",)),
    ("desk:rules", pgettext_lazy("nav", "规则"), ("rules.read",)),
    ("desk:letters", _("死信"), ("letters.read",)),
    ("desk:things_health", _("设备健康"), ("things.read",)),
    ("desk:things_resting", _("整片维护"), ("things.read",)),
)


def pages_of(actor: Actor) -> list[tuple[str, str, object]]:
    """(URL name, address, words) of what this actor may open."""
    return _open_to(actor, PAGES)


def sensing_of(actor: Actor) -> list[tuple[str, str, object]]:
    """The same of the pages about devices."""
    panel = [("desk:panel", address_if("desk:panel"), _("演示控制台"))] if settings.LINLI_DEMO_PANEL else []
    return [*_open_to(actor, SENSING), *panel]


def _open_to(actor: Actor, pages: tuple[tuple[str, object, tuple[str, ...]], ...]) -> list[tuple[str, str, object]]:
    return [
        (name, href, words)
        for name, words, needs in pages
        if any(holds(actor, p) for p in needs) and (href := address_if(name))
    ]


def works_with_matters(actor: Actor) -> bool:
    return holds(actor, "matters.read")
