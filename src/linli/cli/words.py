"""`linli words`: the sentences on pages and what they are in English."""

from __future__ import annotations

import typer

from linli.cli.ground import tell
from linli.project.say import gettext as _


def add(app: typer.Typer) -> None:
    words = typer.Typer(help=_("界面文字:收集、编译、检查译文"), no_args_is_help=True)

    @words.command(help=_("把所有 .po 编译为 .mo"))
    def compile() -> None:  # noqa: A001 - the command's name
        from linli.project import words as house

        written = house.compile_all()
        tell(_("已编译 {count} 个文件。").format(count=len(written)))

    @words.command(help=_("从代码和模板收集文字,更新各处 .po"))
    def extract() -> None:
        from linli.project import words as house

        for path, count in house.extract():
            tell(_("{path}:新增 {count} 句").format(path=path.relative_to(house.ROOT), count=count))

    @words.command(help=_("列出没有英文的句子;有则返回码为 1"))
    def missing() -> None:
        from linli.project import words as house

        found = house.faults()
        for fault in found:
            kind = _("占位符不一致") if fault.what == "placeholders" else _("缺英文")
            tell(f"{fault.where}: {kind}: {fault.sentence}")
        tell(_("共 {count} 处。").format(count=len(found)))
        if found:
            raise typer.Exit(1)

    app.add_typer(words, name="words")
