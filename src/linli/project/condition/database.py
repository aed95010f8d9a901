"""The database: is it there, new enough, and does row level security bind us."""

from __future__ import annotations

from collections.abc import Iterator

from linli.project.condition.finding import Finding, good, warning, wrong
from linli.project.engines.binaries import MAJOR
from linli.project.say import gettext as _


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
