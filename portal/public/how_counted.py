"""一人一票怎么算: what is done so that one person is one voice, and what can't be done."""

from __future__ import annotations

from flask import current_app, render_template

from portal.access import anyone
from portal.config import Settings
from portal.domain import voice_limits as limits
from portal.public.sections import blueprint
from portal.voices.challenge import GOOD_FOR
from portal.voices.forgetting import KEPT_AFTER_CLOSING, KEPT_WHILE_OPEN
from portal.voices.kinds import Apart, VoiceKind
from portal.voices.patterns import WATCHED
from portal.voices.service import limits_of


@blueprint.get("/suggestions/how-counted")
@anyone
def how_counted() -> str:
    """Tell how voices are counted: every number is read from where the counting reads it."""
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    return render_template(
        "public/how_counted.html",
        support=limits_of(VoiceKind.SUGGESTION),
        vote=limits_of(VoiceKind.POOL),
        rules=limits,
        slot_minutes=int(limits.SLOT.total_seconds() // 60),
        new_minutes=int(limits.NEW_BROWSER.total_seconds() // 60),
        good_minutes=int(GOOD_FOR.total_seconds() // 60),
        waiting_seconds=settings.voice_waiting_seconds,
        kept_days=KEPT_AFTER_CLOSING.days,
        open_days=KEPT_WHILE_OPEN.days,
        pattern=WATCHED,
        reasons=list(Apart),
    )
