"""What people wrote: for staff what waits, for the public what was cleared of enough writers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.domain.proposed import Proposed
from portal.domain.questionnaires import Audience
from portal.domain.survey_figures import FEW
from portal.extensions import db
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.surveys.kinds import WordsState
from portal.surveys.models import SurveyWords
from portal.surveys.service.words import proposed, written


@dataclass(frozen=True, slots=True)
class Said:
    """Words that may be read, and of which home: None where too few of that home wrote."""

    text: str
    audience: Audience
    home: str | None
    home_id: str | None
    region_label: str


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What somebody wrote, for staff: with what should be masked."""

    id: str
    audience: Audience
    home: str
    region_label: str
    state: WordsState
    text: Proposed | None
    """None: gone with its key."""
    public_text: str | None


def said(round_id: int) -> list[Said]:
    """Return the cleared words of a round.

    A home is named where at least five people of one audience wrote something, cleared or not. What the
    others wrote stands under their county where they are at least five there; else nowhere.
    """
    writers = (
        select(SurveyWords.institution_id, SurveyWords.audience, func.count())
        .where(SurveyWords.round_id == round_id)
        .group_by(SurveyWords.institution_id, SurveyWords.audience)
    )
    query = (
        select(SurveyWords, Institution.name, Institution.public_id, Institution.region_code)
        .join(Institution, Institution.id == SurveyWords.institution_id)
        .where(
            SurveyWords.round_id == round_id,
            SurveyWords.state == WordsState.CLEARED,
            Institution.withdrawn.is_(False),
        )
        .order_by(Institution.region_code, Institution.name, SurveyWords.id)
    )
    wrote = {(home, audience): count for home, audience, count in db.session.execute(writers)}
    rows = db.session.execute(query).all()
    regions = {one.institution_id: code for one, _, _, code in rows}
    in_county: dict[tuple[str, Audience], int] = defaultdict(int)
    for (home, audience), count in wrote.items():
        if count < FEW and home in regions:
            in_county[regions[home], audience] += count
    directory, found = region_directory(), []
    for one, name, public_id, code in rows:
        named = wrote[one.institution_id, one.audience] >= FEW
        if named or in_county[code, one.audience] >= FEW:
            found.append(
                Said(
                    one.public_text or "",
                    one.audience,
                    name if named else None,
                    public_id if named else None,
                    directory.label(code),
                )
            )
    # under one county, whose words stand beside whose follows from nothing
    return sorted(found, key=lambda each: (each.home is None, each.region_label, each.home or "", each.text))


def to_look_at(round_id: int, state: WordsState, offset: int, limit: int) -> list[ToLookAt]:
    """Return what was written in a round that is over, in no order that means anything."""
    query = (
        select(SurveyWords, Institution)
        .join(Institution, Institution.id == SurveyWords.institution_id)
        .where(SurveyWords.round_id == round_id, SurveyWords.state == state)
        .order_by(SurveyWords.id)
        .offset(offset)
        .limit(limit)
    )
    directory, found = region_directory(), []
    for one, home in db.session.execute(query):
        text = written(one)
        shown = None if text is None else proposed(text, home)
        label = directory.label(home.region_code)
        found.append(ToLookAt(one.id, one.audience, home.name, label, one.state, shown, one.public_text))
    return found


def words_record(round_id: int, words_id: str) -> SurveyWords | None:
    """Return one piece of writing of a round, to decide about."""
    return db.session.scalar(
        select(SurveyWords).where(SurveyWords.id == words_id, SurveyWords.round_id == round_id)
    )


def count_words(round_id: int) -> dict[WordsState, int]:
    """Return how many pieces of writing are in which state."""
    query = (
        select(SurveyWords.state, func.count())
        .where(SurveyWords.round_id == round_id)
        .group_by(SurveyWords.state)
    )
    return dict(db.session.execute(query).all())
