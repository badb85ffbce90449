"""Handing out questionnaires: codes are drawn, kept as keyed hashes, and sealed as long as they are printed.

A code says which home and which audience, and nothing of a person: whoever hands the sheets out takes them
from a pile. Flushes, never commits.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from sqlalchemy import exists, insert, select

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.access_code import code_from_bytes
from portal.domain.actor import Actor, Scope
from portal.domain.survey_round import RoundPhase
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.models import Institution, OperatingState
from portal.reference.directory import region_directory
from portal.surveys.kinds import SHEETS_MOST, SURVEY_ROUND, Audience, SheetChannel
from portal.surveys.models import SurveyCode, SurveyLot, SurveyRound, codes_subject
from portal.surveys.service.rights import NotNow, check_keeps, check_reach, told_who_was_quicker
from portal.vault.sealing import blind_index, seal, unseal


class CountUnfit(NotNow):
    """So many questionnaires are not handed out at a time."""


def hand_out(
    found: SurveyRound,
    institution_id: int,
    audience: Audience,
    channel: SheetChannel,
    count: int,
    actor: Actor,
    scope: Scope,
) -> SurveyLot:
    """Draw ``count`` codes for a home, or plan as many calls.

    Raises NotTheirs, CountUnfit, NotNow where the round is over or the home lies elsewhere.
    """
    check_keeps(found.region_code, scope)
    _check_open(found)
    if not 0 < count <= SHEETS_MOST:
        raise CountUnfit(f"一次发1份到{SHEETS_MOST}份。")
    home = db.session.get_one(Institution, institution_id)
    if home.region_code not in region_directory().within(found.region_code):
        raise NotNow("这家机构不在这一轮回访的地区。")
    lot = _lot(found, home.id, audience, channel, count, actor)
    concerns(f"{SURVEY_ROUND}/{found.id}")
    touch_data_set()
    return lot


def hand_out_everywhere(found: SurveyRound, counts: dict[Audience, int], actor: Actor, scope: Scope) -> int:
    """Hand out sheets to every operating home of the round's region that has none yet; return how many homes.

    ``counts``: how many sheets each home gets for each audience. Raises as ``hand_out``.
    """
    check_keeps(found.region_code, scope)
    _check_open(found)
    if not any(counts.values()) or not all(0 <= count <= SHEETS_MOST for count in counts.values()):
        raise CountUnfit(f"每家每种0份到{SHEETS_MOST}份，至少有一种要发。")
    homes = homes_without(found)
    for home in homes:
        for audience, count in counts.items():
            if count:
                _lot(found, home, audience, SheetChannel.SHEET, count, actor)
    concerns(f"{SURVEY_ROUND}/{found.id}")
    touch_data_set()
    return len(homes)


def homes_without(found: SurveyRound) -> Sequence[int]:
    """Return the operating homes of the round's region to which nothing was handed out."""
    has_some = exists().where(
        SurveyLot.round_id == found.id, SurveyLot.institution_id == Institution.id, SurveyLot.void.is_(False)
    )
    query = select(Institution.id).where(
        Institution.region_code.in_(region_directory().within(found.region_code)),
        Institution.withdrawn.is_(False),
        Institution.operating_state == OperatingState.OPERATING,
        ~has_some,
    )
    return db.session.scalars(query.order_by(Institution.id)).all()


@told_who_was_quicker
def void_lot(lot: SurveyLot, found: SurveyRound, actor: Actor, scope: Scope, seen: int) -> None:
    """Let the codes of a lost or misprinted lot open nothing. What was answered with them stays.

    Raises NotTheirs, ChangedMeanwhile, NotNow.
    """
    check_reach(lot, found.region_code, scope, seen)
    _check_open(found)
    if lot.void:
        raise NotNow("这一批已经作废了。")
    used = exists().where(SurveyCode.lot_id == lot.id, SurveyCode.used.is_(True))
    if db.session.scalar(select(used)):
        raise NotNow("这一批已经有人用过了，不能作废。")
    lot.void, lot.codes_sealed = True, None
    concerns(f"{SURVEY_ROUND}/{found.id}")
    db.session.flush()
    touch_data_set()


def codes_to_print(lot: SurveyLot, found: SurveyRound, scope: Scope) -> list[str]:
    """Return the codes of a lot for its sheets; that they were looked at is entered in the audit.

    Raises NotTheirs, and NotNow where there is nothing to print any more.
    """
    check_keeps(found.region_code, scope)
    opened = None if lot.codes_sealed is None else unseal(lot.codes_sealed)
    if opened is None:
        raise NotNow("这一批没有可以打印的回访单。")
    note("survey_sheets", f"{SURVEY_ROUND}/{found.id}", lot=lot.id, sheets=lot.handed_out)
    codes: list[str] = json.loads(opened)
    return codes


def code_index(code: str) -> str:
    """Return by what a code (as ``domain.access_code`` writes it) is found."""
    return blind_index("survey-code", code)


def _lot(
    found: SurveyRound,
    institution_id: int,
    audience: Audience,
    channel: SheetChannel,
    count: int,
    actor: Actor,
) -> SurveyLot:
    by_call = channel is SheetChannel.TELEPHONE
    codes = [] if by_call else [code_from_bytes(secrets.token_bytes(8)) for _ in range(count)]
    lot = SurveyLot(
        round_id=found.id,
        institution_id=institution_id,
        audience=audience,
        channel=channel,
        handed_out=count,
        handed_out_on=clock.today(),
        handed_out_by=actor.name,
        codes_sealed=None if by_call else seal(codes_subject(found.id), json.dumps(codes)),
    )
    db.session.add(lot)
    db.session.flush()
    indexes = [None] * count if by_call else [code_index(code) for code in codes]
    db.session.execute(insert(SurveyCode), [{"lot_id": lot.id, "code_index": one} for one in indexes])
    return lot


def _check_open(found: SurveyRound) -> None:
    if found.phase(clock.today()) not in (RoundPhase.AHEAD, RoundPhase.OPEN):
        raise NotNow("这一轮已经结束了。")
