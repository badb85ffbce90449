"""Signing in to the demo city's back office as one of its staff, in a real browser."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from portal.accounts.demo import PASSWORD

_LINK = re.compile(r"""<a\b(?![^>]*\sdownload\b)[^>]*\shref="(/staff[^"]*)\"""")


@cache
def signed_in_state(browser: Browser, site: str, email: str) -> Any:
    """Return the cookies of a browser in which ``email`` has signed in, second factor and all."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    sign_in(page, site, email)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, site: str, email: str) -> None:
    """Sign in by hand, as a person does."""
    page.goto(site + "/staff/sign-in")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(re.compile(r"/staff(/second-factor)?(\?.*)?$"))
    if "second-factor" in page.url:
        page.get_by_label("验证码").fill(page.locator("strong.code").inner_text())
        page.get_by_role("button", name="继续").click()
    page.wait_for_url(re.compile(r"/staff$"))


@cache
def pages_within_reach(browser: Browser, site: str, email: str) -> dict[str, str]:
    """Return kind of page → an address of it, for all that links of the back office lead to."""
    context = browser.new_context(locale="zh-CN", storage_state=signed_in_state(browser, site, email))
    found, todo = {"/staff": "/staff"}, ["/staff"]
    while todo:
        answer = context.request.get(site + todo.pop(0))
        for link in _LINK.findall(answer.text()):
            address = unescape(link).split("#")[0]
            kind = _kind(address)
            if kind is not None and kind not in found:
                found[kind] = address
                todo.append(address)
    context.close()
    return found


def _kind(address: str) -> str | None:
    """Return what addresses of one kind of page have in common; None for what is no page."""
    path = urlsplit(address).path
    if re.search(r"\.(csv|xlsx|json|svg|pdf)$|/(files|photos)/", path):
        return None
    numbered = re.sub(r"/(\d+|[2-9a-z]{8}|[A-Z]\d{4}-\w+)(?=/|$)", "/*", path)
    return re.sub(r"/(attention|edit|records|steps)/[a-z_-]+", r"/\1/*", numbered)
