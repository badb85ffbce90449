"""What institutions hand to search: their public facts as documents, read in two queries.

Only what an institution's own page shows, and of that what people type: names, place, operator, services,
numbers of papers. No telephone: a number typed to find out whose it is, is no search for a home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import String, bindparam, literal, select, union_all

from portal.domain.actor import PUBLIC, Scope
from portal.extensions import db
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import standing
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.field_labels import RECORD_LABELS, field_label
from portal.institutions.models import (
    ConcentratedCare,
    Filing,
    Institution,
    Registration,
    StarGrade,
)
from portal.institutions.queries.scoping import visible
from portal.search.ports import Document

_MOST_NAMED = 500
"""Ids beyond which the whole table is read instead: databases limit the values of one statement."""

_MOST_KEPT = 2000
"""Documents kept beside the catalogue they belong to: what is found often need not be read again."""

_TEXTS = ("township", "address", "operator", "owner", "credit_code", "services", "medical_partner",
          "medical_note", "description")  # fmt: skip
_TERMS = ("kind", "operation_mode", "legal_form")
_ANSWERS = (
    "takes_self_care", "takes_partial", "takes_full", "takes_dementia", "takes_destitute",
    "medical_own_clinic", "medical_signed_hospital", "insurance_basic_medical", "insurance_long_term_care",
)  # fmt: skip
_I = Institution
_COLUMNS = (
    _I.id, _I.nature_as_written, _I.legal_form, *(getattr(_I, name) for name in (*_TEXTS, *_ANSWERS)),
)  # fmt: skip

_PAPERS: tuple[tuple[str, Any, Any], ...] = (
    ("registration_number", Registration, Registration.number),
    ("filing_number", Filing, Filing.number),
    ("certificate_number", StarGrade, StarGrade.certificate_number),
    ("care_document", ConcentratedCare, ConcentratedCare.document_number),
)
"""Field of a document → the record and column it is read from."""


class InstitutionDocuments:
    """The source of kind ``institution``.

    ``label`` names a term as the glossary does; ``level_name`` a national grade (3 → 三级).
    """

    kind = Institution.record_kind

    def __init__(self, label: Callable[[StrEnum], str], level_name: Callable[[int], str]) -> None:
        self._label = label
        self._level_name = level_name

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterable[Document]:
        """Return the documents of these institutions (None: all) that the holder of the scope may see.

        Two queries beside the catalogue's own, however many there are; none for those read lately.
        """
        listed = catalogue(scope)
        if ids is None:
            return self._read(listed, scope, None)
        wanted = [key for key in ids if key in listed.by_id]
        if few(wanted) is None or scope != PUBLIC:
            return self._read(listed, scope, wanted)
        kept: dict[int, Document] = listed.derived("search documents", lambda _: {})
        found = {key: document for key in wanted if (document := kept.get(key)) is not None}
        if unread := [key for key in wanted if key not in found]:
            read = {document.record_id: document for document in self._read(listed, scope, unread)}
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept.update(read)
            found |= read
        return list(found.values())

    def _read(self, listed: Catalogue, scope: Scope, ids: Collection[int] | None) -> Iterator[Document]:
        papers = _papers(scope, ids)
        places = listed.derived("search places", _Places)
        chosen = None if ids is None else frozenset(ids)
        for row in _rows(_homes_query, scope, ids):
            entry = listed.by_id.get(row.id)
            if entry is not None and (chosen is None or row.id in chosen):
                codes, place = places[entry.region_code]
                details = tuple(self._details(entry, place, row, papers.get(row.id, ())))
                yield Document(
                    self.kind, entry.id, entry.name, entry.former_names, details, codes, order_of(entry)
                )

    def _details(
        self, entry: Entry, place: str, row: Any, papers: Collection[tuple[str, str]]
    ) -> Iterator[tuple[str, str]]:
        yield "region", place
        for name in _TEXTS:
            if text := getattr(row, name):
                yield name, text
        terms = [self._label(term) for term in (entry.kind, entry.mode, row.legal_form) if term is not None]
        if row.nature_as_written:
            terms.append(row.nature_as_written)
        if terms:
            yield "kind", "、".join(dict.fromkeys(terms))
        for field, start in (("takes", "takes_"), ("medical", ("medical_", "insurance_"))):
            answers = (name for name in _ANSWERS if name.startswith(start) and getattr(row, name))
            if text := "、".join(field_label(self.kind, name).label for name in answers):
                yield field, text
        if entry.concentrated:
            yield "care", RECORD_LABELS[ConcentratedCare.record_kind]
        if entry.grade is not None and entry.grade.in_force:
            level, written = entry.grade.level, entry.grade.as_written
            if text := self._level_name(level) if level is not None else written:
                yield "grade", text
        yield from papers


def order_of(entry: Entry) -> str:
    """Return an institution's rank among equals as text that sorts like ``standing``."""
    rank, level, name = standing(entry)
    return f"{rank}{5 + level}{name.hex()}"


class _Places:
    """Region code → the codes from the province down to it, and its full name."""

    def __init__(self, listed: Catalogue) -> None:
        self._tree = listed.regions
        self._known: dict[str, tuple[tuple[str, ...], str]] = {}

    def __getitem__(self, code: str) -> tuple[tuple[str, ...], str]:
        if code not in self._known:
            codes = (*(row.code for row in self._tree.ancestors(code)), code)
            self._known[code] = codes, self._tree.path_label(code, sep="")
        return self._known[code]


def place_of(listed: Catalogue, code: str) -> tuple[tuple[str, ...], str]:
    """Return the codes from the province down to a region, and its full name."""
    return listed.derived("search places", _Places)[code]


def _papers(scope: Scope, ids: Collection[int] | None) -> Mapping[int, list[tuple[str, str]]]:
    """Return by institution what its papers are numbered, in one query."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for institution_id, field, text in _rows(_papers_query, scope, ids):
        if text and (field, text) not in found[institution_id]:
            found[institution_id].append((field, text))
    return found


def few(ids: Collection[int] | None) -> Collection[int] | None:
    """Return the ids if they are few enough to be named in a statement, else None: read all and choose."""
    return None if ids is None or len(ids) > _MOST_NAMED else ids


def _rows(query: Callable[[Scope, bool], Any], scope: Scope, ids: Collection[int] | None) -> Iterable[Any]:
    """Return the rows for these ids, or more than those where they are too many to be named."""
    named = few(ids)
    values = {} if named is None else {"ids": list(named)}
    return db.session.connection().execute(
        query(scope, named is not None), values, execution_options={"yield_per": 1000}
    )


# A page of results asks for its twenty homes: making the statements anew took longer than carrying them out.


@lru_cache(maxsize=8)
def _homes_query(scope: Scope, named: bool) -> Any:
    return _limited(select(*_COLUMNS).where(*visible(_I, scope)), _I.id, named)


@lru_cache(maxsize=8)
def _papers_query(scope: Scope, named: bool) -> Any:
    parts = (
        _limited(
            select(model.institution_id, literal(field, String), column).where(
                column.is_not(None), *visible(model, scope)
            ),
            model.institution_id,
            named,
        )
        for field, model, column in _PAPERS
    )
    return union_all(*parts)


def _limited(query: Any, column: Any, named: bool) -> Any:
    return query.where(column.in_(bindparam("ids", expanding=True))) if named else query
