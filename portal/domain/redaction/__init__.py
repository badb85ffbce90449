"""Redaction (R36): what of a complaint or a reply has to be masked before anybody may read it.

A machine proposes, a person approves. Proposed are names of persons, telephones, identity numbers, cards,
births, plates, mail addresses, accounts, doors, rooms, beds, illnesses; case and document numbers, hotlines,
organisations, money, ordinary dates stay, and what somebody has masked already is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from portal.domain.redaction.illnesses import mask_illnesses
from portal.domain.redaction.names import mask_names
from portal.domain.redaction.numbers import mask_numbers
from portal.domain.redaction.places import mask_places
from portal.domain.redaction.sheet import Masking, MaskKind, Sheet, squeezed

__all__ = ["MaskKind", "Masking", "apply", "propose"]


def propose(text: str, *, known_names: Iterable[str] = (), keep: Iterable[str] = ()) -> list[Masking]:
    """Return what should be masked in ``text``, in order, no two overlapping.

    ``known_names``: names the case holds (who complained, the elder, staff), found wherever they stand, also
    with spaces inside. ``keep``: names of homes and organisations of the case, in which nothing is masked.
    """
    seen, places = squeezed(text)
    sheet = Sheet(seen)
    _keep(sheet, keep)
    mask_numbers(sheet)
    mask_places(sheet)
    mask_illnesses(sheet)
    mask_names(sheet, known_names)
    there = (replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in sheet.maskings)
    return sorted(there, key=lambda one: one.start)


def apply(text: str, maskings: Iterable[Masking]) -> str:
    """Return ``text`` with every masking carried out."""
    pieces, last = [], 0
    for one in sorted(maskings, key=lambda one: one.start):
        pieces += [text[last : one.start], one.replacement]
        last = one.end
    return "".join([*pieces, text[last:]])


def _keep(sheet: Sheet, names: Iterable[str]) -> None:
    plain = sorted({Sheet(name.strip()).plain for name in names if name.strip()}, key=len, reverse=True)
    if plain:
        for hit in re.finditer("|".join(map(re.escape, plain)), sheet.rest):
            sheet.keep(*hit.span())
