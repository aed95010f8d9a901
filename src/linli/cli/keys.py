"""`linli keys …`: API keys of partners, for the operator. On the desk the security administrator does the same."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from linli.cli.ground import DataOption, operator, tell
from linli.project.say import gettext as _

if TYPE_CHECKING:
    from uuid import UUID


KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help=_("密钥的编号，见 linli keys list"))]


def add(app: typer.Typer) -> None:
    keys = typer.Typer(help=_("合作方的接口密钥"), no_args_is_help=True)

    @keys.command("list", help=_("列出密钥：编号、状态、管辖、有效期到、最近使用、名称"))
    def list_keys(data: DataOption = None) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.people import queries

            for key in queries.keys(by):
                used = [_day(key.expires_at), _day(key.last_used_at)]
                tell("\t".join([str(key.id), key.state(now()), key.place_code, *used, key.name]))

    @keys.command(help=_("签发一把密钥，只显示这一次"))
    def issue(
        name: Annotated[str, typer.Argument(help=_("合作方或程序的名称"))],
        place: Annotated[str, typer.Option(help=_("管辖范围的地点代码，例如 310101"))],
        until: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("到这一天开始时失效，不填则一直有效"))
        ] = None,
        data: DataOption = None,
    ) -> None:
        with operator(data) as by:
            from django.utils import timezone

            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            ends = timezone.make_aware(until) if until else None
            key, plain = verbs.issue_key(by=by, at=now(), name=name, place_code=place, expires_at=ends)
            tell(f"{key.id}\t{plain}")

    @keys.command(help=_("换一把新的，旧的还能用一段时间"))
    def rotate(
        key: KeyArgument,
        hours: Annotated[int, typer.Option(min=0, max=720, help=_("旧密钥还能用几小时"))] = 24,
        data: DataOption = None,
    ) -> None:
        with operator(data) as by:
            from datetime import timedelta

            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            made, plain = verbs.rotate_key(by=by, at=now(), key_id=_id(key), overlap=timedelta(hours=hours))
            tell(f"{made.id}\t{plain}")

    @keys.command(help=_("立即撤销"))
    def revoke(key: KeyArgument, data: DataOption = None) -> None:
        with operator(data) as by:
            from linli.kernel.clock.now import now
            from linli.kernel.people import verbs

            tell(verbs.revoke_key(by=by, at=now(), key_id=_id(key)).name)

    app.add_typer(keys, name="keys")


def _id(text: str) -> UUID:
    from uuid import UUID

    from django.utils.translation import gettext

    from linli.kernel.access import NotFound

    try:
        return UUID(text)
    except ValueError:
        raise NotFound(gettext("没有这个密钥。")) from None


def _day(at: datetime | None) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "-"
