"""The institution list's words, looked for by search: what it finds joins the other filters as a set."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from flask import request

from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.filters import Filters
from portal.search.finding import matching_ids, search_generation
from portal.search.ports import IndexUnavailable
from portal.search.query import read_query

_REMEMBERED_WORDS = 100
"""Typed texts whose matches are kept: filtering, counting and paging ask for the same text."""


def with_search(listed: Catalogue, filters: Filters) -> Filters:
    """Return the filters with the homes that search finds for their words, if they have any.

    While the index is unavailable they come back as they are: the words are looked for to the letter.
    """
    query = read_query(filters.words)
    if not query and not query.refused:
        return replace(filters, members=listed.everything) if filters.words else filters
    try:
        return replace(filters, members=_members(listed, filters.words))
    except IndexUnavailable:
        return filters


def _members(listed: Catalogue, words: str) -> int:
    known: dict[tuple[str, str], int] = listed.derived("searched words", lambda _: {})
    key = words, search_generation()
    if key not in known:
        if len(known) >= _REMEMBERED_WORDS:
            known.clear()
        known[key] = listed.members_of(matching_ids(words, "institution"))
    return known[key]


def search_version() -> str:
    """Return what an answer to typed words depends on beside the data; nothing typed, nothing more."""
    if not request.args.get("q", "").strip():
        return ""
    try:
        generation = search_generation()
    except IndexUnavailable:
        return "unindexed"
    return hashlib.sha256(generation.encode()).hexdigest()[:12]
