"""What search found, as people see it: every fact read from the records now, none from the index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from portal import clock
from portal.accountability.kinds import REVIEW
from portal.accountability.queries.public_reviews import FoundReview, reviews_of
from portal.complaints.queries.published import Published, published_of
from portal.domain.actor import PUBLIC, Scope
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.queries.closures import NoticeView, closure_notices_of
from portal.institutions.queries.unregistered import UnregisteredView, unregistered_homes_of
from portal.public.addresses import address
from portal.public.search_words import KINDS, Piece, Why, name_pieces, pieces, whys
from portal.search.finding import Mark, Shown
from portal.supervision.queries.notices import NoticeRow, notice_rows
from portal.supervision.queries.problems import ProblemRow, problem_rows
from portal.supervision.service.telling import NOTICE, PROBLEM
from portal.surveys.kinds import SURVEY_ROUND
from portal.surveys.queries.rounds import RoundView, published_rounds
from portal.topics.queries.digests import PublishedEdition, digests_of
from portal.topics.queries.suggestion_rows import SuggestionRow
from portal.topics.queries.suggestions import suggestions_of
from portal.topics.queries.topics import TopicRow, topics_of

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Result:
    """One found record. Exactly one of the views at its end is there, by its kind."""

    kind: str
    name: tuple[Piece, ...]
    url: str
    place: str
    whys: tuple[Why, ...]
    entry: Entry | None = None
    notice: NoticeView | None = None
    home: UnregisteredView | None = None
    case: Published | None = None
    order: NoticeRow | None = None
    """A rectification notice."""
    problem: ProblemRow | None = None
    topic: TopicRow | None = None
    survey: RoundView | None = None
    """A round of the call-back."""
    wish: SuggestionRow | None = None
    """A suggestion of the public."""
    digest: PublishedEdition | None = None
    review: FoundReview | None = None
    """A two-way review of a county's quarter."""

    @property
    def kind_label(self) -> str:
        """What the record is called among others."""
        return KINDS[self.kind][0]


def results(shown: Sequence[Shown]) -> list[Result]:
    """Return the found records in their order; what is no longer public is left out.

    One query at most for each kind among them, however many there are.
    """
    entries = catalogue(PUBLIC).by_id
    notices = {view.id: view for view in _views(shown, "closure_notice", closure_notices_of)}
    homes = {view.id: view for view in _views(shown, "unregistered_home", unregistered_homes_of)}
    cases = {view.id: view for view in _views(shown, "complaint_publication", published_of)}
    orders = {row.id: row for row in _views(shown, NOTICE, _today(notice_rows))}
    topics = {row.id: row for row in _views(shown, "topic", _now(topics_of))}
    digests = {row.id: row for row in _views(shown, "suggestion_digest", digests_of)}
    reviews = {row.id: row for row in _views(shown, REVIEW, reviews_of)}
    wishes = {row.id: row for row in _views(shown, "suggestion", _all(suggestions_of))}
    surveys = {row.id: row for row in _views(shown, SURVEY_ROUND, published_rounds)}
    problems = {row.id: row for row in _views(shown, PROBLEM, _today(problem_rows))}
    found: list[Result] = []
    for each in shown:
        key, name, why = each.hit.record_id, each.document.name, whys(each.reasons)
        marked = name_pieces(name, each.reasons)
        match each.hit.kind:
            case "institution" if key in entries:
                found.append(_of_entry(entries[key], marked, why))
            case "closure_notice" if key in notices:
                found.append(_of_notice(notices[key], marked, why))
            case "unregistered_home" if key in homes:
                found.append(_of_home(homes[key], marked, why))
            case "topic" if key in topics:
                found.append(_of_topic(topics[key], marked, why))
            case "suggestion_digest" if key in digests:
                found.append(_of_digest(digests[key], marked, why))
            case "suggestion" if key in wishes:
                found.append(_of_wish(wishes[key], marked, why))
            case "complaint_publication" if key in cases:
                found.append(_of_case(cases[key], marked, why))
            case kind if kind == REVIEW and key in reviews:
                found.append(_of_review(reviews[key], marked, why))
            case kind if kind == SURVEY_ROUND and key in surveys:
                found.append(_of_survey(surveys[key], marked, why))
            case kind if kind == NOTICE and key in orders:
                found.append(_of_order(orders[key], marked, why))
            case kind if kind == PROBLEM and key in problems:
                found.append(_of_problem(problems[key], marked, why))
    return found


def by_name(entries: Iterable[Entry], words: Sequence[str]) -> list[Result]:
    """Return institutions found without the index, the typed words marked where their names have them."""
    return [_of_entry(entry, pieces(entry.name, _literal_marks(entry.name, words)), ()) for entry in entries]


def _literal_marks(name: str, words: Sequence[str]) -> list[Mark]:
    starts = ((name.casefold().find(word.casefold()), len(word)) for word in words)
    return [Mark(start, start + length) for start, length in starts if start >= 0]


def _views(
    shown: Sequence[Shown], kind: str, read: Callable[[Collection[int], Scope], Sequence[V]]
) -> Sequence[V]:
    ids = [each.hit.record_id for each in shown if each.hit.kind == kind]
    return read(ids, PUBLIC) if ids else ()


def _today(
    read: Callable[[Collection[int], Scope, date], Sequence[V]],
) -> Callable[[Collection[int], Scope], Sequence[V]]:
    return lambda ids, scope: read(ids, scope, clock.today())


def _now(
    read: Callable[[Collection[int], Scope, datetime], Sequence[V]],
) -> Callable[[Collection[int], Scope], Sequence[V]]:
    return lambda ids, scope: read(ids, scope, clock.now())


def _all(
    read: Callable[[Collection[int], Scope], Iterable[V]],
) -> Callable[[Collection[int], Scope], Sequence[V]]:
    return lambda ids, scope: list(read(ids, scope))


def _of_digest(digest: PublishedEdition, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.digest", region=digest.region_code, month=f"{digest.month:%Y-%m}")
    return Result("suggestion_digest", name, url, digest.region_label, why, digest=digest)


def _of_review(review: FoundReview, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.county_review", region=review.region_code, quarter=review.quarter.code)
    return Result(REVIEW, name, url, review.region_label, why, review=review)


def _of_wish(wish: SuggestionRow, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.suggestion", public_id=wish.public_id)
    return Result("suggestion", name, url, wish.region_label, why, wish=wish)


def _of_survey(survey: RoundView, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.survey_round", round_id=survey.public_id)
    return Result(SURVEY_ROUND, name, url, survey.region_label, why, survey=survey)


def _of_topic(topic: TopicRow, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.topic", public_id=topic.public_id)
    return Result("topic", name, url, topic.region_label, why, topic=topic)


def _of_entry(entry: Entry, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.institution", public_id=entry.public_id)
    return Result("institution", name, url, entry.region_label, why, entry=entry)


def _of_notice(notice: NoticeView, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.closure", public_id=notice.public_id)
    return Result("closure_notice", name, url, notice.home.region_label, why, notice=notice)


def _of_home(home: UnregisteredView, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.unregistered_home", public_id=home.public_id)
    place = f"{home.region_label}{home.township or ''}"
    return Result("unregistered_home", name, url, place, why, home=home)


def _of_case(case: Published, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.published_case", public_id=case.public_id)
    return Result("complaint_publication", name, url, case.region_label, why, case=case)


def _of_order(order: NoticeRow, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.notice", public_id=order.public_id)
    return Result(NOTICE, name, url, order.region_label, why, order=order)


def _of_problem(problem: ProblemRow, name: tuple[Piece, ...], why: tuple[Why, ...]) -> Result:
    url = address("public.problem", public_id=problem.public_id)
    return Result(PROBLEM, name, url, problem.region_label, why, problem=problem)
