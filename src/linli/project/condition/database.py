"""The database: is it there, new enough, and does row level security bind us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linli.project.condition.finding import Finding, good, warning, wrong
from linli.project.engines.binaries import MAJOR
from linli.project.say import gettext as _

if TYPE_CHECKING:
    from linli.kernel.audit.order import Holder

LONG = timedelta(minutes=1)
"""A transaction open for longer is worth a word."""


def server() -> Iterator[Finding]:
    """Django must be set up. Ends with the first fault: the rest could not be asked."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, rolsuper OR rolbypassrls, rolname,"
                " current_setting('server_encoding'),"
                " current_setting('synchronous_commit'), current_setting('fsync')"
                " FROM pg_roles WHERE rolname = current_user"
            )
            number, above, role, encoding, commit, fsync = cursor.fetchone()
    except DatabaseError as error:
        yield wrong(_("连不上数据库:{reason}").format(reason=str(error).strip().splitlines()[0]))
        return
    if number // 10000 < MAJOR:
        yield wrong(_("PostgreSQL {found} 太旧,需要 {major} 或更新。").format(found=number // 10000, major=MAJOR))
    else:
        yield good(_("PostgreSQL {major}.{minor} 可以连接").format(major=number // 10000, minor=number % 10000))
    if encoding != "UTF8":
        yield wrong(_("数据库编码是 {encoding},必须是 UTF8。").format(encoding=encoding))
    if "off" in (commit, fsync):
        yield warning(_("synchronous_commit 或 fsync 被关闭:断电会丢失已受理的事项。"))
    if above:
        yield warning(
            _(
                "数据库账号 {role} 是超级用户或可绕过行级安全:第二道锁不起作用。"
                "请改用普通账号(NOSUPERUSER NOBYPASSRLS)。"
            ).format(role=role)
        )
    else:
        yield good(_("行级安全对账号 {role} 有效").format(role=role))


def migrations() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield wrong(_("数据库结构落后 {count} 步。请运行 linli migrate。").format(count=len(pending)))
    else:
        yield good(_("数据库结构是最新的"))


def declarations() -> Iterator[Finding]:
    """Django's system checks, the scenes' declarations among them."""
    from django.core import checks

    messages = checks.run_checks()
    faults = [message for message in messages if message.level >= checks.ERROR and not message.is_silenced()]
    for message in faults:
        yield wrong(f"{message.id}: {message.msg}")
    if not faults:
        yield good(_("各场景的声明没有错误"))
        yield from _asleep()


def _asleep() -> Iterator[Finding]:
    """What waits for a scene that is off: it may be meant so, and is said once."""
    from linli.kernel.catalogue.registry import catalogue

    known = catalogue()
    for rule, scenes in known.asleep.items():
        yield good(
            _("积分规则 {rule} 没有启用:它要用的场景 {scenes} 没有开").format(
                rule=rule, scenes=_("、").join(scenes)
            )
        )
    for scene, rules in known.borrowed.unopened().items():
        yield warning(
            _("规则 {rules} 只预警、不开事项:事项属于场景 {scene},它没有开").format(
                rules=_("、").join(rules), scene=scene
            )
        )


def order() -> Iterator[Finding]:
    """Do followers and live streams pass over nothing? A database restored into another cluster could make them."""
    from linli.kernel.audit.order import order as asked

    found = asked()
    if found.is_wrong:
        yield wrong(
            _(
                "有 {records} 条审计记录、{followers} 个跟随者的事务编号比数据库现在数到的还大:数据是从别的集群恢复来的,"
                "新的记录会被跟随者漏掉。请运行 linli check --mend。"
            ).format(records=found.records, followers=found.followers)
        )
    elif found.moved:
        yield warning(
            _(
                "这个数据库原来在集群 {was},现在在集群 {cluster}(恢复或升级)。下一条审计记录会另起一代,跟随者先读完旧的再读新的,"
                "不漏不重;现在就记下这次搬家:linli check --mend。"
            ).format(was=found.was, cluster=found.cluster)
        )
    else:
        yield good(_("审计记录的先后可信(第 {era} 代)").format(era=found.era))


def mended() -> Iterator[Finding]:
    """Put the order right, if it is not."""
    from linli.kernel.access import SYSTEM, Via
    from linli.kernel.audit.verbs import mend
    from linli.kernel.clock.now import now

    done = mend(by=SYSTEM.through(Via.SHELL), at=now())
    if done is None:
        yield good(_("先后没有错,不用修"))
    else:
        yield good(
            _("已另起第 {era} 代;恢复之后写下的 {strays} 条记录排到它后面,跟随者从原处接着读").format(
                era=done.era, strays=done.strays
            )
        )


def held_back(longer_than: timedelta = LONG) -> Iterator[Finding]:
    """A transaction left open anywhere in the cluster keeps followers and live streams waiting."""
    from linli.kernel.audit.order import holder

    found = holder(longer_than)
    if found is None:
        yield good(_("没有长事务拖住跟随者"))
    else:
        yield warning(told(found))


def told(holder: Holder) -> str:
    """Which session it is, since when, and how it is ended: for an operator."""
    began = holder.query_began.astimezone() if holder.query_began else None
    facts = {
        "pid": holder.pid,
        "name": holder.application or "?",
        "user": holder.user,
        "database": holder.database,
        "state": holder.state or "?",
        "age": max(1, round((datetime.now(UTC) - holder.since).total_seconds() / 60)),
        "began": f"{began:%m-%d %H:%M:%S}" if began else "?",
    }
    if not holder.pid:
        return _(
            "数据库 {database} 里 {user} 的预备事务 {name} 已拖住跟随者和实时推送 {age} 分钟。请用 COMMIT PREPARED 或 ROLLBACK PREPARED 了结它。"
        ).format(**facts)
    return _(
        "会话 {pid}(程序 {name},账号 {user},数据库 {database},状态 {state},语句始于 {began})的事务已拖住跟随者和实时推送 {age} 分钟。"
        "请让它提交,或执行 SELECT pg_terminate_backend({pid})。"
    ).format(**facts)


def chains() -> Iterator[Finding]:
    """Every audit record follows the one before it, and says what it said when it was written."""
    from linli.kernel.access import SYSTEM, look_as
    from linli.kernel.audit.queries import verify

    look_as(SYSTEM)
    breaks = list(verify())
    for found in breaks:
        yield wrong(
            _("审计链 {stream} 在第 {seq} 条断裂({fault})。").format(
                stream=found.stream, seq=found.seq, fault=found.fault
            )
        )
    if not breaks:
        yield good(_("审计记录的哈希链完整"))


def figures(*, mend: bool) -> Iterator[Finding]:
    """What is kept of figures is what matters and records say, to the last matter; what differs is named, or mended."""
    from linli.kernel.access import SYSTEM, Via
    from linli.kernel.clock.now import now
    from linli.kernel.figures.verbs import compare, recompute

    by = SYSTEM.through(Via.SHELL)
    if mend:
        yield good(_("评价数字已重算,改正 {count} 处").format(count=recompute(by=by, at=now()).different))
    found = compare(by=by, at=now())
    for one in found.named:
        yield wrong(
            _("评价数字 {what} {key}:保存的是 {kept},重算得到 {anew}。").format(
                what=one.what, key=one.key, kept=one.kept or "-", anew=one.recomputed or "-"
            )
        )
    if found.different:
        yield wrong(
            _("评价数字有 {count} 处与记录不符。请执行 linli check --figures --mend。").format(
                count=found.different
            )
        )
    else:
        yield good(
            _("评价数字与记录相符:{turns} 轮办理、{parts} 次派遣、{cells} 个计数全部重算过").format(
                turns=found.turns, parts=found.parts, cells=found.cells
            )
        )


def points() -> Iterator[Finding]:
    """Every balance is the sum of its entries, every ledger is nought altogether, every lot what was got and spent of it."""
    from linli.kernel.points.queries import proving

    found = list(proving.faults())
    for one in found:
        yield wrong(_("积分账不平:{what} {id}").format(what=one.what, id=one.id))
    if not found:
        size = proving.size()
        yield good(
            _("积分账平:{accounts} 个账户、{transfers} 笔、{entries} 条分录全部核对过").format(
                accounts=size.accounts, transfers=size.transfers, entries=size.entries
            )
        )
