"""The public page beside the form: as it would be, and nothing of it kept anywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.history.models import Revision, SourceDocument
from portal.institutions.models import FeeStandard, Institution
from portal.search.outbox import pending
from tests.surfaces.backoffice.records import BASICS, BEDS, inputs, opened
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

DAY = date(2026, 1, 1)
Enter = Callable[..., str]


def framed(text: str) -> str:
    """Return the public page in the answer's frame."""
    found = re.search(r'<iframe class="public-page" sandbox="allow-same-origin" [^>]*srcdoc="([^"]*)"', text)
    assert found is not None
    return html.unescape(found[1])


def everything(app: Flask) -> tuple[object, ...]:
    """Return what a preview must leave as it was."""
    with app.app_context():
        counted = (Revision, SourceDocument, AuditEntry, Institution, FeeStandard)
        return (
            *(db.session.query(model).count() for model in counted),
            data_set_state().version,
            pending(),
        )


def test_it_shows_the_change_and_keeps_nothing(app: Flask, enter_home: Enter) -> None:
    home = enter_home("旧名敬老院", on=DAY, beds_total=50)
    clerk, visitor = signed_in(app, make_staff(app)), app.test_client()
    address = BASICS.format(home)
    sent = opened(clerk, address) | {"f_name": "新名敬老院", "f_phone": "0598-1234567", "do": "preview"}
    before = everything(app)
    assert "旧名敬老院" in visitor.get(f"/institutions/{home}").text
    answer = clerk.post(address, data=sent)
    assert answer.status_code == 200
    page = framed(answer.text)
    assert "<h1>新名敬老院" in page
    assert "0598-1234567" in page
    assert "2026年月报" in page
    assert "旧名敬老院" in page  # among its former names
    assert everything(app) == before
    for address_of in (f"/institutions/{home}", "/institutions", "/"):
        assert "新名敬老院" not in visitor.get(address_of).text
    assert "<h1>新名敬老院" not in clerk.get(f"/staff/institutions/{home}").text
    kept = inputs(answer.text)
    assert {name: kept.get(name) for name in sent if name != "do"} == {
        name: text for name, text in sent.items() if name != "do"
    }
    assert clerk.post(address, data=kept).status_code == 303
    assert "新名敬老院" in visitor.get(f"/institutions/{home}").text
    assert "新名敬老院" in visitor.get("/institutions").text


def test_a_cold_process_keeps_nothing_of_it_either(app: Flask, enter_home: Enter) -> None:
    """The list in memory is made while a preview is drawn; the next real change has the version it had."""
    home, other = enter_home(on=DAY, beds_total=50), enter_home("另一家", on=DAY)
    clerk, visitor = signed_in(app, make_staff(app)), app.test_client()
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "4321", "do": "preview"}
    changed = opened(clerk, BEDS.format(other)) | {"f_beds_total": "77"}
    app.extensions.pop("catalogue_holder", None)
    assert clerk.post(BEDS.format(home), data=sent).status_code == 200
    assert clerk.post(BEDS.format(other), data=changed).status_code == 303
    listed = visitor.get("/institutions?view=table").text
    assert "4321" not in listed
    assert "77" in listed


def test_the_catalogue_is_seen_with_the_change_by_the_preview_alone(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    clerk, visitor = signed_in(app, make_staff(app)), app.test_client()
    address = f"/staff/institutions/{home}/records/fee_standard/new"
    fee = {"f_item": "all_in", "f_care_level": "full", "f_amount_min_fen": "4321", "f_unit": "month"}
    answer = clerk.post(address, data=opened(clerk, address) | fee | {"do": "preview"})
    assert "¥4,321" in framed(answer.text)
    assert "4,321" not in visitor.get("/fees").text
    assert "4,321" not in visitor.get(f"/institutions/{home}").text


def test_a_new_institution_is_previewed_before_it_exists(app: Flask, enter_home: Enter) -> None:
    enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, "/staff/institutions/new") | {"f_name": "还没有的敬老院", "do": "preview"}
    before = everything(app)
    assert "<h1>还没有的敬老院" in framed(clerk.post("/staff/institutions/new", data=sent).text)
    assert everything(app) == before


def test_what_breaks_a_rule_is_refused_and_rolled_back(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    before = everything(app)
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_nursing": "99", "do": "preview"}
    assert clerk.post(BEDS.format(home), data=sent).status_code == 422
    assert everything(app) == before


def test_it_is_drawn_as_this_browser_shows_pages_and_leads_nowhere(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    clerk.set_cookie("display", "elder.large")
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "60", "do": "preview"}
    page = framed(clerk.post(BEDS.format(home), data=sent).text)
    assert 'data-mode="elder" data-text="large"' in page
    assert not re.search(r"<a\b[^>]*\shref=", page)
    assert "工作后台" not in page


def test_a_withdrawn_home_has_no_public_page(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50, withdrawn=True)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "60", "do": "preview"}
    answer = clerk.post(BEDS.format(home), data=sent)
    assert answer.status_code == 200
    assert "公众看不到" in answer.text


def test_text_in_the_page_stays_text(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY)
    clerk = signed_in(app, make_staff(app))
    typed = '"><script>alert(1)</script>'
    sent = opened(clerk, BASICS.format(home)) | {"f_name": typed, "do": "preview"}
    answer = clerk.post(BASICS.format(home), data=sent)
    assert "<script>alert" not in answer.text
    assert "<script>alert" not in framed(answer.text)


def test_previews_cost_the_same_in_a_county_of_one_or_many(
    app: Flask, enter_home: Enter, count_queries: CountQueries
) -> None:
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))

    def cost() -> int:
        sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "60", "do": "preview"}
        with count_queries(app) as statements:
            assert clerk.post(BEDS.format(home), data=sent).status_code == 200
        return len(statements)

    few = cost()
    for number in range(5):
        enter_home(f"邻居{number}", on=DAY)
    assert cost() == few


def test_a_preview_is_no_change_of_who_acts(app: Flask, enter_home: Enter) -> None:
    """The page drawn inside must not leave the next write of this browser without a name."""
    home = enter_home(on=DAY, beds_total=50)
    clerk = signed_in(app, make_staff(app))
    sent = opened(clerk, BEDS.format(home)) | {"f_beds_total": "60", "do": "preview"}
    kept = inputs(clerk.post(BEDS.format(home), data=sent).text)
    clerk.post(BEDS.format(home), data=kept)
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == "edit_institution_block")
        assert len(db.session.scalars(query).all()) == 1
