"""A real browser solves the challenge by itself; without scripts somebody waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from portal import clock
from portal.access import anyone
from portal.domain.voice_limits import ASK_SUBJECT_DAY
from portal.public import voicing
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind
from portal.voices.service import give, tally
from portal.voices.visitor import Visitor
from tests.browser.looking import axe_violations

pytestmark = pytest.mark.browser

SUPPORT = VoiceKind.SUGGESTION
_PAGE = """{% extends "base.html" %}{% import "macros/voice.html" as voice with context %}
{% block title %}点题{% endblock %}
{% block head %}<link rel="stylesheet" href="{{ asset_url('voice.css') }}">{% endblock %}
{% block main %}<h1>多放几把椅子</h1>{{ voice.said(here) }}
{{ voice.support(here, 1, "/try", "/try/back", "多放几把椅子") }}
{{ voice.sure(here.tallies[1]) }}{% endblock %}"""


@pytest.fixture
def busy(sqlite_app: Flask) -> Iterator[str]:
    """The address of a portal with one suggestion that many have just supported."""
    sqlite_app.config["PORTAL"].voice_waiting_seconds = 2
    with sqlite_app.app_context():

        @voicing.takes_voices
        @anyone
        def support() -> Any:
            return voicing.ask_or_give(SUPPORT, 1, "", back="/there").then("/there")

        @voicing.takes_voices
        @anyone
        def back() -> Any:
            return voicing.take_back(SUPPORT, 1).then("/there")

        @anyone
        def there() -> str:
            return render_template_string(_PAGE, here=voicing.voices_here(SUPPORT, [1]))

        sqlite_app.add_url_rule("/try", "public.try", support, methods=["POST"])
        sqlite_app.add_url_rule("/try/back", "public.try_back", back, methods=["POST"])
        sqlite_app.add_url_rule("/there", "public.there", there)
        with unit_of_work():
            for number in range(ASK_SUBJECT_DAY):  # of the day: the next ten minutes may begin meanwhile
                give(SUPPORT, 1, "", Visitor(f"{number:032x}", None, f"203.0.{number}.1"), clock.now())
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def proofs(app: Flask) -> tuple[int, int]:
    """Return how many solved and how many waited."""
    with app.app_context():
        sure = tally(SUPPORT, 1).sure
        return sure.solved, sure.waited


def test_a_browser_solves_the_challenge_by_itself(busy: str, browser: Browser, sqlite_app: Flask) -> None:
    page = browser.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{busy}/there")
    page.get_by_role("button", name="我也支持").click()
    expect(page.get_by_text("收到了，已经计入")).to_be_visible()
    expect(page.get_by_text("已支持")).to_be_visible()
    assert proofs(sqlite_app) == (1, 0)
    assert broken == []
    assert axe_violations(page) == []
    page.get_by_role("button", name="收回").click()
    expect(page.get_by_text("已经收回")).to_be_visible()
    assert proofs(sqlite_app) == (0, 0)
    page.close()


def test_without_scripts_waiting_is_enough(busy: str, browser: Browser, sqlite_app: Flask) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{busy}/there")
    page.get_by_role("button", name="我也支持").click()
    expect(page.get_by_text("请等2秒")).to_be_visible()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("还要等")).to_be_visible()
    page.wait_for_timeout(2_500)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("收到了，已经计入")).to_be_visible()
    assert proofs(sqlite_app) == (0, 1)
    context.close()


def test_the_page_that_asks_is_sound_on_a_phone(busy: str, browser: Browser, sqlite_app: Flask) -> None:
    sqlite_app.config["PORTAL"].voice_challenge_cost = 100_000  # it must not be over before it was looked at
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{busy}/there")
    page.get_by_role("button", name="我也支持").click()
    expect(page.get_by_text("设备正在验算")).to_be_visible()
    expect(page.get_by_text("请等2秒")).to_be_hidden()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
