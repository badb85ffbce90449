"""What an alert is about, as one value: the same thing chosen twice is the same value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.alerts.kinds import AlertTopic
from portal.domain.errors import DomainError


class NotWatchable(DomainError):
    """A choice that cannot be subscribed to; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class About:
    """A topic with what was chosen of it.

    ``choice``: of a list or search, its parts by name, as ``topics`` reads them. ``title`` is what people
    call such a choice, ``path`` the address of the list; neither makes it another choice.
    """

    topic: AlertTopic
    institution_id: int | None = None
    region_code: str | None = None
    choice: Mapping[str, Any] | None = None
    title: str = ""
    path: str = ""

    @property
    def identity(self) -> str:
        """A text that two abouts share if they are about the same."""
        parts = [self.topic.value, self.institution_id, self.region_code, self.choice]
        return json.dumps(parts, ensure_ascii=False, sort_keys=True)

    @property
    def kept(self) -> str | None:
        """What is sealed of a choice; None where there is none."""
        if self.choice is None:
            return None
        said = {"choice": self.choice, "title": self.title, "path": self.path}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def read_kept(
    topic: AlertTopic, institution_id: int | None, region_code: str | None, kept: str | None
) -> About:
    """Return what an alert is about from its row and its opened choice."""
    if kept is None:
        return About(topic, institution_id, region_code)
    said = json.loads(kept)
    return About(topic, institution_id, region_code, said["choice"], said["title"], said["path"])
