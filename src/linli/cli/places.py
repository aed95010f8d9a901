"""`linli import places FILE` and `linli export places`: the register of places in and out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linli.cli.ground import DataOption, built_house, tell, warn
from linli.project.say import gettext as _

if TYPE_CHECKING:
    from linli.kernel.places.coordinates import Datum
    from linli.kernel.places.exchange import Report

_SHOWN = 20


def add(app: typer.Typer) -> None:
    """Hang the commands below `import` and `export`, which other rooms share."""
    group(app, "import", _("从文件导入")).command("places", help=_("导入地点（CSV 或 GeoJSON）"))(import_places)
    group(app, "export", _("导出到文件")).command("places", help=_("导出地点（CSV 或 GeoJSON）"))(export_places)


def group(app: typer.Typer, name: str, help: str) -> typer.Typer:
    """The sub-app of this name, made when nobody has made it yet."""
    for known in app.registered_groups:
        if known.name == name and known.typer_instance is not None:
            return known.typer_instance
    fresh = typer.Typer(help=help, no_args_is_help=True)
    app.add_typer(fresh, name=name)
    return fresh


def import_places(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("CSV 或 GeoJSON 文件"))],
    column: Annotated[list[str] | None, typer.Option(help=_("列名对应，如 parent=areaCode；可多次"))] = None,
    datum: Annotated[str, typer.Option(help=_("文件的坐标系：wgs84、gcj02、bd09"))] = "wgs84",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只试不改，报告与真导入相同"))] = False,
    report: Annotated[Path | None, typer.Option(help=_("把没有收下的行写进这个 CSV"))] = None,
    data: DataOption = None,
) -> None:
    with _house(data):
        from linli.kernel.access import SYSTEM, Via, as_system
        from linli.kernel.clock.now import now
        from linli.kernel.places import exchange

        columns = _pairs(column or [])
        batch = exchange.read(file.read_bytes(), columns=columns, datum=_datum(datum))
        with as_system():
            done = exchange.load(batch, by=SYSTEM.through(Via.IMPORT), at=now(), dry_run=dry_run)
        if report is not None:
            report.write_text(done.to_csv(), encoding="utf-8", newline="")
        _tell(done, report)


def export_places(
    scope: Annotated[str, typer.Option(help=_("只导出这个代码以下的地点；* 为全部"))] = "*",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("哪一天的样子（默认今天）"))] = None,
    geojson: Annotated[bool, typer.Option("--geojson", help=_("写成 GeoJSON（默认 CSV）"))] = False,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help=_("写到文件（默认标准输出）"))] = None,
    data: DataOption = None,
) -> None:
    with _house(data):
        from linli.kernel.places import exchange
        from linli.kernel.places.cache import today

        write = exchange.to_geojson if geojson else exchange.to_csv
        pieces = write(scope, on.date() if on else today())
        if out is None:
            for piece in pieces:
                sys.stdout.write(piece)
            return
        draft = out.with_name(out.name + ".new")
        with draft.open("w", encoding="utf-8", newline="") as target:
            target.writelines(pieces)
        draft.replace(out)
        tell(_("已写入 {file}。").format(file=out))


@contextmanager
def _house(data: Path | None) -> Iterator[None]:
    """Django inside; a refusal or a file that cannot be read ends with its sentence."""
    with built_house(data):
        from linli.kernel.access import Refused
        from linli.kernel.places.sentences import Fault
        from linli.kernel.places.words import say

        try:
            yield
        except Refused as refused:
            warn(refused.sentence)
            raise typer.Exit(1) from refused
        except Fault as fault:
            warn(say(fault.sentence))
            raise typer.Exit(1) from fault


def _pairs(given: list[str]) -> dict[str, str]:
    from linli.kernel.places.exchange.fields import FIELDS

    pairs = dict(pair.partition("=")[::2] for pair in given)
    for ours, theirs in pairs.items():
        if ours not in FIELDS or not theirs:
            warn(_("“{pair}”不是列名对应；左边可以是：{fields}。").format(pair=ours, fields="、".join(FIELDS)))
            raise typer.Exit(2)
    return pairs


def _datum(given: str) -> Datum:
    from linli.kernel.places.coordinates import Datum

    try:
        return Datum(given.lower())
    except ValueError:
        warn(_("没有“{datum}”这个坐标系；可以是 wgs84、gcj02、bd09。").format(datum=given))
        raise typer.Exit(2) from None


def _tell(done: Report, report: Path | None) -> None:
    counts = _("共 {lines} 行（{encoding}）：新增 {added}，更改 {changed}，未变 {unchanged}，未收 {refused}。")
    tell(
        counts.format(
            lines=done.lines, encoding=done.encoding, added=done.added, changed=done.changed,
            unchanged=done.unchanged, refused=len(done.refused),
        )
    )  # fmt: skip
    if done.dry_run:
        tell(_("这是试运行，什么也没有改。"))
    for refusal in done.refused[:_SHOWN]:
        warn(_("第 {line} 行 {code}：{reason}").format(line=refusal.line, code=refusal.code, reason=refusal.reason))
    if len(done.refused) > _SHOWN:
        more = len(done.refused) - _SHOWN
        hint = report or _("用 --report 写进文件")
        warn(_("还有 {more} 行没有收下（{hint}）。").format(more=more, hint=hint))
