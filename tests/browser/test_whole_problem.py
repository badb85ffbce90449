"""From a complaint that proves true to a return visit that finds it again: citizen, clerk, reviewer, reader.

Every step is a page that somebody presses a button on; after each the public sees what it may, and no more.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serve
from tests.browser.looking import next_page
from tests.browser.people import NAME, PHONE, Citizen, Staff, a_home, sound

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = "已经看过值班表，夜班确实只有一名护理员。接下来核查三楼的夜间护理记录，查完答复您。"
REPLY = "夜查两次，三楼夜班只有一名护理员，叫铃没有人应。已经责令整改。"
TITLE = "三楼夜班只有一名护理员"
SEEN = "夜间到场查看，三楼夜班两名护理员在岗，叫铃三分钟内有人到。"
AGAIN = "回头看：夜间三楼又只有一名护理员在岗。"


@pytest.fixture
def own_data(demo_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture
def office(own_data: Path) -> Iterator[str]:
    with serve(own_data) as address:
        yield address


class Desk(Staff):
    """A member of staff who works on problems."""

    def goto(self, address: str) -> Page:
        self.page.goto(self._site + address)
        return self.page

    def press(self, button: str) -> Page:
        """Press the button of a form and wait for the page it leads to."""
        with next_page(self.page):
            self.page.get_by_role("button", name=button, exact=True).click()
        return self.page

    def fill_deed(self, deed: str, button: str, **fields: str) -> Page:
        """Fill in the form of one deed of the page and send it; ``sure`` is a box to tick."""
        page = self.page
        folded = page.locator(f"#deed-{deed}")
        if folded.count() and folded.get_attribute("open") is None:
            folded.locator("summary").click()
        form = page.locator(f"form[action$='/{deed.replace('_', '-')}']")
        for name, text in fields.items():
            field = form.locator(f"[name={name}], [name$=-{name}]").first
            if field.get_attribute("type") in ("checkbox", "radio"):
                form.locator(f"[name={name}][value='{text}'], [name$=-{name}][value='{text}']").first.check()
            else:
                field.fill(text)
        with next_page(page):
            form.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".error-summary")).to_have_count(0)
        return page


def _prove(clerk: Staff, citizen: Citizen) -> None:
    clerk.open(citizen.number)
    clerk.do("accept", "受理这件投诉")
    clerk.do("start", "我来办，开始办理")
    clerk.do("first_answer", "发出首次答复", FIRST)
    page = clerk.open(citizen.number)
    if page.locator("#deed-reply").count():
        page.locator("#deed-reply summary").click()
    page.locator("#reply-words").fill(REPLY)
    page.locator("input[name=reply-finding][value=true]").check()
    with next_page(page):
        page.get_by_role("button", name="发出办理答复", exact=True).click()


def test_from_a_complaint_to_the_return_visit(browser: Browser, office: str, own_data: Path) -> None:
    citizen = Citizen(browser, office)
    home = a_home(own_data)
    citizen.lodge(home)
    clerk = Desk(browser, office, "clerk@yunting.example")
    reviewer = Desk(browser, office, "reviewer@yunting.example")
    _prove(clerk, citizen)

    # the problem has come of itself, without a word of what was written
    page = clerk.goto("/staff/problems?origin=complaint&state=entered")
    today = page.evaluate("new Intl.DateTimeFormat('sv', {timeZone: 'Asia/Shanghai'}).format(new Date())")
    page.locator("main a[href*='/staff/problems/']", has_text="照护服务问题").first.click()
    expect(page.get_by_text(citizen.number)).to_be_visible()
    expect(page.get_by_text("尿垫")).to_have_count(0)
    sound(page)
    problem = re.sub(r"[?#].*", "", page.url).rsplit("/", 1)[-1]
    page = clerk.goto(f"/staff/problems/{problem}/edit")
    page.locator("input[name=severity][value=serious]").check()
    page.locator("#title").fill(TITLE)
    page.locator("#description").fill("夜间两次到场，三楼只有一名护理员在岗，叫铃没有人应。")
    page.locator("#basis").fill("GB 38600-2019《养老机构服务安全基本规范》第4章")
    page.locator("#measure").fill("夜班每层两人，叫铃五分钟内有人到。")
    clerk.press("保存")

    # a notice: drafted by one, issued by another, served, published
    page = clerk.goto(f"/staff/notices/new?problem={problem}")
    page.locator("#title").fill("责令限期整改通知书")
    page.locator("#demands").fill("请在期限内改好，并书面报告。")
    page.locator("#legal_basis").fill("《养老机构管理办法》")
    page.locator("#days").fill("10")
    clerk.press("存稿子，看全文")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    notice = re.sub(r"[?#].*", "", page.url).rsplit("/", 1)[-1]
    clerk.fill_deed("submit_draft", "写好了，交审核")
    assert browser.new_context().new_page().goto(f"{office}/notices/{notice}").status == 404  # type: ignore[union-attr]
    reviewer.goto(f"/staff/notices/{notice}")
    sound(reviewer.page)
    reviewer.fill_deed("issue", "同意，编号发出", sure="y")
    clerk.goto(f"/staff/notices/{notice}")
    clerk.fill_deed("serve", "记下送达", on=today, how="in_person")
    reviewer.goto(f"/staff/notices/{notice}/publication")
    reviewer.press("同意公开")

    reader = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN").new_page()
    reader.goto(f"{office}/notices/{notice}")
    expect(reader.get_by_text(TITLE).first).to_be_visible()
    sound(reader)
    reader.goto(f"{office}/problems/{problem}")
    expect(reader.get_by_text("群众反映").first).to_be_visible()
    for secret in (citizen.number, NAME, PHONE, "尿垫", "投诉人"):
        assert secret not in reader.content()
    sound(reader)

    # put right, accepted by another on what was seen there, cleared
    clerk.goto(f"/staff/problems/{problem}")
    clerk.fill_deed("start", "开始整改了")
    clerk.fill_deed("submit", "提请验收", words="夜班增加到每层两人。", on=today)
    visit = _visit(clerk, problem, today, "clean", SEEN, found_again="no")
    reviewer.goto(f"/staff/problems/{problem}")
    reviewer.fill_deed("clear", "验收合格，销号", words=SEEN, on=today, sure="y")
    reviewer.goto(f"/staff/inspections/{visit}/publication")
    reviewer.press("同意公开")
    reader.goto(f"{office}/problems/{problem}")
    expect(reader.get_by_text("销号").first).to_be_visible()
    assert _events(reader, office, notice) == ["cleared", "issued"]

    # somebody goes back, and it is there again: a new entry, tied to the first
    visit = _visit(clerk, problem, today, "problems", AGAIN, found_again="yes")
    page = clerk.goto(f"/staff/inspections/{visit}")
    second = page.locator("main a[href*='/staff/problems/']", has_text=TITLE)
    addresses = {str(link.get_attribute("href")) for link in second.all()}
    again = next(one.rsplit("/", 1)[-1] for one in addresses if not one.endswith(problem))
    reviewer.goto(f"/staff/problems/{again}/publication")
    reviewer.press("同意公开")
    reader.goto(f"{office}/problems/{again}")
    expect(reader.locator(f"a[href*='/problems/{problem}']").first).to_be_visible()
    sound(reader)
    reader.goto(f"{office}/problems/{problem}")
    expect(reader.locator(f"a[href*='/problems/{again}']").first).to_be_visible()
    assert _events(reader, office, notice) == ["recurred", "cleared", "issued"]
    reader.goto(f"{office}/institutions/{home}")
    expect(reader.locator(f"a[href*='/problems/{again}']").first).to_be_visible()


def _visit(clerk: Desk, problem: str, day: str, result: str, seen: str, *, found_again: str) -> str:
    """Plan and record a visit that looks at a problem; return its public id."""
    page = clerk.goto(f"/staff/inspections/new?problem={problem}")
    clerk.press("排上")
    visit = re.sub(r"[?#].*", "", page.url).rsplit("/", 1)[-1]
    page = clerk.goto(f"/staff/inspections/{visit}/visit")
    page.locator("#visited_on").fill(day)
    page.locator(f"input[name=found_again][value={found_again}]").check()
    page.locator(f"input[name=result][value={result}]").check()
    page.locator("#summary").fill(seen)
    clerk.press("保存检查结果")
    expect(page.get_by_text(seen).first).to_be_visible()
    return visit


def _events(reader: Page, office: str, notice: str) -> list[str]:
    """Return what the feed tells of one notice, newest first."""
    answer = reader.request.get(office + "/feeds/rectifications.atom")
    found = feedparser.parse(answer.body())
    assert not found.bozo, found.get("bozo_exception")
    return [entry.id.split(":")[4] for entry in found.entries if f":{notice}:" in entry.id]
