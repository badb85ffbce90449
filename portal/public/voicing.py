"""How pages take voices: support, votes, verdicts. The views that do so call these and nothing beneath.

    @blueprint.post("/suggestions/<public_id>/support")
    @takes_voices
    @anyone
    def support(public_id):
        ...
        outcome = ask_or_give(VoiceKind.SUGGESTION, row.id, "", back=url_for(...))
        return outcome.then(url_for(...))

A page that shows counts declares ``@depends_also_on(voices_version)`` and hands ``voices_here(...)`` to
``macros/voice.html``. It writes, and so may commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Request, current_app, make_response, redirect, render_template, request
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from portal import clock
from portal.domain.voice_limits import work_asked
from portal.extensions import csrf, limiter
from portal.public.voice_words import SAID, AskedFor, Said, code_of, why_asked
from portal.unit_of_work import unit_of_work
from portal.voices import challenge, marks, service
from portal.voices.challenge import Asked, Refusal
from portal.voices.kinds import Proof, VoiceKind
from portal.voices.service import CountClosed, Gave, Given, Tally
from portal.voices.visitor import Visitor, read_cookie, write_cookie

View = TypeVar("View", bound=Callable[..., Any])

COOKIE = "voice"
SAID_IN = "said"
"""The part of an address that says what became of a voice: one of a few words of ours."""
TICKET, SOLUTION = "voice_ticket", "voice_solution"
PRESSES = "300 per minute;5000 per hour"
"""What one address may press: a village behind one address must not be turned away."""
_YEAR = 31_536_000
_OURS = {TICKET, SOLUTION, "csrf_token"}
_NOBODY = Visitor(None, None, "")
"""Whoever presses on another site's page: what is answered leaves their own cookie alone."""


def takes_voices(view: View) -> View:
    """Declare that a view takes voices: how often it may be pressed; forged presses are told in here."""
    limited = limiter.limit(PRESSES, methods=["POST"])(view)
    return csrf.exempt(limited)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a press: a page to answer with, or a voice."""

    visitor: Visitor
    given: Given | None = None
    page: Response | None = None
    code: str = ""
    """One of ``voice_words.SAID``."""

    def then(self, url: str) -> Response:
        """Return the page that asks for more, or the way back to ``url``, where it is said what happened."""
        if self.page is not None:
            return _with_cookie(self.page, self.visitor)
        mark = "&" if urlsplit(url).query else "?"
        address, _, anchor = url.partition("#")
        back = redirect(f"{address}{mark}{SAID_IN}={self.code}#{anchor or 'voice'}", 303)
        back.headers["Cache-Control"] = "no-store"
        return _with_cookie(back, self.visitor)


@dataclass(frozen=True, slots=True)
class VoicesHere:
    """What a page shows of its counts."""

    tallies: dict[int, Tally]
    mine: dict[int, str]
    """What this browser chose, of those it gave a voice on."""
    said: Said | None
    """What became of the press that led here."""


def visitor_of(asked: Request) -> Visitor:
    """Return who asks, as far as that can be told."""
    known = read_cookie(asked.cookies.get(COOKIE))
    number, made = known or (None, None)
    return Visitor(number, made, get_remote_address())


def ask_or_give(
    kind: VoiceKind,
    subject_id: int,
    choice: str,
    *,
    back: str,
    also: Callable[[Given], None] | None = None,
) -> Outcome:
    """Take this visitor's voice, or ask for proof first. Call it outside of any unit of work.

    ``choice``: checked by the caller. ``back``: where whoever changes their mind goes. ``also``: what the
    caller writes together with the voice, or not at all (a verdict's reasons). The form's other fields come
    again.
    """
    now = clock.now()
    visitor = visitor_of(request).with_cookie()
    ticket = request.form.get(TICKET)
    if _from_our_page() is False:
        return Outcome(_NOBODY, page=_page(kind, subject_id, _NOBODY, back, AskedFor(0)))
    try:
        with unit_of_work():
            proof = _proof(kind, subject_id, visitor, ticket)
            if isinstance(proof, Proof):
                given = service.give(kind, subject_id, choice, visitor, now, proof)
                if also is not None:
                    also(given)
                known = visitor.begun(now) if given.counted else visitor
                return Outcome(known, given, code=code_of(given))
    except CountClosed:
        return Outcome(visitor, code="closed")
    return Outcome(visitor, page=_page(kind, subject_id, visitor, back, proof))


def take_back(kind: VoiceKind, subject_id: int) -> Outcome:
    """Take this visitor's voice back. Another site can't, one beneath the same domain neither."""
    visitor = visitor_of(request)
    if _from_our_page() is False:
        return Outcome(_NOBODY, code="elsewhere")
    try:
        with unit_of_work():
            gone = service.take_back(kind, subject_id, visitor)
    except CountClosed:
        return Outcome(visitor, code="closed")
    return Outcome(visitor, code="back" if gone else "none")


def voices_here(kind: VoiceKind, subject_ids: Sequence[int]) -> VoicesHere:
    """Return what a page shows of its counts: two queries, one more for a browser that gave a voice."""
    mine = service.has_given(kind, subject_ids, visitor_of(request))
    return VoicesHere(service.tallies(kind, subject_ids), mine, SAID.get(request.args.get(SAID_IN, "")))


def voices_version() -> str:
    """Return what a page with counts depends on beside its data: the counts, and the browser."""
    cookie = request.cookies.get(COOKIE, "")
    own = hashlib.sha256(cookie.encode()).hexdigest()[:12] if cookie else ""
    return f"v{marks.version()}{own}"


def _proof(kind: VoiceKind, subject_id: int, visitor: Visitor, ticket: str | None) -> Proof | AskedFor:
    """Return how the voice proved itself, or what to ask for and why."""
    now = clock.now()
    if service.has_given(kind, [subject_id], visitor):
        return Proof.UNASKED  # changing a voice adds none
    work = work_asked(marks.load_now(kind, subject_id, visitor, now))
    if ticket is None:
        return Proof.UNASKED if work == 0 and _from_our_page() else AskedFor(work)
    if COOKIE not in request.cookies:
        return AskedFor(work, no_cookie=True)
    found = challenge.check(kind, subject_id, visitor, now, work, ticket, request.form.get(SOLUTION) or None)
    if isinstance(found, Proof):
        return found
    return AskedFor(work, found, ticket if found is Refusal.EARLY else None)


def _from_our_page() -> bool | None:
    """True if the button stood on a page of this site, False if on another's, None if nothing says where.

    Another site could have its visitors press in passing: one press from there makes no ticket, no challenge
    that solves itself, and no cookie in place of the one that stayed behind. Browsers say where it was
    pressed; of one too old to, the page asks to press once more.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    came = request.headers.get("Origin") or request.headers.get("Referer")
    return None if came is None else urlsplit(came).netloc == request.host


def _page(kind: VoiceKind, subject_id: int, visitor: Visitor, back: str, asked: AskedFor) -> Response:
    """Return the page that asks a device to work, or somebody to wait, with everything that was typed."""
    now = clock.now()
    if visitor.number is None:
        wanted = Asked("", None, 0)
    elif asked.ticket is None:
        wanted = challenge.ask(kind, subject_id, visitor, now, asked.work)
    else:
        wanted = Asked(asked.ticket, None, challenge.left_to_wait(asked.ticket, now))
    page = make_response(
        render_template(
            "public/voice_check.html",
            reason=why_asked(kind, asked),
            problem=asked.problem,
            asked=wanted,
            early=asked.ticket is not None,
            most=challenge.TRIES,
            fields=[(name, value) for name, value in request.form.items(multi=True) if name not in _OURS],
            names=(TICKET, SOLUTION),
            back=back,
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _with_cookie(response: Response, visitor: Visitor) -> Response:
    """Let the browser keep its number for a year: who it is on this site, and nothing else."""
    if visitor.number is not None:
        response.set_cookie(
            COOKIE,
            write_cookie(visitor),
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


__all__ = [
    "Gave",
    "Given",
    "Outcome",
    "VoiceKind",
    "VoicesHere",
    "ask_or_give",
    "take_back",
    "takes_voices",
    "visitor_of",
    "voices_here",
    "voices_version",
]
