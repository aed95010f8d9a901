"""`linli check`: what is wrong with this installation, in plain words."""

from __future__ import annotations

from typing import Annotated

import typer

from linli.cli.ground import DataOption, tell, use_data
from linli.project.say import gettext as _

MARKS = {"good": "✓", "warning": "!", "wrong": "✗"}


def add(app: typer.Typer) -> None:
    @app.command(help=_("检查安装:有错误则返回码为 1"))
    def check(
        data: DataOption = None,
        mend: Annotated[
            bool,
            typer.Option("--mend", help=_("恢复到别的集群之后,修正审计记录的先后;与 --figures 一起:重算评价数字")),
        ] = False,
        audit: Annotated[bool, typer.Option("--audit", help=_("验证全部审计记录的哈希链"))] = False,
        figures: Annotated[bool, typer.Option("--figures", help=_("重算全部评价数字并与保存的比较"))] = False,
        points: Annotated[bool, typer.Option("--points", help=_("核对全部积分账:余额、分录、批次、账期"))] = False,
    ) -> None:
        from linli.project import condition

        use_data(data)
        wrong = warnings = 0
        for finding in condition.examine(audit=audit, mend=mend, figures=figures, points=points):
            tell(f"{MARKS[finding.level]} {finding.sentence}")
            wrong += finding.level == "wrong"
            warnings += finding.level == "warning"
        tell(_("检查完毕:{wrong} 个错误,{warnings} 个提醒。").format(wrong=wrong, warnings=warnings))
        if wrong:
            raise typer.Exit(1)
