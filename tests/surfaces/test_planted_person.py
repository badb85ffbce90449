"""Who can see the person: every surface, export, mail, log, feed and file searched for planted marks (R32).

``planted`` lodges three complaints with a mark in every place that a person or their words may be, and leads
them through their life by the pages alone. Then everybody looks at everything. The same walk finds the marks
where they belong, or it would prove nothing.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.access import ACCESS_ATTRIBUTE
from portal.complaints.models import Case
from portal.domain.permissions import Capability
from portal.domain.receipts import COMPLAINT, receipt_number
from portal.extensions import db
from portal.notify.models import Mail
from portal.search.indexing import keep_up
from portal.search.registry import current_search
from portal.vault import sealing
from tests.surfaces.backoffice.casework import address
from tests.surfaces.planted import (
    ALL_MARKS,
    EXTENSION,
    MARKS,
    NEVER_SHOWN,
    OWN,
    PUBLIC_TEXT,
    PUBLIC_TITLE,
    Planted,
    find,
    planted,
)
from tests.surfaces.public.complaining import TRACK

CLUE = "hidden/clue"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Planted]:
    with planted(tmp_path_factory.mktemp("planted"), sqlite_template) as found:
        yield found


def marks_in(text: str) -> set[str]:
    return {place for place, mark in (ALL_MARKS | NEVER_SHOWN).items() if mark in text}


def readable(body: bytes) -> str:
    """Return an answer as text, a workbook unpacked."""
    if not body.startswith(b"PK\x03\x04"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "\n".join(book.read(name).decode(errors="replace") for name in book.namelist())


def addresses(world: Planted, staff: bool) -> set[str]:
    """Return every address that can be asked for, those of each complaint included."""
    found = set()
    for rule in world.app.url_map.iter_rules():
        access = getattr(world.app.view_functions[rule.endpoint], ACCESS_ATTRIBUTE, None)
        if "GET" not in (rule.methods or ()) or isinstance(access, Capability) is not staff:
            continue
        if rule.endpoint in ("static", "assets.asset"):
            continue
        for given in _given(world, rule.endpoint):
            if rule.arguments <= given.keys():
                with world.app.test_request_context():
                    values = {name: given[name] for name in rule.arguments}
                    found.add(world.app.url_for(rule.endpoint, **values))
    return found


def _given(world: Planted, endpoint: str) -> Iterator[dict[str, object]]:
    if endpoint == "public.correction":  # of corrections: a complaint's number is none of its own
        return
    shown = "published" if endpoint == "public.published_case" else "public_id"
    for receipt in world.receipts.values():
        for file_format in ("csv", "xlsx"):
            yield {
                **world.given, "receipt": receipt, "file_format": file_format, "region_code": OWN,
                "public_id": world.given[shown],
            }  # fmt: skip


def walk(world: Planted, client: FlaskClient, staff: bool) -> str:
    """Return everything that a browser is answered, one after the other."""
    return "\n".join(readable(client.get(each).get_data()) for each in sorted(addresses(world, staff)))


def test_the_walk_passes_every_page_of_complaints(world: Planted) -> None:
    """A new page with a placeholder that nothing stands for would be left out: here it is missed."""
    asked = addresses(world, staff=True) | addresses(world, staff=False)
    adapter = world.app.url_map.bind("localhost")
    passed = {adapter.match(each, method="GET")[0] for each in asked}
    concerned = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if re.search("case|clue|complaint|track|publish|audit", rule.endpoint)
        and "GET" in (rule.methods or ())
    }
    assert concerned <= passed
    assert len(passed) > 60


SEEN_BY = {
    "supervisor": set(),
    "administrator": set(),
    "national administrator": set(),
    "other department": set(),
    "other department's reviewer": set(),
    "other county": set(),
    "other county's reviewer": set(),
    "discipline": {CLUE},
}
KNOW_OF_IT = ("supervisor", "discipline")


@pytest.mark.parametrize("who", sorted(SEEN_BY))
def test_whose_business_it_is_not_reads_nothing(world: Planted, who: str) -> None:
    text = walk(world, world.staff[who], staff=True)
    assert marks_in(text) == SEEN_BY[who]
    assert EXTENSION not in text
    if who not in KNOW_OF_IT:  # not even that there is a complaint; a refusal repeats the address
        asked = {each for each in addresses(world, staff=True) if not re.search(r"T\d{4}-", each)}
        told = "\n".join(readable(world.staff[who].get(each).get_data()) for each in sorted(asked))
        assert [one for one in world.receipts.values() if one in told] == []


def test_who_handles_them_reads_everything(world: Planted) -> None:
    """But the clue, which is for discipline inspection, and what a confidential writer is called."""
    clerk, reviewer = (walk(world, world.staff[who], staff=True) for who in ("second", "reviewer"))
    hidden = {f"hidden/{name}" for name in ("name", "phone", "mail", "address")}
    assert marks_in(clerk + reviewer) == ALL_MARKS.keys() - hidden - {CLUE}
    assert EXTENSION in clerk
    assert marks_in(world.opened) >= hidden  # for whoever says why
    assert CLUE in marks_in(walk(world, world.staff["discipline"], staff=True))


def test_who_handled_it_before_is_shut_out(world: Planted) -> None:
    """The first clerk, once a second handling was asked for: of that complaint nothing."""
    client = world.staff["clerk"]
    receipt = world.receipts["named"]
    assert [one for one in marks_in(walk(world, client, staff=True)) if one.startswith("named/")] == []
    assert receipt not in client.get("/staff/cases?state=ended").text
    for name in ("", "files/" + str(world.given["name"]), "publication", "erase"):
        assert client.get(address(receipt, name)).status_code in (403, 404)


def test_the_public_reads_what_was_published_and_no_mark(world: Planted) -> None:
    stranger = world.app.test_client()
    text = walk(world, stranger, staff=False)
    assert PUBLIC_TEXT in text
    assert marks_in(text) == set()
    assert [one for one in world.receipts.values() if one in text] == []
    for number in world.receipts.values():
        assert number[6:] not in text


def test_search_finds_no_mark(world: Planted) -> None:
    """What is found for a mark is what is found for nonsense: nothing of it is in the index."""
    stranger, case = world.app.test_client(), f"/complaints/published/{world.given['published']}"
    assert case in stranger.get("/search?q=说不清的钱").text
    for mark in [*ALL_MARKS.values(), *world.receipts.values(), *NEVER_SHOWN.values()]:
        for place in ("/search", "/institutions"):
            assert case not in stranger.get(place, query_string={"q": mark}).text


def test_the_writer_reads_their_own_alone(world: Planted) -> None:
    text = walk(world, world.citizen, staff=False)
    told = {place for place in marks_in(text) if place.startswith("named/")}
    unseen = {f"named/{name}" for name in ("note", "urgent", "name", "phone", "mail", "address")}
    assert told == {one for one in ALL_MARKS if one.startswith("named/")} - unseen
    assert marks_in(text) == told


def test_every_staff_page_is_closed_to_strangers_and_to_the_writer(world: Planted) -> None:
    for client in (world.app.test_client(), world.citizen):
        assert marks_in(walk(world, client, staff=True)) == set()


def test_nothing_is_written_in_clear(world: Planted) -> None:
    """Every file of the data folder: database and its log, attachments, index, queue."""
    found = {}
    for path in sorted(world.folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            marks = {place for place, mark in _encoded() if mark in data}
            if marks:
                found[path.name] = marks
    assert found == {}
    assert PUBLIC_TEXT.encode() in (world.folder / "portal.db").read_bytes()
    assert len(list((world.folder / "attachments").rglob("*/*"))) == 3


def _encoded() -> list[tuple[str, bytes]]:
    marks = (ALL_MARKS | NEVER_SHOWN).items()
    return [
        (place, written)
        for place, mark in marks
        for written in (mark.encode(), mark.encode("utf-16-le"), json.dumps(mark)[1:-1].encode())
    ]


def everything_in(path: Path) -> str:
    """Return every value of every table, whichever page of the file it is spread over."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(
            str(value)
            for table in tables
            for row in database.execute(f'SELECT * FROM "{table}"')
            for value in row
        )


def test_no_column_holds_a_mark_the_audit_included(world: Planted) -> None:
    held = everything_in(world.folder / "portal.db")
    assert marks_in(held) == set()
    assert PUBLIC_TEXT in held
    assert "complaint/1" in held


def test_no_log_holds_a_mark_or_a_number(world: Planted) -> None:
    said = world.logs.getvalue()
    assert '"endpoint": "public.new_complaint"' in said
    assert marks_in(said) == set()
    assert [one for one in (*world.receipts.values(), *world.codes.values()) if one in said] == []


def test_no_address_and_no_header_holds_a_mark_or_a_code(world: Planted) -> None:
    own = [one for one in world.sent if not one.startswith(("GET /search?q=", "GET /institutions?q="))]
    sent = "\n".join(own)  # what somebody looked for stands in the address
    assert "/complaints/track" in sent
    assert marks_in(sent) == set()
    codes = [code.replace("-", "") for code in world.codes.values()]
    assert [code for code in codes if code in sent.replace("-", "")] == []
    for number in world.receipts.values():  # the writer's own number goes by POST alone
        public = [one for one in own if not one.split(" ", 1)[1].startswith("/staff")]
        assert number not in "\n".join(public)


def test_mails_tell_that_there_is_news_and_never_what(world: Planted) -> None:
    with world.app.app_context():
        mails = db.session.scalars(select(Mail)).all()
        kinds = {one.kind for one in mails}
        titles = "\n".join(one.title or "" for one in mails)
        bodies = "\n".join(sealing.unseal(one.body_sealed) or "" for one in mails if one.body_sealed)
        to = {sealing.unseal(one.recipient_sealed) for one in mails if one.recipient_sealed}
    assert {"case_notice", "case_reminder", "case_digest"} <= kinds
    assert MARKS["named"]["mail"] in to
    assert marks_in(titles + bodies) == set()
    for word in ("投诉", "濠上养老院", "收费"):
        assert word not in titles


def test_wrong_code_guessed_number_and_another_case_are_answered_alike(world: Planted) -> None:
    number, code = world.receipts["named"], world.codes["named"]
    guessed = receipt_number(COMPLAINT, int(number[1:5]), 123_456_789)
    tries = [(number, "0000-0000-0000"), (guessed, code), (number, world.codes["hidden"]),
             (world.receipts["hidden"], code)]  # fmt: skip
    answers = set()
    for typed, secret in tries:
        answer = find(world.app.test_client(), typed, secret)
        page = answer.text.replace(typed, "N").replace(secret, "C")
        answers.add((answer.status_code, page, str(sorted(answer.headers.keys()))))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_once_erased_nothing_can_be_read_and_the_figures_stay(world: Planted) -> None:
    """The last test: it erases what the others look at."""
    number, reviewer = world.receipts["named"], world.staff["reviewer"]
    figures = world.app.test_client().get("/complaints.csv").text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', reviewer.get(address(number, "erase")).text)[0]
    done = reviewer.post(address(number, "erase"), data={"receipt": number, "version": version})
    assert done.status_code == 303, done.text
    readers = ("second", "reviewer", "discipline", "supervisor")
    text = "\n".join(walk(world, world.staff[who], staff=True) for who in readers)
    public = walk(world, world.citizen, staff=False) + walk(world, world.app.test_client(), staff=False)
    assert [one for one in marks_in(text + public) if one.startswith("named/")] == []
    assert PUBLIC_TEXT not in public
    with world.app.app_context():
        keep_up(current_search())
    assert PUBLIC_TITLE not in world.app.test_client().get("/search?q=说不清的钱").text
    before = find(world.app.test_client(), number, "0000-0000-0000")
    after = find(world.app.test_client(), number, world.codes["named"])
    assert after.text.replace(world.codes["named"], "C") == before.text.replace("0000-0000-0000", "C")
    assert (
        world.citizen.get(TRACK).text == world.app.test_client().get(TRACK).text
    )  # its cookie opens nothing
    with world.app.app_context():
        case = db.session.scalars(select(Case).where(Case.receipt == number)).one()
        assert sealing.unseal(case.words_sealed) is None
    assert len(list((world.folder / "attachments").rglob("*/*"))) == 1
    assert world.app.test_client().get("/complaints.csv").text == figures
