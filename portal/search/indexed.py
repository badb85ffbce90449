"""What of a document an index keeps: its texts, normalised, and the terms it is found by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.search.nodes import LONGEST_TERM, Zone, longest_gram
from portal.search.ports import Document
from portal.search.readings import sound_line, sound_terms
from portal.search.text import grams, normalise, runs

_LONGEST_DETAIL = 4000


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's zones as normalised text: one run a line."""

    name: str
    former: str
    details: str
    sound: str
    place_sound: str

    def zone(self, zone: Zone) -> str:
        """Return the text of one zone."""
        match zone:
            case Zone.NAME:
                return self.name
            case Zone.FORMER:
                return self.former
            case Zone.DETAILS:
                return self.details
            case Zone.SOUND:
                return self.sound
            case Zone.PLACE_SOUND:
                return self.place_sound


def lines_of(document: Document) -> Lines:
    """Return the texts that checks look into."""
    names = [normalise(document.name), *filter(None, map(normalise, document.former_names))]
    details = (run for _, text in document.details for run in runs(text[:_LONGEST_DETAIL]))
    return Lines(
        names[0],
        "\n".join(names[1:]),
        "\n".join(details),
        "\n".join(map(sound_line, names)),
        "\n".join(map(sound_line, _places(document))),
    )


def terms_of(document: Document, lines: Lines) -> set[str]:
    """Return every term of a document."""
    found = {f"k:{document.kind}", f"e:{lines.name[:LONGEST_TERM]}"}
    found |= {f"p:{lines.name[:1]}", f"p:{lines.name[:2]}"}
    found.update(f"g:{code}" for code in document.regions)
    for zone in (Zone.NAME, Zone.FORMER, Zone.DETAILS):
        for run in lines.zone(zone).split("\n"):
            found.update(f"{zone}:{gram}" for gram in grams(run, longest_gram(zone)))
    for name in (lines.name, *lines.former.split("\n")):
        found |= sound_terms(name)
    for place in _places(document):
        found.update(f"l{term}" for term in sound_terms(place))
    return found


def _places(document: Document) -> Iterator[str]:
    return (run for field, text in document.details if field == "region" for run in runs(text))
