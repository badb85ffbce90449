"""``flask audit``: does the chain hold, what stands in it, and closing the days that have passed."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click
from flask.cli import AppGroup

from portal.accounts.digest_mail import publish_closed_days
from portal.audit.checking import verify
from portal.audit.models import AuditEntry
from portal.audit.queries import latest_entries
from portal.unit_of_work import unit_of_work

audit = AppGroup("audit", help="操作记录：核对，查看，结算每天的校验值。")

_SEALED = re.compile(r"v1\.\d+\.[\w=-]{40,}")


@audit.command("verify", help="核对全部操作记录有没有被改动；不符时以退出码1结束，并说出第一条不符的。")
def verify_command() -> None:
    """Read the whole chain and say whether it holds."""
    found = verify()
    if found.broken is not None:
        click.echo(f"操作记录不符：第{found.broken.sequence}条，{found.broken.reason}。", err=True)
        click.echo("先不要动数据库，照 docs/operations.md 的 When audit verify fails 去做。", err=True)
        sys.exit(1)
    if not found.entries:
        click.echo("还没有操作记录，没有什么可核对的。")
        return
    click.echo(f"操作记录完好：共{found.entries}条，最后一条的校验值 {found.last_hash}")


@audit.command("show", help="显示最近的操作记录，旧的在前。")
@click.option("--last", "count", type=click.IntRange(1, 1000), default=20, show_default=True, help="几条")
@click.option("--subject", help="只看某一对象的，例如 institution/12")
def show(count: int, subject: str | None) -> None:
    """Print entries, what was sealed in them left sealed."""
    entries = latest_entries(count, subject)
    for entry in entries:
        _print(entry)
    if not entries:
        click.echo("没有这样的操作记录。")


@audit.command("close-day", help="结算到昨天为止每天的校验值并寄给监督人员；平时由后台任务在零点后做。")
def close_day() -> None:
    """Close the days that have passed."""
    with unit_of_work():
        closed = [(one.day, one.sequence, one.hash) for one in publish_closed_days()]
    for day, sequence, digest in closed:
        click.echo(f"{day.isoformat()}  共{sequence}条  {digest}")
    if not closed:
        click.echo("没有要结算的：今天要等过了零点，以前的都已经结算。")


def _print(entry: AuditEntry) -> None:
    who = entry.actor if entry.staff_id is None else f"{entry.actor}（工作人员{entry.staff_id}号）"
    about = f"  {entry.subject}" if entry.subject else ""
    click.echo(f"#{entry.sequence}  {entry.at:%Y-%m-%d %H:%M:%S}  {who}  {entry.action}{about}")
    try:
        content = json.loads(entry.content)
    except ValueError:  # somebody wrote into it: verify tells
        content = {"note": {"内容读不出来": entry.content}}
    for name, value in content.get("note", {}).items():
        click.echo(f"    {name}：{_shown(value)}")
    for change in content.get("changes", ()):
        _print_change(change)


def _print_change(change: dict[str, Any]) -> None:
    before, after = change.get("before"), change.get("after")
    what = "新增" if before is None else "删除" if after is None else "修改"
    click.echo(f"    {what} {change['kind']}/{'/'.join(str(part) for part in change['id'])}")
    for name in sorted({*(before or {}), *(after or {})}):
        if before is None:
            click.echo(f"      {name}：{_shown((after or {}).get(name))}")
        elif after is None:
            click.echo(f"      {name}：{_shown(before.get(name))}")
        else:
            click.echo(f"      {name}：{_shown(before.get(name))} → {_shown(after.get(name))}")


def _shown(value: object) -> str:
    if value is None:
        return "（空）"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _SEALED.sub("（加密）", text)
