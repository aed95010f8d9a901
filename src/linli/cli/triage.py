"""`linli triage`: train and evaluate on files; learn, figures, topics and switch on the installation itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linli.cli.ground import DataOption, built_house

if TYPE_CHECKING:
    from linli.kernel.access import Actor
    from linli.kernel.triage.measure import Figures

app = typer.Typer(no_args_is_help=True, help="文本研判：训练与评估分类模型。 Train and evaluate suggestions.")

Labelled = Annotated[Path, typer.Argument(help="CSV，列 title、body、label1 / columns title, body, label1")]
Unlabelled = Annotated[Path | None, typer.Option(help="未分类文本的 CSV，列 title、body / messages without labels")]
Taxonomy = Annotated[Path | None, typer.Option(help="分类表 CSV，第一列为分类 / a tree of class names")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


@app.command()
def train(
    labelled: Labelled,
    unlabelled: Unlabelled = None,
    taxonomy: Taxonomy = None,
    out: Annotated[Path, typer.Option(help="模型文件 / where the model goes")] = Path("triage.npz"),
    as_json: AsJson = False,
) -> None:
    """用带分类的文本训练模型。 Learn a model from labelled messages."""
    from linli.kernel.triage import model, store, tables

    with _faults():
        table = tables.read_messages(labelled, labelled=True)
        more = tables.read_messages(unlabelled, labelled=False).messages if unlabelled else ()
        hints = tables.read_taxonomy(taxonomy) if taxonomy else None
        learned = model.learn(zip(table.messages, table.labels, strict=True), unlabelled=more, hints=hints)
        store.write(learned, out)
    told = {
        "model": str(out),
        "examples": len(table.messages),
        "left_out": table.left_out,
        "unlabelled": len(more),
        "encoding": table.encoding,
        "labels": list(learned.labels),
        "bytes": out.stat().st_size,
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(
        f"已用 {len(table.messages)} 条文本（另有未分类 {len(more)} 条）学习 {len(learned.labels)} 个分类，"
        f"略过 {table.left_out} 行，编码 {table.encoding}。模型：{out}（{out.stat().st_size / 1e6:.1f} MB）"
    )


@app.command()
def evaluate(
    labelled: Labelled,
    unlabelled: Unlabelled = None,
    taxonomy: Taxonomy = None,
    model: Annotated[Path | None, typer.Option(help="要评估的模型；不给则交叉验证 / the model to measure")] = None,
    folds: Annotated[int, typer.Option(min=2, max=50, help="折数 / number of folds")] = 5,
    repeats: Annotated[int, typer.Option(min=1, max=50, help="重复次数 / repeats of the folds")] = 1,
    as_json: AsJson = False,
) -> None:
    """评估：给出 --model 时在文件上评估该模型，否则分层交叉验证（近似重复的文本同折）。
    Measure a model on a file, or cross-validate with near copies kept in one fold."""
    from linli.kernel.triage import store, tables
    from linli.kernel.triage.evaluate import cross_validate
    from linli.kernel.triage.evaluate import evaluate as measure

    with _faults():
        table = tables.read_messages(labelled, labelled=True)
        if model:
            results = [measure(_read(store, model), table.messages, table.labels)]
        else:
            more = tables.read_messages(unlabelled, labelled=False).messages if unlabelled else ()
            hints = tables.read_taxonomy(taxonomy) if taxonomy else None
            results = cross_validate(
                table.messages, table.labels, unlabelled=more, hints=hints, count=folds, repeats=repeats
            )
    method = {"method": "model", "model": str(model)} if model else {"method": "cross-validation", "folds": folds}
    told = {**method, "left_out": table.left_out, "encoding": table.encoding, **_summary(results)}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _page(told))


@app.command()
def learn(
    most: Annotated[
        int, typer.Option(min=40, max=3000, help="最多读多少件，最新的在前 / the newest so many")
    ] = 2000,
    data: DataOption = None,
) -> None:
    """从本安装已决定的事项学习；在留出的事项上不如现有模型的不启用。
    Learn from the decisions of this installation; a model that is worse on those kept back is not put in force."""
    with _house(data) as (by, at):
        from linli.kernel.triage import verbs

        made = verbs.learn(by=by, at=at, most=most)
        outcome = "已启用 in force" if made.in_force else "不如现有模型，未启用 worse, not put in force"
        typer.echo(
            f"学习 {made.examples} 件，留出 {made.held_out} 件：正确率 {made.accuracy:.3f}，"
            f"原为 {made.before:.3f}。{outcome}。"
        )


@app.command()
def figures(data: DataOption = None) -> None:
    """建议与工作人员决定相比的正确率，按类别、按街镇。 Suggestions against decisions, by kind and street."""
    with _house(data) as (by, _at):
        from linli.kernel.catalogue.registry import catalogue
        from linli.kernel.places import queries as places
        from linli.kernel.triage import queries

        told = queries.figures(by)
        names = places.names(share.name for share in told.streets)
        rows = [("全部 all", told.whole)]
        rows += [(catalogue().word("matter", share.name, "zh"), share) for share in told.kinds]
        rows += [(names.get(share.name, share.name), share) for share in told.streets]
        for name, share in rows:
            typer.echo(f"{share.right:6d} / {share.decided:<6d} {name}")


@app.command()
def topics(
    scope: Annotated[str, typer.Option(help="地点代码前缀 / prefix of place codes")],
    days: Annotated[int, typer.Option(help="7、30、90、365")] = 90,
    data: DataOption = None,
) -> None:
    """现在计算一个范围的热点。 Compute the hot topics of a scope now."""
    with _house(data) as (by, at):
        from dataclasses import replace

        from linli.kernel.access import Role
        from linli.kernel.triage import trending

        looker = replace(by, role=Role.LEADER, scope=scope)
        trending.ask(by=looker, at=at, days=days)
        trending.compute_wanted(at=at, place_code=scope)
        for topic in trending.sheet(looker, days).topics:
            typer.echo(f"{topic['heat']:8.2f}  {topic['reports']:4d}  {topic['reporters']:4d}  {topic['label']}")


@app.command()
def switch(
    on: Annotated[bool, typer.Argument(help="true / false")],
    scope: Annotated[str, typer.Option(help="地点代码前缀，不给则处处 / everywhere when not given")] = "",
    data: DataOption = None,
) -> None:
    """在一个范围开启或关闭研判建议。 Switch suggestions on or off for a scope."""
    with _house(data) as (by, at):
        from linli.kernel.triage import verbs

        verbs.switch(by=by, at=at, on=on, place_code=scope)
        typer.echo("已开启 on" if on else "已关闭 off")


@contextmanager
def _house(data: Path | None) -> Iterator[tuple[Actor, datetime]]:
    """The running house, the operator and the time; a refusal is one sentence and exit code 2."""
    with built_house(data):
        from linli.kernel.access import SYSTEM, Refused, Via, as_system
        from linli.kernel.clock.now import now

        try:
            with as_system():
                yield SYSTEM.through(Via.SHELL), now()
        except Refused as refused:
            typer.echo(refused.sentence, err=True)
            raise typer.Exit(2) from None


def _read(store: Any, path: Path) -> Any:
    try:
        return store.read(path)
    except OSError as fault:
        raise typer.BadParameter(f"无法读取模型 {path}：{fault.strerror}。 Cannot read the model.") from fault


def _summary(results: list[Figures]) -> dict[str, Any]:
    """The mean over the repeats, their spread where there are several, and the table of the first."""
    names = ("accuracy", "macro_f1", "top2_accuracy", "calibration_error")
    values = {name: [getattr(result, name) for result in results] for name in names}
    means = {name: sum(of) / len(of) for name, of in values.items()}
    told: dict[str, Any] = {"n": results[0].count, **{name: round(mean, 4) for name, mean in means.items()}}
    from linli.kernel.triage.measure import BINS

    told["calibration_bins"] = BINS
    if len(results) > 1:
        told["repeats"] = len(results)
        told["standard_deviation"] = {
            name: round((sum((one - means[name]) ** 2 for one in of) / (len(of) - 1)) ** 0.5, 4)
            for name, of in values.items()
        }
    told["classes"] = results[0].as_dict()["classes"]
    return told


def _page(told: dict[str, Any]) -> str:
    lines = [
        f"n                                   {told['n']}",
        f"正确率 accuracy                     {told['accuracy']:.4f}",
        f"宏平均 F1 macro-F1                  {told['macro_f1']:.4f}",
        f"前二命中 top-2 accuracy             {told['top2_accuracy']:.4f}",
        f"校准误差 ECE（{told['calibration_bins']} 个等宽区间 bins）    {told['calibration_error']:.4f}",
        "",
        "    n  查准率 precision  查全率 recall      F1  分类 class",
    ]
    lines += [
        f"{row['count']:5d}  {row['precision']:16.3f}  {row['recall']:13.3f}  {row['f1']:6.3f}  {row['label']}"
        for row in told["classes"]
    ]
    return "\n".join(lines)


@contextmanager
def _faults() -> Iterator[None]:
    """A sentence on standard error and exit code 2 instead of a traceback."""
    from linli.kernel.triage.model import TriageError

    try:
        yield
    except TriageError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from None
    except OSError as fault:
        typer.echo(f"无法写入或读取文件：{fault}。 Cannot read or write.", err=True)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    app()
