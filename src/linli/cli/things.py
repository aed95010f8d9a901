"""`linli things …`: devices, for the operator. On the desk the data keeper does the same."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linli.cli.ground import DataOption, operator, tell, warn
from linli.project.say import gettext as _

if TYPE_CHECKING:
    pass


def add(app: typer.Typer) -> None:
    things = typer.Typer(help=_("设备：从表格登记、列出"), no_args_is_help=True)

    @things.command(help=_("从 CSV 或 XLSX 登记设备，打印新设备的编号、密钥和安装码（CSV，只此一次）"))
    def register(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只检查，不写入"))] = False,
        report: Annotated[Path | None, typer.Option(help=_("没有收下的行写进这个 CSV"))] = None,
        data: DataOption = None,
    ) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.things import exchange

            done = exchange.take_in(file.read_bytes(), by=by, at=now(), dry_run=dry_run)
        rows = csv.writer(sys.stdout, delimiter=";")
        if done.new and not dry_run:
            rows.writerow(["key", "secret", "code"])
            rows.writerows((new.key, new.secret, new.code) for new in done.new)
        if report:
            _write(report, done)
        words = _("登记 {new} 台，以前登记过 {already} 台，没有收下 {refused} 行。")
        warn(words.format(new=len(done.new), already=done.already, refused=len(done.refused)))
        if asking := sum(new.asks for new in done.new):
            warn(_("其中 {n} 台涉及个人，有了书面同意才启用。").format(n=asking))
        if dry_run:
            warn(_("这是试运行，没有写入任何内容。"))
        for refused in done.refused[:20]:
            warn(f"{refused.line}: {refused.sentence}")

    @things.command("list", help=_("列出设备：编号、型号、状态、地点代码、名称"))
    def list_things(
        place: Annotated[str, typer.Option(help=_("地点代码，只列这个地方的"))] = "",
        model: Annotated[str, typer.Option(help=_("型号，只列这一种"))] = "",
        state: Annotated[str, typer.Option(help="waiting, asking, working, maintained, retired")] = "",
        data: DataOption = None,
    ) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.things.queries.listing import Asked, page

            after: str | None = None
            while True:
                asked = Asked(place_code=place, model=model, state=state)
                found = page(by, asked, at=now(), after=after, limit=500)
                for row in found.rows:
                    thing = row.thing
                    tell("\t".join([thing.key, thing.model, row.state, thing.place_code, thing.name]))
                after = found.next_cursor
                if after is None:
                    return

    @things.command(
        help=_("给设备下发一条它的型号声明过的指令，例如 linli things order YG-00001 silence-siren minutes=10")
    )
    def order(
        key: Annotated[str, typer.Argument(help=_("设备编号"))],
        command: Annotated[str, typer.Argument(help=_("指令代号"))],
        given: Annotated[list[str] | None, typer.Argument(help=_("参数，写成 名称=值"))] = None,
        data: DataOption = None,
    ) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.things import verbs
            from linli.kernel.things.queries import one

            thing = one.find_by_key(by, key)
            pairs = (text.partition("=") for text in given or ())
            values = {name: _value(value) for name, _sign, value in pairs}
            sent = verbs.order(by=by, at=now(), thing_id=thing.id, command=command, given=values)
        tell(
            _("已下发，{until} 以前有效。用 linli things orders {key} 看送达情况。").format(
                until=_wall(sent.until), key=key
            )
        )

    @things.command(help=_("一台设备被下发过的指令，和每条送达到哪一步"))
    def orders(key: Annotated[str, typer.Argument(help=_("设备编号"))], data: DataOption = None) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.things.queries import one
            from linli.kernel.things.queries.orders import of_thing

            for sent in of_thing(by, one.find_by_key(by, key).id):
                values = " ".join(f"{name}={value}" for name, value in sent.parameters.items())
                stands = sent.stands(now()).value
                tell("\t".join([_wall(sent.sent_at), stands, sent.command, values, sent.by_name]))

    app.add_typer(things, name="things")


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _wall(at: datetime) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _write(path: Path, done: Any) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["line", "key", "column", "reason"])
        rows.writerows((refused.line, refused.key, refused.column, refused.sentence) for refused in done.refused)
