"""``flask staff``: the first account, and the way back in for whoever is locked out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup

from portal.accounts import staff as accounts
from portal.accounts.identity import label_of, region_label
from portal.accounts.models import LinkPurpose, StaffMember
from portal.accounts.queries import staff_by_email, staff_count, staff_within
from portal.accounts.staff import EMAIL, email_of, name_of, new_link
from portal.audit.acting import Acting, acting_as
from portal.config import Settings
from portal.domain.actor import Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Department, Role
from portal.reference.directory import region_directory
from portal.unit_of_work import unit_of_work

staff = AppGroup("staff", help="后台账号：建第一个管理员，帮进不来的人进来。")

_EVERYBODY = Scope(public_only=False)


@staff.command("create", help="新建账号，打印设置密码的链接（7天内用一次）。")
@click.option("--name", required=True, help="姓名。")
@click.option("--email", required=True, help="邮箱，登录用。")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="角色。")
@click.option(
    "--department",
    type=click.Choice([each.value for each in Department]),
    default=Department.CIVIL_AFFAIRS.value,
    show_default=True,
    help="部门。",
)
@click.option("--region", help="负责的地区（代码或全称）；不写为全国。")
def create(name: str, email: str, role: str, department: str, region: str | None) -> None:
    """Enter a member of staff and print the invitation."""
    if not EMAIL.fullmatch(email.strip()):
        raise click.ClickException(f"--email “{email}”不是邮箱地址，应像 name@example.gov.cn")
    with _told(), acting_as(_operator("staff_create")), unit_of_work():
        made = accounts.create_staff(name, email, Role(role), Department(department), _region(region))
        link = _link(made, LinkPurpose.INVITATION)
        label = _label(made)
    click.echo(f"已新建：{label}。请把下面的链接交给本人，7天内有效，只能用一次：\n{link}")


@staff.command("list", help="列出账号。")
def list_accounts() -> None:
    """Print every account with its state."""
    for offset in range(0, staff_count(_EVERYBODY), 200):
        for person in staff_within(_EVERYBODY, offset=offset, limit=200):
            state = "停用" if not person.active else "未设密码" if person.password_hash is None else "在用"
            click.echo(f"{person.id}\t{_label(person)}\t{name_of(person)}\t{email_of(person)}\t{state}")


@staff.command("reset", help="打印重设密码的链接（2小时内用一次）；加 --second-factor 同时清除两步验证。")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="手机和恢复码都丢了：同时清除两步验证。")
def reset(email: str, second_factor: bool) -> None:
    """Print a reset link."""
    with _told(), acting_as(_operator("staff_reset")), unit_of_work():
        person = _found(email)
        if second_factor:
            accounts.reset_second_factor(person)
        link = _link(person, LinkPurpose.RESET)
    click.echo(f"请把下面的链接交给本人，2小时内有效，只能用一次：\n{link}")


@staff.command("disable", help="停用账号，立刻退出所有设备。")
@click.argument("email")
def disable(email: str) -> None:
    """Shut an account."""
    with _told(), acting_as(_operator("staff_disable")), unit_of_work():
        person = _found(email)
        accounts.change_staff(
            person,
            name=name_of(person),
            role=person.role,
            department=person.department,
            region_code=person.region_code,
            active=False,
        )
    click.echo("已停用。")


@staff.command("erase", help="永久停用账号并删除其姓名和邮箱；操作记录仍可核对。")
@click.argument("email")
@click.option("--yes", is_flag=True, help="不再询问。")
def erase(email: str, yes: bool) -> None:
    """Make a person's name and address unreadable."""
    if not yes:
        click.confirm("姓名和邮箱将永远无法恢复。继续吗？", abort=True)
    with _told(), acting_as(_operator("staff_erase")), unit_of_work():
        accounts.erase_staff(_found(email))
    click.echo("已删除，账号已永久停用。")


def _link(person: StaffMember, purpose: LinkPurpose) -> str:
    settings: Settings = current_app.config["PORTAL"]
    return f"{settings.base_url}/staff/link/{new_link(person, purpose)}"


def _found(email: str) -> StaffMember:
    person = staff_by_email(email)
    if person is None:
        raise click.ClickException("没有这个邮箱的在用账号")
    return person


def _label(person: StaffMember) -> str:
    return label_of(person.role, person.department, region_label(person.region_code))


def _region(text: str | None) -> str | None:
    if text is None:
        return None
    found = region_directory().resolve(text)
    if found.code is None:
        raise click.ClickException(f"--region “{text}”：{found.reason or '不是已知的行政区划'}")
    return found.code


def _operator(action: str) -> Acting:
    return Acting(Actor("服务器管理员（命令行）"), action)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
