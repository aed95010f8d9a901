"""The machine Linli stands on: Python, disk, clock, fonts, and the files a build puts in place."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.project.condition.finding import Finding, good, warning, wrong
from linli.project.say import gettext as _

OLDEST_PYTHON = (3, 11)
GIB = 1024**3
# No installation of this version can have a clock before this day.
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield wrong(_("Python {version} 太旧,需要 3.11 或更新。").format(version=version))
    else:
        yield good(_("Python {version}").format(version=version))


def disk(data: Path) -> Iterator[Finding]:
    place = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(place).free / GIB
    sentence = _("数据目录 {path} 剩余 {free:.1f} GB").format(path=data, free=free)
    if free < 1:
        yield wrong(sentence + _(",不足 1 GB,随时可能写满。请腾出空间。"))
    elif free < 5:
        yield warning(sentence + _(",不足 5 GB,请尽早扩容。"))
    else:
        yield good(sentence)


def clock(zone: str) -> Iterator[Finding]:
    try:
        local = datetime.now(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        yield wrong(_("时区 {zone} 不存在。请检查 LINLI_TIME_ZONE。").format(zone=zone))
        return
    if local < RELEASED:
        yield wrong(_("系统时间是 {now:%Y-%m-%d %H:%M},明显不对。请校准时钟,期限都由它计算。").format(now=local))
        return
    yield good(_("时间 {now:%Y-%m-%d %H:%M},时区 {zone}").format(now=local, zone=zone))


def calendar(year: int) -> Iterator[Finding]:
    """The holidays of this year and the next: the State Council announces a year in the November before it."""
    import chinese_calendar

    last = max(day.year for day in chinese_calendar.holidays)
    if last < year:
        yield wrong(
            _(
                "节假日历只到 {last} 年,今年的工作日期限会算错。请升级 chinesecalendar,或在“工作日历”中录入调休。"
            ).format(last=last)
        )
    elif last == year:
        yield warning(
            _("节假日历只到 {last} 年;国务院公布明年安排后,请升级 chinesecalendar 或录入调休。").format(last=last)
        )
    else:
        yield good(_("节假日历到 {last} 年").format(last=last))


def fonts() -> Iterator[Finding]:
    """Needed only where pages are drawn on this machine: screenshots, printed forms."""
    if shutil.which("fc-list") is None:
        yield warning(_("没有 fontconfig,无法确认中文字体;本机截图和打印可能缺字。"))
        return
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False, timeout=60)
    if found.stdout.strip():
        yield good(_("有中文字体"))
    else:
        yield warning(_("没有中文字体,本机截图和打印会缺字。Debian/Ubuntu:apt install fonts-noto-cjk"))


def built_files() -> Iterator[Finding]:
    """What `make` copies and compiles, and a wheel brings along."""
    from linli.project import vendor, words

    if lacking := vendor.lacking():
        yield wrong(_("缺少网页库 {names},页面不能正常工作。请运行 make。").format(names="、".join(lacking)))
    else:
        yield good(_("网页库齐全"))
    if stale := words.uncompiled():
        names = "、".join(path.relative_to(ROOT).parts[-5] for path in stale)
        yield wrong(_("英文译文未编译({names})。请运行 linli words compile。").format(names=names))
    else:
        yield good(_("译文已编译"))
