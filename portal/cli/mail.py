"""``flask mail``: how the outbox stands, and sending without waiting for the worker."""

from __future__ import annotations

import sys
from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.cli.duration import duration
from portal.config import Settings
from portal.notify import outbox
from portal.notify.delivery import deliver_due
from portal.notify.senders import make_sender
from portal.unit_of_work import unit_of_work

mail = AppGroup("mail", help="待发邮件：查看状态，立即发送，重发。")

_LATE = timedelta(minutes=15)
"""After so long a mail has failed more than once, or no worker runs."""

_PROBLEMS = {
    "connection": "连不上邮件服务器",
    "tls": "与邮件服务器的加密连接建立不了",
    "address": "收件地址写错了",
    "vault": "收件人和内容打不开：PORTAL_VAULT_KEY 不对",
    "late": "没有邮件服务器，等了7天",
    "crash": "发送过程一再中断",
}


@mail.command("status", help="等着发的、放弃了的；有问题时以退出码1结束。")
def status() -> None:
    """Say what waits and what was given up."""
    settings = _settings()
    server = settings.mail_server
    if server is not None:
        click.echo(f"邮件服务器：{server.host}:{server.port}")
    elif make_sender(settings) is not None:
        click.echo("邮件服务器：没有设置。演示站点把邮件显示在后台任务的输出里，不寄出。")
    else:
        click.echo("邮件服务器：没有设置（PORTAL_MAIL_URL），邮件留着不发，7天后放弃。")
    found = outbox.standing()
    late = False
    if found.oldest is None:
        click.echo("等着发的：没有")
    else:
        waited = clock.now() - found.oldest
        late = waited > _LATE
        click.echo(f"等着发的：{found.waiting} 封，最早的已等 {duration(waited)}")
    if not found.given_up:
        click.echo("放弃了的：没有")
    else:
        click.echo(f"放弃了的：{sum(found.given_up.values())} 封，保留30天")
        for problem, count in sorted(found.given_up.items()):
            click.echo(f"  {_PROBLEMS.get(problem, problem)}：{count} 封")
        click.echo("原因消除以后重发：flask --app wsgi mail retry")
    if late or found.given_up:
        sys.exit(1)


@mail.command("deliver", help="现在就发送到时候的邮件，不等后台任务。")
def deliver() -> None:
    """Send what is due."""
    sender = make_sender(_settings())
    if sender is None:
        raise click.ClickException("没有设置邮件服务器（PORTAL_MAIL_URL）。")
    sent = failed = 0
    more = True
    while more:
        done = deliver_due(sender)
        sent, failed, more = sent + done.sent, failed + done.failed, done.more
    click.echo(f"发出 {sent} 封，没有发成 {failed} 封。")
    if failed:
        sys.exit(1)


@mail.command("retry", help="放弃了的邮件从头再试。")
def retry() -> None:
    """Let what was given up wait anew."""
    with unit_of_work():
        count = outbox.try_again()
    click.echo(f"{count} 封重新等着发送。")


def _settings() -> Settings:
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return settings
