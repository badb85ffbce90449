"""Identifiers of things that do not exist: permanent ids, credit codes, telephone numbers, positions."""

from __future__ import annotations

from random import Random

from portal.domain.coordinates import to_wgs84
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, credit_code_check_character
from portal.institutions.demo.boundaries import Point
from portal.institutions.demo.regions import COUNTIES, County
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
_ROUNDS = 5


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


def bureau_telephone(county: County) -> str:
    """Return the number at which a county's civil affairs bureau would answer."""
    return telephone(900 + COUNTIES.index(county))


def as_given(longitude: float, latitude: float, system: PositionSystem) -> Point:
    """Return the six-decimal point that somebody using ``system`` writes for a WGS84 position.

    The inverse of ``domain.coordinates.to_wgs84``, found by correcting a guess by what it is off.
    """
    x, y = longitude, latitude
    for _ in range(_ROUNDS):
        there_x, there_y = to_wgs84(x, y, system)
        x, y = x + longitude - there_x, y + latitude - there_y
    return round(x, 6), round(y, 6)
