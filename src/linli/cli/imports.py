"""`linli import matters FILE --map MAP.toml`: matters of another system, from a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linli.cli.ground import DataOption, built_house, tell, warn
from linli.cli.places import group
from linli.project.say import gettext as _


def add(app: typer.Typer) -> None:
    group(app, "import", _("从文件导入")).command("matters", help=_("导入事项（CSV、XLSX 或 JSON）"))(
        import_matters
    )


def import_matters(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("CSV、XLSX 或 JSON 文件"))],
    map: Annotated[Path, typer.Option("--map", exists=True, dir_okay=False, help=_("列的对应文件（TOML）"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只试不改，报告与真导入相同"))] = False,
    report: Annotated[Path | None, typer.Option(help=_("把每一行的结果写进这个 CSV"))] = None,
    data: DataOption = None,
) -> None:
    with built_house(data):
        from linli.gateways.tables.inbound import run
        from linli.gateways.tables.mapping import read_map
        from linli.gateways.tables.wire import TableFault
        from linli.kernel.access import SYSTEM, Via
        from linli.kernel.clock.now import now

        try:
            given = read_map(map)
            with typer.progressbar(length=1, label=file.name, show_pos=False) as bar:

                def progress(done: int, about: int) -> None:
                    bar.length = max(about, done, 1)
                    bar.update(done - bar.pos)

                counts = run(
                    file, given, by=SYSTEM.through(Via.IMPORT), at=now(), dry_run=dry_run, report=report,
                    progress=progress,
                )  # fmt: skip
        except TableFault as fault:
            warn(str(fault))
            raise typer.Exit(1) from None
        if counts.encoding == "gb18030":
            tell(_("文件是 GBK 编码，已按 GBK 读取。"))
        tell(
            _("{rows} 行：收下 {accepted}，拒绝 {refused}，重复 {duplicates}。").format(
                rows=counts.rows, accepted=counts.accepted, refused=counts.refused, duplicates=counts.duplicates
            )
        )
        if dry_run:
            tell(_("这是试运行，没有写入任何内容。"))
        if report is not None:
            tell(_("每一行的结果：{path}").format(path=report))
