"""A visit is recorded at the door: on a telephone, without JavaScript, with a problem found."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.staff import signed_in_state

pytestmark = pytest.mark.browser
REVIEWER = "reviewer@yunting.example"


def test_a_visit_is_recorded_on_a_phone_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="zh-CN",
        java_script_enabled=False,
        storage_state=signed_in_state(browser, site, REVIEWER),
    )
    page = context.new_page()
    page.goto(f"{site}/staff/inspections")
    page.locator(".case-queue th a").first.click()
    page.get_by_role("link", name="登记检查结果").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登记检查结果")

    remark = page.locator("#remark_E13")
    expect(remark).to_be_hidden()  # asked for where something is not met
    page.get_by_role("group", name=re.compile("E13")).get_by_role("radio", name="不符合").check()
    remark.fill("二楼东侧")
    page.get_by_role("radio", name="发现问题：需要限期整改。").check()
    page.get_by_label("检查情况").fill("二楼疏散通道堆放床垫，要求三天内搬走。")
    page.get_by_role("button", name="再加一个问题").click()
    expect(page.locator("#found-2")).to_have_attribute("open", "")
    expect(remark).to_have_value("二楼东侧")

    second = page.locator("#found-2")
    second.get_by_label("一句话说清问题").fill("二楼疏散通道堆放床垫")
    page.get_by_role("button", name="保存检查结果").click()
    expect(page.get_by_role("alert")).to_contain_text("请选是哪方面的问题")
    second.get_by_label("是哪方面的问题").select_option("fire")
    second.get_by_role("radio", name="较重").check()
    second.get_by_label("详细情况").fill("床垫十张，宽度不够。")
    page.get_by_role("button", name="保存检查结果").click()
    expect(page.get_by_role("status")).to_have_text("已登记，1个问题已登账")
    expect(page.get_by_role("link", name="二楼疏散通道堆放床垫")).to_be_visible()
    expect(page.get_by_text("二楼东侧", exact=True)).to_be_visible()
    context.close()
