"""Identifiers of things that do not exist: permanent ids, credit codes, telephone numbers, positions."""

from __future__ import annotations

import math
from random import Random

from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, credit_code_check_character
from portal.institutions.models import LegalForm, PositionSystem

_REGISTER_PREFIX = {
    LegalForm.PUBLIC_INSTITUTION: "12",
    LegalForm.SOCIAL_SERVICE: "52",
    LegalForm.COMPANY: "91",
    LegalForm.INDIVIDUAL: "92",
    LegalForm.OTHER: "59",
}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
AREA_CODE = "0600"
"""No place in China has this area code: nobody's telephone rings."""


def public_id(rng: Random) -> str:
    """Return a permanent public id that depends on the seed alone."""
    return "".join(rng.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def credit_code(form: LegalForm, region_code: str, serial: int) -> str:
    """Return a credit code with valid check digits (GB 32100-2015, GB 11714-1997) in a fictional region."""
    organisation = f"{serial:08d}"
    total = sum(
        int(digit) * weight for digit, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    body = _REGISTER_PREFIX[form] + region_code + organisation + {10: "X", 11: "0"}.get(check, str(check))
    return body + credit_code_check_character(body)


def telephone(serial: int) -> str:
    """Return a telephone number that nobody has."""
    return f"{AREA_CODE}-5550{serial:03d}"


def as_given(longitude: float, latitude: float, system: PositionSystem) -> str:
    """Return a WGS84 position as someone using ``system`` writes it: 「longitude,latitude」."""
    if system in (PositionSystem.GCJ02, PositionSystem.BD09):
        longitude, latitude = _to_gcj02(longitude, latitude)
    if system is PositionSystem.BD09:
        longitude, latitude = _to_bd09(longitude, latitude)
    return f"{longitude:.6f},{latitude:.6f}"


def _to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """Shift by up to some 700 m, as maps published in China do (formula as widely reimplemented)."""
    axis, eccentricity = 6378245.0, 0.00669342162296594323
    x, y = longitude - 105.0, latitude - 35.0
    wave = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(latitude)
    magic = 1 - eccentricity * math.sin(radians) ** 2
    degrees_north = north * 180 / (axis * (1 - eccentricity) / (magic * math.sqrt(magic)) * math.pi)
    degrees_east = east * 180 / (axis / math.sqrt(magic) * math.cos(radians) * math.pi)
    return longitude + degrees_east, latitude + degrees_north


def _to_bd09(longitude: float, latitude: float) -> tuple[float, float]:
    bend = math.pi * 3000 / 180
    radius = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * bend)
    angle = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * bend)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006
