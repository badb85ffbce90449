"""What a person wrote and who they are: sealed under the case's key, opened here and nowhere else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from portal.complaints.models import Case, CaseStep
from portal.vault import sealing


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What happened and what is asked. ``place_name`` and ``place``: of a home that is not listed.

    ``happened_about``: when it was, in the writer's words, where no single day is known.
    """

    text: str
    asked: str = ""
    happened_on: date | None = None
    place_name: str | None = None
    place: str | None = None
    happened_about: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who wrote, as far as they said so."""

    name: str = ""
    phone: str = ""
    mail: str = ""
    address: str = ""

    @property
    def is_empty(self) -> bool:
        """True if nothing was given."""
        return not any((self.name, self.phone, self.mail, self.address))


def seal_told(case: Case, told: Told) -> str:
    """Return the words, sealed. The case must have its id."""
    said = asdict(told) | {"happened_on": told.happened_on.isoformat() if told.happened_on else None}
    return seal_words(case, _json(said))


def seal_person(case: Case, person: Person) -> str | None:
    """Return the person, sealed; None where nothing was given."""
    return None if person.is_empty else seal_words(case, _json(asdict(person)))


def seal_words(case: Case, text: str) -> str:
    """Return any text of a case, sealed under its key. Raises KeyErased."""
    return sealing.seal(case.subject, text)


def told_of(case: Case) -> Told | None:
    """Return what was written, None once it was erased."""
    opened = sealing.unseal(case.words_sealed)
    if opened is None:
        return None
    said = _known(Told, json.loads(opened))
    day = said.get("happened_on")
    return Told(**said | {"happened_on": date.fromisoformat(day) if day else None})


def person_of(case: Case) -> Person | None:
    """Return who wrote; None where nobody said so, or once it was erased."""
    opened = None if case.person_sealed is None else sealing.unseal(case.person_sealed)
    return None if opened is None else Person(**_known(Person, json.loads(opened)))


def step_words(step: CaseStep) -> str | None:
    """Return what was written at a step; None where nothing was, or once it was erased."""
    return None if step.words_sealed is None else sealing.unseal(step.words_sealed)


def _known(kind: type, said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what an older or newer version of the portal wrote besides."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in said.items() if name in names}


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)
