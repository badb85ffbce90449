"""The staff's queue of corrections: who reads, who decides, and two who decide at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.corrections.models import CorrectionReport, KnownHow
from portal.corrections.service import Claim, Words, lodge
from portal.domain.correction_state import CorrectionState
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.institutions import service as institutions
from portal.institutions.field_forms import Block
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.surfaces.conftest import CountQueries

HOSTILE = "<script>alert(1)</script>"
Client = Callable[..., FlaskClient]


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=clock.today() - timedelta(days=60), beds_total=80)


@pytest.fixture
def report(app: Flask, home: str) -> Callable[..., int]:
    """Lodge a report some days ago: ``report(about, item, days=3)`` returns its id."""

    def make(about: Block | None = Block.BEDS, item: str | None = None, days: int = 3) -> int:
        with (
            app.app_context(),
            clock.moved_to(clock.at(clock.today() - timedelta(days=days))),
            unit_of_work(),
        ):
            number = len(db.session.scalars(select(CorrectionReport.id)).all())
            record = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
            words = Words("床位写多了" + HOSTILE, "60张")
            claim = Claim(about, item, "床位总数：80张", words, KnownHow.SEEN)
            return lodge(record, claim, f"{number:032x}").id

    return make


@pytest.fixture
def amended(app: Flask, home: str, provenance: Callable[..., Provenance]) -> Callable[[], None]:
    def make() -> None:
        with app.app_context(), unit_of_work():
            record = db.session.scalars(select(Institution).where(Institution.public_id == home)).one()
            institutions.amend_institution(record, {"beds_total": 60}, provenance(clock.today(), "更正说明"))

    return make


def state(app: Flask, number: int) -> CorrectionState:
    with app.app_context():
        return db.session.get_one(CorrectionReport, number).state


def answers(page: str, event: str) -> dict[str, str]:
    """Return what the page's form for ``event`` sends untouched."""
    (version,) = re.findall(rf'name="{event}-version" type="hidden" value="(\d+)"', page)
    return {f"{event}-version": version}


def test_a_clerk_reads_the_words_and_answers(
    app: Flask, report: Callable[..., int], staff_client: Client
) -> None:
    number, clerk = report(), staff_client()
    home_page = clerk.get("/staff").text
    assert "公众纠错" in home_page
    assert "示例敬老院：床位与入住" in home_page
    assert f"/staff/corrections/{number}" in clerk.get("/staff/corrections").text
    page = clerk.get(f"/staff/corrections/{number}").text
    assert "床位写多了" in page
    assert HOSTILE not in page
    assert "床位总数：80张" in page
    data = answers(page, "reject") | {"reject-reason": "现场数过，是80张。"}
    done = clerk.post(f"/staff/corrections/{number}/reject", data=data)
    assert (done.status_code, done.location) == (303, f"/staff/corrections/{number}")
    assert state(app, number) is CorrectionState.REJECTED
    assert "现场数过" in app.test_client().get("/corrections").text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("reject_correction", f"correction/{number}")
        assert "床位写多了" not in entry.content


def test_accepting_asks_for_the_change_first(
    app: Flask, report: Callable[..., int], amended: Callable[[], None], staff_client: Client
) -> None:
    number, clerk = report(), staff_client()
    address = f"/staff/corrections/{number}"
    page = clerk.get(address).text
    assert "信息还没有改过" in page
    assert "accept-version" not in page
    amended()
    page = clerk.get(address).text
    data = answers(page, "accept") | {"accept-reason": "已按现场核对改为60张。"}
    refused = clerk.post(address + "/accept", data=data)
    assert refused.status_code == 422
    assert "请选一次修改" in refused.text
    assert "已按现场核对改为60张。" in refused.text
    (revision,) = re.findall(r'name="accept-revision" value="(\d+)"', page)
    foreign = clerk.post(address + "/accept", data=data | {"accept-revision": "1"})
    assert foreign.status_code == 422
    assert clerk.post(address + "/accept", data=data | {"accept-revision": revision}).status_code == 303
    assert state(app, number) is CorrectionState.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "said"), [("", "请写明理由"), ("打13800138000问", "手机号"), ("好" * 1001, "不要超过1000个字")]
)
def test_a_refused_reason_stays_to_be_mended(
    app: Flask, report: Callable[..., int], staff_client: Client, reason: str, said: str
) -> None:
    number, clerk = report(), staff_client()
    data = answers(clerk.get(f"/staff/corrections/{number}").text, "reject") | {"reject-reason": reason}
    answer = clerk.post(f"/staff/corrections/{number}/reject", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert reason in answer.text
    assert state(app, number) is CorrectionState.OPEN


def test_the_second_of_two_clerks_is_told_and_keeps_the_text(
    app: Flask, report: Callable[..., int], staff_client: Client
) -> None:
    number, first, second = report(), staff_client(), staff_client()
    address = f"/staff/corrections/{number}"
    pages = [clerk.get(address).text for clerk in (first, second)]
    first.post(address + "/reject", data=answers(pages[0], "reject") | {"reject-reason": "现场数过。"})
    late = second.post(
        address + "/reject", data=answers(pages[1], "reject") | {"reject-reason": "我写的理由"}
    )
    assert late.status_code == 409
    for words in ("没有保存", "现场数过。", "我写的理由", "经办"):
        assert words in late.text
    tampered = second.post(address + "/reject", data={"reject-version": "x", "reject-reason": "我写的理由"})
    assert tampered.status_code == 409


def test_a_reviewer_reopens_and_a_clerk_does_not(
    app: Flask, report: Callable[..., int], staff_client: Client
) -> None:
    number, clerk, reviewer = report(), staff_client(), staff_client(Role.REVIEWER)
    address = f"/staff/corrections/{number}"
    data = answers(clerk.get(address).text, "reject") | {"reject-reason": "现场数过。"}
    clerk.post(address + "/reject", data=data)
    assert "重新办理" not in clerk.get(address).text
    assert clerk.post(address + "/reopen", data={"reopen-reason": "看错了"}).status_code == 403
    data = answers(reviewer.get(address).text, "reopen") | {"reopen-reason": "当时看错了牌子"}
    assert reviewer.post(address + "/reopen", data=data).status_code == 303
    assert state(app, number) is CorrectionState.OPEN
    assert "当时看错了牌子" in clerk.get(address).text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
@pytest.mark.parametrize("region", ["350404", "350000", "350403", None])
@pytest.mark.parametrize("department", [Department.CIVIL_AFFAIRS, Department.FIRE])
def test_region_and_department_bound_what_is_seen_and_decided(
    app: Flask,
    report: Callable[..., int],
    staff_client: Client,
    role: Role,
    region: str | None,
    department: Department,
) -> None:
    number = report()
    caller = staff_client(role, department, region)
    address = f"/staff/corrections/{number}"
    inside = region != "350403"
    theirs = department is Department.CIVIL_AFFAIRS and role in (Role.CLERK, Role.REVIEWER)
    page = caller.get(address)
    assert page.status_code == (200 if inside else 404)
    assert ("床位写多了" in page.text) is inside
    assert ("reject-reason" in page.text) is (inside and theirs)
    assert ("示例敬老院" in caller.get("/staff/corrections").text) is inside
    assert ("示例敬老院" in caller.get("/staff/corrections.csv").text) is inside
    sent = {"reject-version": "2", "reject-reason": "核对无误"}
    answer = caller.post(address + "/reject", data=sent).status_code
    if role not in (Role.CLERK, Role.REVIEWER):
        assert answer == 403
    else:
        assert answer == (303 if inside and theirs else 403 if inside else 404)
    assert (state(app, number) is CorrectionState.REJECTED) is (answer == 303)


def test_fire_safety_waits_for_the_fire_department(report: Callable[..., int], staff_client: Client) -> None:
    report(Block.SAFETY, "compliance.fire_safety", days=45)
    fire, civil = staff_client(Role.CLERK, Department.FIRE), staff_client()
    assert "超期1件" in fire.get("/staff").text
    assert '公众纠错</a> <span class="tag">' not in civil.get("/staff").text
    assert "示例敬老院" not in civil.get("/staff/corrections?mine=1").text
    assert "消防安全评估" in civil.get("/staff/corrections").text


def test_the_queue_is_by_due_day_and_filtered(report: Callable[..., int], staff_client: Client) -> None:
    newest, oldest = report(days=1), report(days=50)
    clerk = staff_client()
    page = clerk.get("/staff/corrections").text
    assert page.index(f"/corrections/{oldest}") < page.index(f"/corrections/{newest}")
    assert "超期" in page
    for query in ("?state=accepted", "?region=350404&state=rejected", "?state=decided&mine=1"):
        assert "没有符合条件的" in clerk.get("/staff/corrections" + query).text
    assert "示例敬老院" in clerk.get("/staff/corrections?region=nonsense&state=odd&page=zzz").text


def test_the_queue_costs_the_same_for_one_and_for_many(
    app: Flask, report: Callable[..., int], staff_client: Client, count_queries: CountQueries
) -> None:
    clerk = staff_client()
    report()
    clerk.get("/staff/corrections")
    with count_queries(app) as one:
        clerk.get("/staff/corrections")
    for _ in range(20):
        report()
    with count_queries(app) as many:
        clerk.get("/staff/corrections")
    assert len(many) == len(one)
