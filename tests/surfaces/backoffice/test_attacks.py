"""What strangers, colleagues with too much curiosity and hostile input try, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts import guard, second_factor
from portal.accounts.models import LinkPurpose, RecoveryCode, SignInGuard, StaffLink, StaffMember
from portal.accounts.staff import new_link
from portal.accounts.tokens import token_hash
from portal.audit.models import AuditEntry
from portal.domain.permissions import Role
from portal.extensions import db
from portal.institutions.models import StarGrade, UnregisteredHome
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from tests.surfaces.backoffice.records import SOURCE, opened
from tests.surfaces.backoffice.test_record_editing import DAY, FILLED, Enter
from tests.surfaces.backoffice.test_sign_in import PASSWORD, give_password, sign_in
from tests.surfaces.backoffice.uploads import checked
from tests.surfaces.staff import Made, make_staff, signed_in

TODAY = clock.today()


@pytest.fixture(autouse=True)
def quick_resets(request: pytest.FixtureRequest) -> None:
    for name in ("app", "sqlite_app"):
        if name in request.fixturenames:
            request.getfixturevalue(name).config["RESET_SECONDS"] = 0


# --- a stranger -------------------------------------------------------------------------------------------


def guess(app: Flask, who: Made, times: int = 6) -> None:
    stranger = app.test_client()
    for _ in range(times):
        sign_in(stranger, who.email, "wrong password!")


def test_a_stranger_who_guesses_locks_nobody_out_of_their_own_browser(app: Flask) -> None:
    who, colleague = make_staff(app), make_staff(app)
    give_password(app, who)
    give_password(app, colleague)
    own, other = app.test_client(), app.test_client()
    assert sign_in(own, who.email).status_code == 303
    assert sign_in(other, colleague.email).status_code == 303
    own.post("/staff/sign-out")
    other.post("/staff/sign-out")
    guess(app, who)
    assert "试错次数太多" in sign_in(app.test_client(), who.email).text
    assert "试错次数太多" in sign_in(other, who.email).text, "a mark is of one account, not of any"
    assert sign_in(own, who.email).status_code == 303


def test_a_known_browser_guesses_no_faster(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    give_password(sqlite_app, who)
    own = sqlite_app.test_client()
    sign_in(own, who.email)
    own.post("/staff/sign-out")
    for _ in range(5):
        sign_in(own, who.email, "wrong password!")
    assert "试错次数太多" in sign_in(own, who.email).text


@pytest.mark.parametrize(
    "forge", [lambda mark, key: mark[:-1] + "0", lambda mark, key: f"1.{key}", lambda m, k: ""]
)
def test_a_forged_mark_is_none(sqlite_app: Flask, forge: Callable[[str, str], str]) -> None:
    who = make_staff(sqlite_app)
    give_password(sqlite_app, who)
    own = sqlite_app.test_client()
    answer = sign_in(own, who.email)
    mark = re.search(r"staff-known=([^;]+); .*HttpOnly.*Path=/staff", answer.headers.getlist("Set-Cookie")[0])
    assert mark is not None
    guess(sqlite_app, who)
    thief = sqlite_app.test_client()
    forged = forge(mark[1] if not mark[1].endswith("0") else mark[1][:-1] + "1", "0" * 64)
    thief.set_cookie("staff-known", forged, path="/staff")
    assert "试错次数太多" in sign_in(thief, who.email).text


def test_somebody_with_a_code_to_give_is_marked_only_after_it(sqlite_app: Flask) -> None:
    secret = pyotp.random_base32()
    who = make_staff(sqlite_app, Role.REVIEWER)
    give_password(sqlite_app, who, secret)
    client = sqlite_app.test_client()
    sign_in(client, who.email)
    assert client.get_cookie("staff-known", path="/staff") is None
    client.post("/staff/second-factor", data={"code": pyotp.TOTP(secret).at(clock.now())})
    assert client.get_cookie("staff-known", path="/staff") is not None


def test_a_new_password_by_link_ends_a_lockout(app: Flask) -> None:
    who = make_staff(app)
    give_password(app, who)
    guess(app, who)
    with app.app_context(), unit_of_work():
        token = new_link(db.session.get_one(StaffMember, who.id), LinkPurpose.RESET)
    new = "山高水长 2026 木"
    client = app.test_client()
    assert client.post(f"/staff/link/{token}", data={"password": new, "again": new}).status_code == 303
    assert sign_in(client, who.email, new).status_code == 303


def test_a_new_password_by_link_gives_no_new_guesses_at_the_code(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app, Role.REVIEWER)
    give_password(sqlite_app, who, pyotp.random_base32())
    guess(sqlite_app, who)
    with sqlite_app.app_context(), unit_of_work():
        token = new_link(db.session.get_one(StaffMember, who.id), LinkPurpose.RESET)
    new = "山高水长 2026 木"
    client = sqlite_app.test_client()
    client.post(f"/staff/link/{token}", data={"password": new, "again": new})
    assert "试错次数太多" in sign_in(client, who.email, new).text


def test_a_stranger_neither_fills_a_mailbox_nor_voids_the_link_on_its_way(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    with sqlite_app.app_context(), unit_of_work():
        invitation = new_link(db.session.get_one(StaffMember, who.id), LinkPurpose.INVITATION)
    stranger = sqlite_app.test_client()
    for _ in range(6):
        assert stranger.post("/staff/forgotten", data={"email": who.email}).status_code == 200
    client = sqlite_app.test_client()
    assert client.get(f"/staff/link/{invitation}").status_code == 200
    with sqlite_app.app_context():
        assert len(list(db.session.scalars(select(Mail)))) == 2, (
            "three links an hour, the invitation among them"
        )
    new = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(f"/staff/link/{invitation}", data=new).status_code == 303
    with sqlite_app.app_context():
        assert all(link.used_at is not None for link in db.session.scalars(select(StaffLink)))


def test_asking_for_a_new_password_takes_as_long_for_an_address_that_nobody_has(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = make_staff(sqlite_app)
    slept: list[float] = []
    sqlite_app.config["RESET_SECONDS"] = 5.0
    monkeypatch.setattr("portal.backoffice.links.sleep", slept.append)
    started = iter((10.0, 10.2, 20.0, 20.0))
    monkeypatch.setattr("portal.backoffice.links.monotonic", lambda: next(started))
    client = sqlite_app.test_client()
    client.post("/staff/forgotten", data={"email": who.email})
    client.post("/staff/forgotten", data={"email": "nobody@example.cn"})
    assert [round(seconds, 1) for seconds in slept] == [4.8, 5.0]


def test_counts_of_guesses_are_not_kept_for_ever(sqlite_app: Flask) -> None:
    guess(sqlite_app, make_staff(sqlite_app), 1)
    with sqlite_app.app_context(), unit_of_work():
        assert guard.forget_old() == 0
        with clock.moved_to(clock.now() + timedelta(hours=25)):
            assert guard.forget_old() == 1
    with sqlite_app.app_context():
        assert db.session.scalar(select(SignInGuard)) is None


def test_one_code_is_good_in_one_browser_even_at_the_same_moment(app: Flask) -> None:
    secret = pyotp.random_base32()
    who = make_staff(app, Role.REVIEWER)
    give_password(app, who, secret)
    with app.app_context():
        staff = db.session.get_one(StaffMember, who.id)
        codes = second_factor.make_recovery_codes(staff)
        db.session.commit()
        moment = clock.now()
        code = pyotp.TOTP(secret).at(moment)
        db.session.refresh(staff)
        db.session.rollback()
        db.session.get_one(StaffMember, who.id)  # read before the other browser writes
        with Session(db.engine) as other, other.begin():
            step = int(moment.timestamp()) // 30
            other.execute(update(StaffMember).where(StaffMember.id == who.id).values(totp_last_step=step + 1))
        assert not second_factor.accepts(staff, code)
        assert second_factor.accepts_recovery(staff, codes[0])
        assert not second_factor.accepts_recovery(staff, codes[0])
        db.session.rollback()


def test_recovery_codes_can_not_be_tried_out_against_a_copy_of_the_database(sqlite_app: Flask) -> None:
    who = make_staff(sqlite_app)
    with sqlite_app.app_context(), unit_of_work():
        codes = second_factor.make_recovery_codes(db.session.get_one(StaffMember, who.id))
        db.session.flush()
        kept = set(db.session.scalars(select(RecoveryCode.code_hash)))
    plain = {token_hash(f"{who.id}/{code.replace('-', '')}") for code in codes}
    assert len(kept) == len(codes)
    assert not kept & plain, "ten letters are soon tried out where no key is needed"


# --- a clerk with too much zeal ---------------------------------------------------------------------------


def test_a_clerk_takes_no_revocation_back(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    clerk, reviewer = (signed_in(app, make_staff(app, role)) for role in (Role.CLERK, Role.REVIEWER))
    new = f"/staff/institutions/{home}/records/star_grade/new"
    revoked = {"f_revoked_on": "2026-02-01", "f_revoked_reason": "复核不合格"}
    assert reviewer.post(new, data={**SOURCE, **FILLED["star_grade"], **revoked}).status_code == 303
    with app.app_context():
        number = db.session.scalars(select(StarGrade.id)).one()
    address = f"/staff/institutions/{home}/records/star_grade/{number}"
    back = {"f_revoked_on": "", "f_revoked_reason": "", "reason": "没有撤销"}
    refused = clerk.post(address, data=opened(clerk, address) | back)
    assert refused.status_code == 422
    assert "由审核人员来登记" in refused.text
    with app.app_context():
        assert db.session.get_one(StarGrade, number).revoked_on is not None
    other = opened(clerk, address) | {"f_certificate_number": "示-77", "reason": "补登"}
    assert clerk.post(address, data=other).status_code == 303, "the rest of it is a clerk's to keep"
    assert reviewer.post(address, data=opened(reviewer, address) | back).status_code == 303


def test_of_two_who_withdraw_at_once_the_second_restores_nothing(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    first, second = (signed_in(app, make_staff(app, Role.REVIEWER)) for _ in range(2))
    address = f"/staff/institutions/{home}/withdraw"
    why = {"reason": "登记到别家去了"}
    sent = [opened(client, address) | why for client in (first, second)]
    assert first.post(address, data=sent[0]).status_code == 303
    refused = second.post(address, data=sent[1])
    assert refused.status_code == 422
    assert "别人已经撤下或恢复了它" in refused.text
    assert app.test_client().get(f"/institutions/{home}").status_code in (404, 410)
    assert second.post(address, data=opened(second, address) | why).status_code == 303
    assert app.test_client().get(f"/institutions/{home}").status_code == 200


def test_a_clerk_puts_no_home_before_the_public_by_moving_a_planned_day(app: Flask) -> None:
    clerk, reviewer = (signed_in(app, make_staff(app, role)) for role in (Role.CLERK, Role.REVIEWER))

    def ago(days: int) -> str:
        return (TODAY - timedelta(days=days)).isoformat()

    source = {"source_kind": "inspection", "source_title": "现场检查记录", "as_of": TODAY.isoformat()}
    sent = {
        **source,
        "name": "暗巷托老所",
        "region_code": "350404",
        "found_on": ago(60),
        "found_how": "inspection",
    }
    home = clerk.post("/staff/unregistered/new", data=sent).location
    for step, day in (("verify", 50), ("tell", 40)):
        assert clerk.post(f"{home}/steps/{step}", data={**source, "day": ago(day)}).status_code == 303
    with app.app_context():  # as a list may say it ahead
        row = db.session.scalars(select(UnregisteredHome)).one()
        row.objection_ended_on = TODAY + timedelta(days=20)
        db.session.commit()
    public = home.replace("/staff/unregistered/", "/institutions/unregistered/")
    fields = opened(clerk, f"{home}/correct") | {"reason": "日期登记错了", "objection_ended_on": ago(1)}
    refused = clerk.post(f"{home}/correct", data=fields | {"as_of": TODAY.isoformat()})
    assert refused.status_code == 422
    assert "由审核人员来改" in refused.text
    assert app.test_client().get(public).status_code == 404
    done = reviewer.post(f"{home}/correct", data=fields | {"as_of": TODAY.isoformat()})
    assert done.status_code == 303
    assert app.test_client().get(public).status_code == 200


def test_whoever_leaves_a_home_out_of_an_import_stands_in_the_audit(app: Flask) -> None:
    clerk, colleague = signed_in(app, make_staff(app)), make_staff(app, Role.REVIEWER)
    other = signed_in(app, colleague)
    run = checked(app, clerk)
    shown = re.findall(r'name="shown" value="(\d+)"', clerk.get(f"{run}?show=new").text)
    assert len(shown) == 2
    other.post(f"{run}/rows", data={"go": "save", "shown": shown, "keep": shown[1:]})
    other.post(f"{run}/rows", data={"go": "save", "shown": shown, "keep": shown[1:]})
    other.post(f"{run}/commit")
    with app.app_context():
        rows = select(AuditEntry).where(AuditEntry.staff_id == colleague.id).order_by(AuditEntry.sequence)
        found = [(entry.action, entry.content) for entry in db.session.scalars(rows)]
    assert [action for action, _ in found] == ["import_rows_left_out", "import_asked"], (
        "what changes nothing, no"
    )
    assert '"numbers":[2]' in found[0][1]
    assert '"wanted":"committing"' in found[1][1]


# --- hostile input ----------------------------------------------------------------------------------------

_LONG = "9" * 30


@pytest.mark.parametrize(
    "address",
    [
        f"/staff/people?page={_LONG}", f"/staff/people/{_LONG}", f"/staff/audit?staff={_LONG}",
        f"/staff/audit?before={_LONG}", f"/staff/corrections/{_LONG}",
    ],
)  # fmt: skip
def test_numbers_that_no_database_holds_break_nothing(app: Flask, address: str) -> None:
    administrator = signed_in(app, make_staff(app, Role.ADMINISTRATOR))
    assert administrator.get(address).status_code in (200, 404)


def test_rows_that_no_page_shows_break_nothing(app: Flask) -> None:
    clerk = signed_in(app, make_staff(app))
    assert clerk.get(f"/staff/imports?page={_LONG}").status_code == 200
    assert clerk.get(f"/staff/imports/{_LONG}").status_code == 404
    run = checked(app, clerk)
    for sent in ([_LONG], ["²", "-1", "x"], [str(number) for number in range(70_000)]):
        answer = clerk.post(f"{run}/rows", data={"go": "save", "shown": sent, "page": _LONG})
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, run)
