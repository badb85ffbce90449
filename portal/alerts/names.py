"""What an alert is called in a mail and on its owner's page, and where its homes' pages are."""

from __future__ import annotations

from collections.abc import Iterable

from portal.alerts.about import About
from portal.alerts.kinds import AlertTopic
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.holder import catalogue
from portal.reference.directory import region_directory

GONE = "一家已经不在公开名单上的机构"


class Names:
    """The names of what some alerts are about."""

    def __init__(self, abouts: Iterable[About]) -> None:
        needed = any(about.topic is not AlertTopic.NOTICES for about in abouts)
        self._listed = catalogue(PUBLIC) if needed else None

    def title(self, about: About) -> str:
        """Return what an alert is called."""
        if about.topic is AlertTopic.INSTITUTION:
            return self.institution(about.institution_id or 0)
        if about.topic is AlertTopic.REGION:
            return f"{region_directory().path_label(about.region_code or '', '')}的整改、检查、表扬和处罚"
        return about.title

    def institution(self, key: int) -> str:
        """Return a home's name, as far as it is public."""
        entry = self._listed.by_id.get(key) if self._listed is not None else None
        return GONE if entry is None else entry.name

    def page(self, about: About) -> str | None:
        """Return the address of the page that an alert is about; None where that is not public."""
        if about.topic is AlertTopic.INSTITUTION:
            return self.path_of(f"institution/{about.institution_id}")
        return f"/notices?region={about.region_code}" if about.topic is AlertTopic.REGION else about.path

    def path_of(self, key: str) -> str | None:
        """Return the address of a listed home's page by ``institution/id``; None where there is none."""
        kind, _, number = key.partition("/")
        entry = self._listed.by_id.get(int(number)) if kind == "institution" and self._listed else None
        return None if entry is None else f"/institutions/{entry.public_id}"
