"""The blocks of an institution's page and the forms that a recorded value can have."""

from __future__ import annotations

from enum import StrEnum


class Block(StrEnum):
    """The blocks of an institution's page, in their order; the value is the anchor and ``?about=``."""

    BASICS = "basics"
    REGISTRATION = "registration"
    GRADE = "grade"
    FEES = "fees"
    BEDS = "beds"
    ADMISSION = "admission"
    STAFF = "staff"
    MEDICAL = "medical"
    SERVICES = "services"
    CONTRACT = "contract"
    CARE = "care"
    SAFETY = "safety"
    CLOSURES = "closures"
    NAMES = "names"


BLOCK_TITLES: dict[Block, str] = {
    Block.BASICS: "基本情况",
    Block.REGISTRATION: "登记与备案",
    Block.GRADE: "等级评定",
    Block.FEES: "收费",
    Block.BEDS: "床位与入住",
    Block.ADMISSION: "收住哪些老人",
    Block.STAFF: "护理人员",
    Block.MEDICAL: "医疗与医保",
    Block.SERVICES: "服务与规章",
    Block.CONTRACT: "公建民营",
    Block.CARE: "集中照护",
    Block.SAFETY: "安全",
    Block.CLOSURES: "关停公告",
    Block.NAMES: "曾用名与前后身",
}


class Form(StrEnum):
    """What kind of value a field holds, and so how it is written out."""

    TEXT = "text"
    QUOTED = "quoted"
    DAY = "day"
    PARTIAL_DAY = "partial_day"
    YES_NO = "yes_no"
    TERM = "term"
    FEN = "fen"
    LEVEL = "level"
    BEDS = "beds"
    PEOPLE = "people"
    PLACES = "places"
    WORKING_DAYS = "working_days"
    DEGREES = "degrees"
    REGION = "region"
    INSTITUTION = "institution"
    FORMER_NAMES = "former_names"
    MAPPING = "mapping"
