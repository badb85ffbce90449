"""``flask calendar``: show a year of working days, enter a notice, find a due day, recount complaints."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.audit.acting import Acting, acting_as
from portal.complaints.service.recompute import Recomputed, recompute
from portal.domain.actor import Actor
from portal.domain.calendar_year import calendar_year
from portal.domain.day_words import cn_short_date
from portal.domain.errors import DomainError
from portal.domain.working_days import DayChange, DayFact, Why, WorkingCalendar
from portal.glossary import label
from portal.history.data_set import touch_data_set
from portal.reference.calendar import NoticeView, every_notice, working_calendar
from portal.reference.calendar_file import read_days, read_options
from portal.reference.calendar_service import (
    NoticeDocument,
    amend_calendar,
    preview_amendment,
    withdraw_amendment,
)
from portal.unit_of_work import unit_of_work

_OPERATOR = Actor("服务器管理员（命令行）")
_ACTING = Acting(_OPERATOR, "calendar_amend")
_MOST_BYTES = 100_000
_DATE = click.DateTime(["%Y-%m-%d"])


@click.group("calendar")
def calendar() -> None:
    """工作日日历：查看、按通知修改、推算到期日。"""


@calendar.command("show")
@click.argument("year", type=int)
@with_appcontext
def show(year: int) -> None:
    """列出一年的放假、调休，以及录入过的通知。"""
    try:
        told = calendar_year(working_calendar(), year)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    status = "已公布" if told.published else "暂定：这一年的放假安排还没有公布，下面只有法定节日，没有调休"
    click.echo(f"{year}年放假安排（{status}），工作日共{told.working_days}天")
    for one in told.holidays:
        worked = f"；上班：{'、'.join(map(cn_short_date, one.worked))}" if one.worked else ""
        span = cn_short_date(one.start)
        span = span if one.days == 1 else f"{span}至{cn_short_date(one.end)}"
        span = span if one.start.year == year else f"{one.start.year}年{span}"
        click.echo(f"  {one.name}：{span}，共{one.days}天{worked}{_numbers(one.notices)}")
    for other in told.others:
        click.echo(f"  {other.name}：{cn_short_date(other.day)}上班{_numbers(other.notices)}")
    for notice in every_notice():
        if notice.concerns(year):
            click.echo(_notice(notice))


@calendar.command("amend")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--rest", multiple=True, help="放假，如 2027-02-05..2027-02-13=春节；可写多次")
@click.option("--work", multiple=True, help="上班，如 2027-02-20=春节；可写多次")
@click.option("--document", help="依据的文件，如“国务院办公厅关于2027年部分节假日安排的通知”")
@click.option("--number", help="文号，如“国办发明电〔2026〕7号”")
@click.option("--url", help="文件的网址")
@click.option("--whole-year", type=int, help="这是哪一年的全年安排；只改几天的不写")
@click.option("--withdraw", type=int, metavar="编号", help="撤下已录入的一份安排")
@click.option("--reason", default="", help="为什么撤下")
@click.option("--commit", is_flag=True, help="真正写入；不加则只试运行")
@with_appcontext
def amend(
    file: Path | None,
    rest: tuple[str, ...],
    work: tuple[str, ...],
    document: str | None,
    number: str | None,
    url: str | None,
    whole_year: int | None,
    withdraw: int | None,
    reason: str,
    commit: bool,
) -> None:
    """按国务院的通知修改日历：FILE每行写“日期,放假或上班,节日”，或者用 --rest、--work。"""
    try:
        if withdraw is not None:
            if file or rest or work or document:
                raise click.UsageError("--withdraw 不能和要录入的日子一起写。")
            _withdraw(withdraw, reason, commit)
            return
        if not document:
            raise click.UsageError("请用 --document 写明依据的文件。")
        if (file is None) == (not rest and not work):
            raise click.UsageError("日子写在FILE里，或者用 --rest、--work，二选一。")
        days = read_options(rest, work) if file is None else read_days(_text(file))
        _amend(days, NoticeDocument(document.strip(), number, url), whole_year, commit)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None


@calendar.command("due")
@click.argument("received", metavar="DATE", type=_DATE)
@click.option("--days", "working_days", type=int, required=True, help="几个工作日")
@with_appcontext
def due(received: datetime, working_days: int) -> None:
    """DATE收到，N个工作日到哪一天为止：只印日期，如 2026-03-02。收到当天不算。"""
    try:
        found = working_calendar().due(received.date(), working_days)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(found.day.isoformat())
    if found.provisional:
        click.echo(f"暂定：{_unsettled(working_calendar())}，公布后可能改变。", err=True)


@calendar.command("recompute")
@with_appcontext
def recompute_cases() -> None:
    """按现在的日历重新推算还没有答复的投诉的到期日；录入、撤下安排时已经自动做过，升级后做一次。"""
    with acting_as(Acting(_OPERATOR, "calendar_recompute")), unit_of_work():
        recounted = recompute(_OPERATOR)
    _tell_recounted(recounted)


def _amend(days: dict[date, DayFact], document: NoticeDocument, whole_year: int | None, commit: bool) -> None:
    if not commit:
        _tell(preview_amendment(days, document, whole_year))
        click.echo("试运行，什么都没有写入；确认无误后加上 --commit。")
        return
    with acting_as(_ACTING), unit_of_work():
        amended = amend_calendar(days, document, _OPERATOR, whole_year=whole_year)
        touch_data_set()
        recounted = recompute(_OPERATOR)
    _tell(amended.changes)
    _tell_recounted(recounted)
    click.echo(f"已录入，编号{amended.notice_id}。")


def _withdraw(notice_id: int, reason: str, commit: bool) -> None:
    if not commit:
        held = {notice.id: notice for notice in every_notice()}.get(notice_id)
        if held is None or not held.in_force:
            raise click.ClickException(f"没有编号为{notice_id}、还在用的放假安排。")
        click.echo(_notice(held))
        click.echo("试运行，什么都没有写入；确认无误后加上 --commit。")
        return
    with acting_as(_ACTING), unit_of_work():
        withdrawn = withdraw_amendment(notice_id, reason, _OPERATOR)
        touch_data_set()
        recounted = recompute(_OPERATOR)
    _tell(withdrawn.changes)
    _tell_recounted(recounted)
    click.echo(f"已撤下编号{notice_id}的放假安排。")


def _tell(changes: tuple[DayChange, ...] | list[DayChange]) -> None:
    for one in changes:
        counts = "，到期日会受影响" if one.counts_differently else ""
        day = f"{one.day.isoformat()} {cn_short_date(one.day)}"
        click.echo(f"  {day}：{_why(one.before)} → {_why(one.after)}{counts}")
    click.echo(f"共改变{len(changes)}天，其中{sum(one.counts_differently for one in changes)}天算法不同。")


def _tell_recounted(recounted: Recomputed) -> None:
    click.echo(
        f"重新推算了{recounted.checked}件没有办完的投诉，其中{recounted.changed}件的到期日变了，都已记入审计记录。"
        if recounted.checked
        else "没有要重新推算的投诉。"
    )


def _text(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise click.ClickException("文件太大：一份放假安排只有几十行。")
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException("文件不是文本，请存成CSV或纯文本。")


def _notice(notice: NoticeView) -> str:
    number = f"（{notice.document_number}）" if notice.document_number else ""
    kind = f"{notice.whole_year}年全年安排" if notice.whole_year else f"改{len(notice.days)}天"
    gone = "" if notice.in_force else f"，已撤下：{notice.withdrawn_reason}"
    entered = f"{notice.entered_at:%Y-%m-%d} {notice.entered_by}录入"
    return f"  [{notice.id}] {notice.title}{number}：{kind}，{entered}{gone}"


def _unsettled(calendar: WorkingCalendar) -> str:
    return f"{calendar.published_to.year + 1}年的放假安排还没有公布"


def _numbers(ids: tuple[int, ...]) -> str:
    return f" {''.join(f'[{number}]' for number in ids)}" if ids else ""


def _why(why: Why) -> str:
    return f"{label(why.kind)}（{why.name}）" if why.name else label(why.kind)
