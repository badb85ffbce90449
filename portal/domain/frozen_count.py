"""A count as it stood when its result was published: what counts later never takes its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.voice_sureness import Sureness


@dataclass(frozen=True, slots=True)
class FrozenCount:
    """How a count stood at ``at``. Persons, not choices: who chose three is one."""

    at: datetime
    persons: int
    """Whose voice counts."""
    counted: Mapping[str, int]
    """By choice."""
    apart: Mapping[str, int]
    """Persons counted apart, by why."""
    networks: int
    solved: int
    waited: int
    days: Mapping[date, int]
    """Those that count, by the day (Asia/Shanghai) they were given."""

    @property
    def sure(self) -> Sureness:
        """How far it can be relied upon."""
        return Sureness(self.persons, sum(self.apart.values()), self.networks, self.solved, self.waited)

    def to_json(self) -> str:
        """Return it as it is kept."""
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "persons": self.persons,
                "counted": dict(sorted(self.counted.items())),
                "apart": dict(sorted(self.apart.items())),
                "networks": self.networks,
                "solved": self.solved,
                "waited": self.waited,
                "days": {day.isoformat(): number for day, number in sorted(self.days.items())},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def read_frozen(text: str) -> FrozenCount:
    """Return what ``to_json`` wrote."""
    kept = json.loads(text)
    return FrozenCount(
        datetime.fromisoformat(kept["at"]),
        kept["persons"],
        kept["counted"],
        kept["apart"],
        kept["networks"],
        kept["solved"],
        kept["waited"],
        {date.fromisoformat(day): number for day, number in kept["days"].items()},
    )


def ranks(numbers: Mapping[str, int]) -> dict[str, int]:
    """Return each one's place by its number, the highest first; equal numbers share a place (1, 2, 2, 4)."""
    ordered = sorted(numbers.values(), reverse=True)
    return {key: ordered.index(number) + 1 for key, number in numbers.items()}
