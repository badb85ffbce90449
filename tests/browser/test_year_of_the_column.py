"""A year of the column with the clock moved: suggestion, digest, topic, vote, work, verdict, in public.

Every step is a page that somebody presses a button on; the site believes the moment that the test writes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.domain.monthly_lists import month_after
from portal.institutions.demo.regions import COUNTIES
from portal.topics.digest_jobs import compile_missing_digests
from tests.browser.conftest import serve
from tests.browser.looking import loaded, next_page
from tests.browser.people import sound
from tests.browser.staff import sign_in
from tests.conftest import make_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WISH = "菜市场边上的老人夏天没有地方歇脚，希望每个街道开一间有空调的歇脚屋，护工轮流值守，老人随时能进去坐。"
PHONE = "13800138000"
TITLE = "每个街道开一间老人歇脚屋"
ANSWER = "同意。今年先在五个街道开，明年每个街道都有。"
OTHER = "公园里多放几张有靠背的椅子"
DONE = "五个街道的歇脚屋已经开门，每天八点到二十点。"
JUDGEMENT = "这个月大家说得最多的是歇脚的地方，拟列为候选项目。"
OWN = COUNTIES[0]


@pytest.fixture
def own_data(demo_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    (folder / "moment").write_text(clock.now().isoformat(), encoding="ascii")
    return folder


@pytest.fixture
def office(own_data: Path) -> Iterator[str]:
    with serve(own_data, "tests.browser.moved_site:app") as address:
        yield address


class Time:
    """What the site takes for now."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.now = clock.now()

    def move(self, moment: datetime) -> None:
        """Let it be ``moment``."""
        self.now = moment
        (self._data / "moment").write_text(moment.isoformat(), encoding="ascii")

    def on(self, day: date, hour: int = 10) -> None:
        """Let it be an hour of a day."""
        self.move(clock.at(day, hour))


class Desk:
    """A member of staff: signs in anew on every day on which there is something to do."""

    def __init__(self, browser: Browser, site: str, email: str) -> None:
        self._browser, self._site, self._email = browser, site, email
        self.page: Page

    def sits_down(self) -> None:
        self.page = self._browser.new_context(locale="zh-CN").new_page()
        sign_in(self.page, self._site, self._email)

    def goto(self, address: str) -> Page:
        self.page.goto(self._site + address)
        return self.page

    def press(self, button: str) -> Page:
        with next_page(self.page):
            self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator(".error-summary")).to_have_count(0)
        return self.page

    def do(self, deed: str, button: str, **fields: str) -> Page:
        """Fill in the form of one deed of the page and send it."""
        folded = self.page.locator(f"details#deed-{deed}")
        if folded.count() and folded.get_attribute("open") is None:
            folded.locator("summary").click()
        form = self.page.locator(f"form[action$='/{deed.replace('_', '-')}']")
        fill(form.page, f"form[action$='/{deed.replace('_', '-')}']", deed, fields)
        with next_page(self.page):
            form.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator(".error-summary")).to_have_count(0)
        return self.page


def fill(page: Page, form: str, deed: str, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        field = page.locator(f"{form} [name='{deed}-{name}']").first
        kind = field.get_attribute("type")
        if kind in ("checkbox", "radio"):
            page.locator(f"{form} [name='{deed}-{name}'][value='{text}']").check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)


def reader(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN").new_page()


def _suggests(citizen: Page, office: str) -> str:
    """Write the suggestion on a phone; return its receipt number."""
    citizen.goto(office + "/suggestions/new")
    citizen.locator("#text").fill(WISH)
    citizen.locator("input[name=kind][value=home_care]").check()
    citizen.locator("#region").select_option(OWN.code)
    citizen.locator("#telephone").fill(PHONE)
    with next_page(citizen):
        citizen.locator("#send").click()
    if citizen.locator(".slip__number").count() == 0:  # what says something like it is shown once
        with next_page(citizen):
            citizen.locator("#send").click()
    expect(citizen.locator(".slip__number")).to_be_visible()
    sound(citizen)
    return citizen.locator(".slip__number").inner_text()


def _address(page: Page) -> str:
    return page.url.split("#")[0].split("?")[0]


def _drafted(clerk: Desk, pool: str, title: str, scope: str = "own") -> str:
    page = clerk.goto(f"/staff/topics/new?pool={pool}")
    page.locator("#title").fill(title)
    page.locator("#why").fill("群众点题里说得最多。")
    page.locator("#demands").fill("先在五个街道开，明年铺开。")
    page.locator(f"input[name=scope][value={scope}]").check()
    clerk.press("存稿子")
    return _address(clerk.page).rsplit("/", 1)[-1]


def test_a_year_of_the_column(browser: Browser, office: str, own_data: Path) -> None:
    time, today = Time(own_data), clock.today()
    clerk = Desk(browser, office, "clerk@yunting.example")
    reviewer = Desk(browser, office, "reviewer@yunting.example")
    citizen, other = reader(browser), reader(browser)

    # somebody suggests; nobody reads it before it was looked through
    receipt = _suggests(citizen, office)
    other.goto(office + "/suggestions")
    expect(other.get_by_text("歇脚")).to_have_count(0)

    time.on(today + timedelta(days=1))
    clerk.sits_down()
    clerk.goto(f"/staff/suggestions/{receipt}/publication")
    clerk.page.locator("#title").fill(TITLE)
    sound(clerk.page)
    clerk.press("同意公开")
    other.goto(office + "/suggestions")
    with next_page(other):
        other.get_by_role("link", name=TITLE).first.click()
    wish = _address(other)
    assert PHONE not in other.content()
    with next_page(other):
        other.get_by_role("button", name="我也支持").click()
    expect(other.locator(".voice__count strong")).to_have_text("1")
    sound(other)
    clerk.goto(f"/staff/suggestions/{receipt}")
    clerk.do("answer", "公开答复", words=ANSWER)

    # the month's digest: compiled by the worker, judged by a clerk, published by a reviewer
    month = month_after(today)
    time.on(today)
    reviewer.sits_down()
    reviewer.goto("/staff/digests")
    reviewer.page.locator("#region").last.select_option(OWN.code)
    reviewer.page.locator("#since").fill(f"{today:%Y-%m}")
    reviewer.press("登记")
    time.on(month + timedelta(days=1))
    app = make_app(own_data)
    with app.app_context(), clock.moved_to(time.now):
        assert compile_missing_digests() >= 1
    clerk.sits_down()
    clerk.goto("/staff/digests")
    with next_page(clerk.page):
        clerk.page.locator("main table a").first.click()
    digest = _address(clerk.page).removeprefix(office)
    clerk.page.locator("textarea").first.fill(JUDGEMENT)
    clerk.press("保存分析")
    clerk.press("提交审核")
    reviewer.sits_down()
    reviewer.goto(digest)
    reviewer.page.locator("input[name$=sure]").check()
    reviewer.press("发布")
    other.goto(f"{office}/suggestions/digests/{OWN.code}/{today:%Y-%m}")
    expect(other.get_by_text(JUDGEMENT)).to_be_visible()
    expect(other.get_by_text(TITLE).first).to_be_visible()

    # the pool, its candidates, the suggestion tied to one of them
    opens = clock.at(month + timedelta(days=20), 8)
    closes = clock.at(month + timedelta(days=34), 18)
    page = clerk.goto("/staff/pools/new")
    page.locator("#title").fill("明年整治什么，请您来选")
    page.locator("#year").fill(str(month.year + 1))
    page.locator("#region").select_option(OWN.code)
    page.locator("#explanation").fill("每人一票，最多选一个。")
    page.locator("#choices_most").fill("1")
    page.locator("#vote_opens_at").fill(f"{opens:%Y-%m-%dT%H:%M:%S}")
    page.locator("#vote_closes_at").fill(f"{closes:%Y-%m-%dT%H:%M:%S}")
    clerk.press("保存")
    pool = _address(clerk.page).rsplit("/", 1)[-1]
    reviewer.goto(f"/staff/pools/{pool}")
    reviewer.do("publish", "公开", sure="y")
    topic, rival = _drafted(clerk, pool, TITLE), _drafted(clerk, pool, OTHER)
    for one in (topic, rival):
        reviewer.goto(f"/staff/topics/{one}")
        reviewer.do("propose", "列为候选，公开", sure="y")
    clerk.goto(f"/staff/suggestions/{receipt}")
    clerk.do("adopt", "列入", topic=f"{month.year + 1}年{OWN.name}：{TITLE}")

    # the vote: not a second early, not a second late
    ballot = f"{office}/topics/vote/{pool}"
    time.move(opens - timedelta(seconds=1))
    other.goto(ballot)
    expect(other.get_by_role("button", name="投票", exact=True)).to_have_count(0)
    time.move(opens)
    other.goto(ballot)
    other.locator(f"input[name=choice][value='{topic}']").check()
    sound(other)
    with next_page(other):
        other.get_by_role("button", name="投票", exact=True).click()
    expect(other.get_by_role("heading", name="您已经投了票")).to_be_visible()
    time.move(closes - timedelta(seconds=1))
    citizen.goto(ballot)
    citizen.locator(f"input[name=choice][value='{rival}']").check()
    time.move(closes)
    with next_page(citizen):
        citizen.get_by_role("button", name="投票", exact=True).click()
    expect(citizen.get_by_text("投票已经截止").first).to_be_visible()
    clerk.sits_down()
    assert clerk.goto(f"/staff/topics/{topic}/wording").get_by_role("button", name="保存").count() == 0

    # the result, what is taken up, what is not
    time.on(closes.date() + timedelta(days=2))
    reviewer.sits_down()
    reviewer.goto(f"/staff/pools/{pool}")
    reviewer.do("publish_result", "公布结果", words="一人投票。")
    work_from = time.now.date() + timedelta(days=3)
    reviewer.goto(f"/staff/topics/{topic}")
    reviewer.do("choose", "选定为今年的项目", words="票数最多。", work_from=work_from.isoformat())
    reviewer.do("publish", "公布", sure="y")
    reviewer.goto(f"/staff/topics/{rival}")
    reviewer.do("leave_out", "今年不列入，公开理由", words="交给园林部门日常办理。")
    citizen.goto(ballot)
    expect(citizen.get_by_text("交给园林部门日常办理。")).to_be_visible()
    expect(citizen.locator(".votes__number strong").first).to_have_text("1票")

    # the work, in public
    time.on(work_from + timedelta(days=30))
    clerk.sits_down()
    clerk.goto(f"/staff/topics/{topic}")
    due = (work_from + timedelta(days=60)).isoformat()
    clerk.do("add_milestone", "定下", title="五个街道开门", due_on=due)
    clerk.do("reach_milestone", "公开：完成了", done_on=time.now.date().isoformat(), words=DONE)
    clerk.do(
        "add_target", "定下", title="歇脚屋", metric="填报数", goal="5", unit="间",
        since=work_from.isoformat(), due_on=due, percent="y",
    )  # fmt: skip
    sound(clerk.page)
    citizen.goto(f"{office}/topics/{topic}")
    expect(citizen.get_by_text(DONE).first).to_be_visible()
    sound(citizen)

    # the public judges, the office concludes, the writer reads what came of it
    judged = clock.at(work_from + timedelta(days=90), 8)
    until = judged + timedelta(days=7)
    reviewer.sits_down()
    reviewer.goto(f"/staff/topics/{topic}")
    reviewer.do(
        "set_judging", "定下时间",
        judged_from=f"{judged:%Y-%m-%dT%H:%M:%S}", judged_until=f"{until:%Y-%m-%dT%H:%M:%S}",
    )  # fmt: skip
    time.move(judged)
    other.goto(f"{office}/topics/{topic}")
    other.locator("input[name=verdict][value=carry_on]").check()
    other.locator("input[name=reason][value=not_everywhere]").check()
    other.locator("#words").fill("五个街道有了，镇上还没有。")
    with next_page(other):
        other.get_by_role("button", name="提交评价").click()
    expect(other.get_by_role("heading", name="您已经评价了")).to_be_visible()
    time.move(until)
    reviewer.sits_down()
    reviewer.goto(f"/staff/topics/{topic}")
    with next_page(reviewer.page):
        reviewer.page.locator("#reasons").locator("xpath=..").get_by_role(
            "button", name="公开", exact=True
        ).click()
    reviewer.do("close", "结题，公开结论", conclusion="done", words="城区已经完成，镇上另立项目。", sure="y")
    clerk.sits_down()
    clerk.goto(f"/staff/suggestions/{receipt}")
    clerk.do("report_done", "公开：我们做了什么", words=DONE)

    other.goto(f"{office}/topics/{topic}")
    expect(other.get_by_text("这和多数人的意见不一样")).to_be_visible()
    expect(other.get_by_text("五个街道有了，镇上还没有。")).to_be_visible()
    sound(other)
    other.goto(wish)
    expect(other.get_by_text(DONE).first).to_be_visible()
    expect(other.locator(f"a[href*='/topics/{topic}']").first).to_be_visible()
    loaded(other)
    assert _told(other, f"{office}/feeds/topics.atom", topic)


def _told(page: Page, feed: str, public_id: str) -> list[str]:
    """Return the ids of what a feed tells of one thing."""
    found = feedparser.parse(page.request.get(feed).body())
    assert not found.bozo, found.get("bozo_exception")
    return [entry.id for entry in found.entries if public_id in entry.id]
