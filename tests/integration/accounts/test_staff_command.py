"""``flask staff``: the first account, the way back in, and what it leaves in the audit."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.audit.models import AuditEntry
from portal.domain.permissions import Department, Role
from portal.extensions import db

CREATE = ["staff", "create", "--name", "钟原", "--email", "zhong@example.cn", "--role", "administrator"]


def test_the_first_account(app: Flask) -> None:
    run = app.test_cli_runner()
    done = run.invoke(args=[*CREATE, "--region", "三明市三元区"])
    assert done.exit_code == 0, done.output
    link = re.search(r"/staff/link/[\w-]{40,}", done.output)
    assert link is not None
    assert app.test_client().get(link[0]).status_code == 200
    with app.app_context():
        made = db.session.scalars(select(StaffMember)).one()
        assert (made.role, made.department, made.region_code) == (
            Role.ADMINISTRATOR,
            Department.CIVIL_AFFAIRS,
            "350404",
        )
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action) == ("服务器管理员（命令行）", "staff_create")
        assert "钟原" not in entry.content
        assert "zhong@" not in entry.content
    assert "未设密码" in run.invoke(args=["staff", "list"]).output
    again = run.invoke(args=CREATE)
    assert again.exit_code == 1
    assert "已经有账号了" in again.output


def test_unknown_regions_and_people_are_named(sqlite_app: Flask) -> None:
    run = sqlite_app.test_cli_runner()
    assert "不存在县" in run.invoke(args=[*CREATE, "--region", "不存在县"]).output
    assert "没有这个邮箱" in run.invoke(args=["staff", "reset", "nobody@example.cn"]).output


def test_reset_and_disable(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=CREATE)
    done = run.invoke(args=["staff", "reset", "ZHONG@example.cn", "--second-factor"])
    assert done.exit_code == 0
    assert "/staff/link/" in done.output
    assert run.invoke(args=["staff", "disable", "zhong@example.cn"]).exit_code == 0
    assert "停用" in run.invoke(args=["staff", "list"]).output
    link = re.search(r"/staff/link/[\w-]+", done.output)
    assert link is not None
    assert app.test_client().get(link[0]).status_code == 410, "a shut account takes no link"


def test_an_erased_person_is_unreadable_and_the_chain_still_holds(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=CREATE)
    done = run.invoke(args=["staff", "erase", "zhong@example.cn", "--yes"])
    assert done.exit_code == 0, done.output
    listed = run.invoke(args=["staff", "list"]).output
    assert "（已删除）" in listed
    assert "钟原" not in listed
    assert run.invoke(args=["audit", "verify"]).exit_code == 0
    again = run.invoke(args=CREATE)
    assert again.exit_code == 0, "the address is free again"


def test_what_is_no_address_is_refused(sqlite_app: Flask) -> None:
    args = ["staff", "create", "--name", "钟原", "--email", "zhong", "--role", "clerk"]
    done = sqlite_app.test_cli_runner().invoke(args=args)
    assert done.exit_code == 1
    assert "不是邮箱地址" in done.output
