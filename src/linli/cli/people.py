"""`linli account …` for accounts of staff, `linli people import` for tables of residents."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linli.cli.ground import DataOption, built_house, tell, warn
from linli.project.say import gettext as _

if TYPE_CHECKING:
    from linli.kernel.people.models import Account

Username = Annotated[str, typer.Argument(help=_("用户名"))]


def add(app: typer.Typer) -> None:
    app.add_typer(accounts(), name="account")
    app.add_typer(people(), name="people")


def accounts() -> typer.Typer:
    account = typer.Typer(help=_("工作人员的账号"), no_args_is_help=True)

    @account.command(help=_("新安装的第一批：系统、安全、审计管理员各一个账号"))
    def first(
        place: Annotated[str, typer.Option(help=_("管辖范围的地点代码，例如 310101"))], data: DataOption = None
    ) -> None:
        with _house(data):
            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            for made, password in verbs.first_administrators(at=now(), place_code=place):
                tell(f"{made.username}\t{password}\t{made.name}")
            tell(_("密码只显示这一次。请交给三个不同的人，他们第一次登录时各自改密码、绑定验证器。"))

    @account.command(help=_("新建一个账号。岗位另由系统管理员提出、安全管理员批准"))
    def create(username: Username, name: str, phone: str = "", data: DataOption = None) -> None:
        with _house(data):
            from linli.kernel.access import SYSTEM, Via
            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            by = SYSTEM.through(Via.SHELL)
            made, password = verbs.create_account(by=by, at=now(), username=username, name=name, phone=phone)
            tell(f"{made.username}\t{password}")

    @account.command("reset-password", help=_("给忘记密码的人一个新的首次密码"))
    def reset_password(username: Username, data: DataOption = None) -> None:
        with _house(data):
            from linli.kernel.access import SYSTEM, Via
            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            by, found = SYSTEM.through(Via.SHELL), _account(username)
            made, password = verbs.reset_password(by=by, at=now(), account_id=found.id)
            tell(f"{made.username}\t{password}")

    @account.command("reset-factor", help=_("解除丢失的验证器，下次登录重新绑定"))
    def reset_factor(username: Username, reason: Annotated[str, typer.Option()], data: DataOption = None) -> None:
        with _house(data):
            from linli.kernel.access import SYSTEM, Via
            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            by, found = SYSTEM.through(Via.SHELL), _account(username)
            verbs.reset_second_factor(by=by, at=now(), account_id=found.id, reason=reason)
            tell(found.username)

    return account


def people() -> typer.Typer:
    group = typer.Typer(help=_("居民登记"), no_args_is_help=True)

    @group.callback()
    def _group() -> None:
        """A group even while it has one command."""

    @group.command("import", help=_("从 CSV 或 XLSX 导入居民"))
    def take_in(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只检查，不写入"))] = False,
        report: Annotated[Path | None, typer.Option(help=_("没有收下的行写进这个 CSV"))] = None,
        data: DataOption = None,
    ) -> None:
        with _house(data):
            from linli.kernel.access import SYSTEM, Via
            from linli.kernel.clock.now import now
            from linli.kernel.people import exchange, tables

            by = SYSTEM.through(Via.IMPORT)
            done = exchange.take_in(tables.read(file), by=by, at=now(), dry_run=dry_run)
        if report:
            _write(report, done)
        words = _("收下 {accepted} 人，已登记过 {duplicates} 人，没有收下 {refused} 行。")
        tell(words.format(accepted=done.accepted, duplicates=len(done.duplicates), refused=len(done.refused)))
        for refused in done.refused[:20]:
            warn(f"{refused.line}: {refused.sentence}")

    return group


def _write(path: Path, done: object) -> None:
    from linli.kernel.people.exchange import Report

    assert isinstance(done, Report)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["line", "column", "reason"])
        rows.writerows((refused.line, refused.column, refused.sentence) for refused in done.refused)
        rows.writerows((line, "", "duplicate") for line in done.duplicates)


@contextmanager
def _house(data: Path | None) -> Iterator[None]:
    """Inside, everything is seen; a refusal is its sentence and exit code 1."""
    with built_house(data):
        from linli.kernel.access import Refused, as_system

        try:
            with as_system():
                yield
        except Refused as refused:
            warn(refused.sentence)
            raise typer.Exit(1) from None


def _account(username: str) -> Account:
    from linli.kernel.access import NotFound
    from linli.kernel.people.models import Account

    found = Account.objects.filter(username=username.strip().lower(), kind="staff").first()
    if found is None:
        raise NotFound(_("没有这个账号。"))
    return found
