"""Who among the staff may do what: five roles, what each can, and which department keeps which facts."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is there for."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    DISCIPLINE = "discipline"
    ADMINISTRATOR = "administrator"


class Department(StrEnum):
    """The departments that share elder care (NT 4(9)); discipline inspection stands outside of them."""

    CIVIL_AFFAIRS = "civil_affairs"
    HOUSING = "housing"
    FIRE = "fire"
    HEALTH = "health"
    MARKET = "market"
    DISCIPLINE = "discipline"


class Capability(StrEnum):
    """What an endpoint may ask of the person who calls it."""

    OWN_ACCOUNT = "own_account"
    SEE_RECORDS = "see_records"
    EDIT_RECORDS = "edit_records"
    IMPORT = "import"
    DECIDE_CORRECTIONS = "decide_corrections"
    PUBLISH = "publish"
    """What can't be taken back easily: naming an unregistered home, withdrawing a record, revoking."""
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    MANAGE_STAFF = "manage_staff"
    AMEND_CALENDAR = "amend_calendar"
    SEE_CLUES = "see_clues"
    """Clues of misconduct handed over to discipline inspection, and saying that they arrived."""
    SEE_CASES = "see_cases"
    """Where complaints stand; what was written in them is for the department that handles them."""
    HANDLE_CASES = "handle_cases"
    REVIEW_CASES = "review_cases"
    """What ends or exposes a complaint: refusing it, publishing it, holding or erasing it, four eyes."""
    SEE_SUPERVISION = "see_supervision"
    """Inspections, problems, notices and credit, published or not; of the own regions, every department's."""
    KEEP_SUPERVISION = "keep_supervision"
    """Entering and working on those of the own department."""
    REVIEW_SUPERVISION = "review_supervision"
    """What binds or exposes a home: issuing, publishing, accepting (销号), credit entries, the lists."""
    SEE_COLUMN = "see_column"
    """The column 点题整治: suggestions, topics, digests, call-backs; of own regions, every department's."""
    KEEP_COLUMN = "keep_column"
    """Moderating and answering suggestions, drafting topics and digests, handing out questionnaires."""
    REVIEW_COLUMN = "review_column"
    """What the public reads as the office's word: digests, topics, votes, conclusions, the two-way review."""


ROLE_TITLES = {
    Role.CLERK: "经办",
    Role.REVIEWER: "审核",
    Role.SUPERVISOR: "监督",
    Role.DISCIPLINE: "纪检",
    Role.ADMINISTRATOR: "管理员",
}
"""What stands in a record's history, with place and department: never a person's name."""

DEPARTMENT_TITLES = {
    Department.CIVIL_AFFAIRS: "民政",
    Department.HOUSING: "住建",
    Department.FIRE: "消防",
    Department.HEALTH: "卫健",
    Department.MARKET: "市场监管",
    Department.DISCIPLINE: "纪检监察",
}

_EVERYBODY = frozenset({Capability.OWN_ACCOUNT, Capability.SEE_RECORDS, Capability.EXPORT})
_CLERK = _EVERYBODY | {
    Capability.EDIT_RECORDS,
    Capability.IMPORT,
    Capability.DECIDE_CORRECTIONS,
    Capability.SEE_CASES,
    Capability.HANDLE_CASES,
    Capability.SEE_SUPERVISION,
    Capability.KEEP_SUPERVISION,
    Capability.SEE_COLUMN,
    Capability.KEEP_COLUMN,
}

_WATCHES = _EVERYBODY | {
    Capability.SEE_AUDIT,
    Capability.SEE_CASES,
    Capability.SEE_SUPERVISION,
    Capability.SEE_COLUMN,
}

_CAN: dict[Role, frozenset[Capability]] = {
    Role.CLERK: _CLERK,
    Role.REVIEWER: _CLERK
    | {
        Capability.PUBLISH,
        Capability.SEE_AUDIT,
        Capability.REVIEW_CASES,
        Capability.REVIEW_SUPERVISION,
        Capability.REVIEW_COLUMN,
    },
    Role.SUPERVISOR: _WATCHES,
    Role.DISCIPLINE: _WATCHES | {Capability.SEE_CLUES},
    Role.ADMINISTRATOR: _EVERYBODY
    | {Capability.MANAGE_STAFF, Capability.AMEND_CALENDAR, Capability.SEE_AUDIT},
}

_KEEPERS: dict[str, frozenset[Department]] = {
    "compliance/service_safety": frozenset({Department.CIVIL_AFFAIRS}),
    "compliance/fire_safety": frozenset({Department.FIRE, Department.HOUSING}),
    "registration": frozenset({Department.CIVIL_AFFAIRS, Department.MARKET}),
    "fee_standard": frozenset({Department.CIVIL_AFFAIRS, Department.MARKET}),
    "unregistered_home": frozenset({Department.CIVIL_AFFAIRS, Department.MARKET, Department.FIRE}),
}
_CIVIL_AFFAIRS_ALONE = frozenset({Department.CIVIL_AFFAIRS})


def can(role: Role, capability: Capability) -> bool:
    """True if the role includes the capability."""
    return capability in _CAN[role]


def needs_second_factor(role: Role) -> bool:
    """True for whoever can do or see more than a clerk."""
    return role is not Role.CLERK


def keepers_of(record_kind: str) -> frozenset[Department]:
    """Return the departments that may write a kind of record: ``star_grade``, ``compliance/fire_safety``.

    Civil affairs keeps whatever no other law gives to somebody else.
    """
    return _KEEPERS.get(record_kind, _CIVIL_AFFAIRS_ALONE)


def keeps(department: Department, record_kind: str) -> bool:
    """True if the department may write records of the kind."""
    return department in keepers_of(record_kind)
