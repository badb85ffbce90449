"""Terms of the call-back that are stored: how questionnaires went out, what became of words."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.questionnaires import Audience
from portal.domain.survey_figures import Level
from portal.domain.survey_round import RoundPhase

__all__ = ["Audience", "Level", "RoundPhase", "SheetChannel", "WordsState"]

SURVEY_ROUND = "survey_round"
"""What search and the audit call a round."""
WORDS_MOST = 500
"""Characters of the one free text."""
REMARKS_MOST = 5_000
"""Characters of a reviewer's remarks."""
SHEETS_MOST = 300
"""Questionnaires of one audience for one home at a time."""


class SheetChannel(StrEnum):
    """How a questionnaire reaches people."""

    SHEET = "sheet"
    """On paper with a QR code and a code to type, handed out by the home."""
    TELEPHONE = "telephone"
    """Staff call and type in what they are told."""


class WordsState(StrEnum):
    """What became of what somebody wrote."""

    WAITING = "waiting"
    CLEARED = "cleared"
    """Its redacted text may be read by everybody, where enough people wrote."""
    LEFT_OUT = "left_out"
