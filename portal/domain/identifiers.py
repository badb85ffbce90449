"""Identifiers: the unified social credit code and our own permanent public ids."""

from __future__ import annotations

import unicodedata

from portal.domain.errors import InvalidCreditCode

_CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE_LENGTH = 18

# No vowels and none of 0/1/i/l/o: an id read aloud over the telephone cannot be misheard or spell a word.
PUBLIC_ID_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 8


def parse_credit_code(text: str) -> str:
    """Return the 18-character unified social credit code (统一社会信用代码) written in ``text``.

    Full-width forms, spaces, hyphens and lower case are how bureaus write it and are accepted.
    Source: GB 32100-2015, 4 and appendix A (check digit: weights 3^i mod 31).

    Raises InvalidCreditCode with a sentence in Chinese saying what is wrong.
    """
    code = unicodedata.normalize("NFKC", text).upper()
    code = "".join(ch for ch in code if not ch.isspace() and unicodedata.category(ch) != "Cf" and ch != "-")
    if len(code) != _CREDIT_CODE_LENGTH:
        raise InvalidCreditCode(f"统一社会信用代码应为18位，此处为{len(code)}位")
    foreign = [ch for ch in code if ch not in _CREDIT_CODE_ALPHABET]
    if foreign:
        raise InvalidCreditCode(f"统一社会信用代码中不会出现“{foreign[0]}”")
    if credit_code_check_character(code[:17]) != code[17]:
        raise InvalidCreditCode("统一社会信用代码的校验码不符，可能有一位写错")
    return code


def credit_code_check_character(first_seventeen: str) -> str:
    """Return the check character of the first 17 characters (GB 32100-2015, appendix A)."""
    total = sum(
        _CREDIT_CODE_ALPHABET.index(character) * pow(3, position, 31)
        for position, character in enumerate(first_seventeen)
    )
    return _CREDIT_CODE_ALPHABET[-total % 31]
