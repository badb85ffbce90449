"""Search in people's words: what the kinds and fields are called, and why a record was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.institutions.field_labels import field_label
from portal.search.finding import Mark, Reason

KINDS: dict[str, tuple[str, str]] = {
    "institution": ("养老机构", "家"),
    "closure_notice": ("关停公告", "条"),
    "unregistered_home": ("未登记场所", "处"),
    "rectification_notice": ("整改通知", "份"),
    "problem": ("整改问题", "个"),
    "complaint_publication": ("投诉与答复", "件"),
    "topic": ("整治项目", "个"),
    "suggestion": ("群众点题", "条"),
    "suggestion_digest": ("点题汇总", "份"),
    "county_review": ("双点评", "份"),
    "survey_round": ("满意度回访", "次"),
}
"""Kind of record → its name and its counting word, in the order of the page."""

_FIELDS = {
    "name": "名称",
    "former_name": "曾用名",
    "region": "地区",
    "kind": "类型",
    "takes": "收住",
    "medical": "医疗与医保",
    "care": "集中照护",
    "grade": "等级",
    "registration_number": "登记证号",
    "filing_number": "备案编号",
    "certificate_number": "等级证书编号",
    "care_document": "集中照护文号",
    "document_number": "公告文号",
    "reason": "原因",
    "residents_went": "老人去向",
    "successor": "接收机构",
    "disposition": "处置",
    "note": "说明",
    "category": "投诉类别",
    "complaint_text": "投诉内容",
    "complaint_reply": "答复",
    "home": "机构",
    "department": "部门",
    "notice_number": "文号",
    "notice_title": "标题",
    "problem": "问题",
    "problem_number": "问题编号",
    "problem_category": "问题类别",
    "basis": "依据",
    "measure": "整改措施",
    "demands": "整改要求",
    "topic_year": "哪一年的",
    "topic_why": "为什么整治",
    "topic_demands": "要改成什么样",
    "digest_summary": "汇总",
    "digest_judgement": "部门的分析",
    "digest_words": "说得多的词",
    "review_remark": "点评",
    "review_reply": "回复",
    "suggestion_kind": "点题类别",
    "suggestion_text": "点题内容",
    "suggestion_answer": "答复",
    "suggestion_done": "做了什么",
    "survey_remarks": "分析",
    "survey_questions": "问了什么",
}
"""Fields of documents that are no column of an institution, which ``field_label`` names."""

_BY = {"pinyin": "拼音", "initials": "拼音首字母", "synonym": "同义词"}
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``hit``: it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a record was found, where its name as typed does not say so.

    ``label``: the field. ``how``: 拼音：yihe→怡和, 同义词：老年痴呆→认知症; None where the words stand there.
    """

    label: str
    pieces: tuple[Piece, ...]
    how: str | None

    @property
    def text(self) -> str:
        """The reason in one line, without marks."""
        line = f"{self.label}：{''.join(piece.text for piece in self.pieces)}" if self.pieces else ""
        return f"{line}（{self.how}）" if line and self.how else line or self.how or ""


def pieces(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """Return a text cut at its marks; marks that touch become one."""
    found: list[Piece] = []
    written = 0
    for start, end in _spans(marks, len(text)):
        if start > written:
            found.append(Piece(text[written:start], False))
        found.append(Piece(text[start:end], True))
        written = end
    if written < len(text):
        found.append(Piece(text[written:], False))
    return tuple(found)


def _spans(marks: Iterable[Mark], length: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted((max(mark.start, 0), min(mark.end, length)) for mark in marks):
        if start >= end:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return spans


def name_pieces(name: str, reasons: Sequence[Reason]) -> tuple[Piece, ...]:
    """Return a record's name with everything in it marked that matched."""
    own = (reason for reason in reasons if reason.field == "name" and reason.text == name)
    return pieces(name, [mark for reason in own for mark in reason.marks])


def whys(reasons: Sequence[Reason]) -> tuple[Why, ...]:
    """Return why a record was found, as far as the marks in its name do not say it; the first few."""
    found = [_why(reason) for reason in reasons if not (reason.field == "name" and reason.by == "typed")]
    return tuple(dict.fromkeys(found))[:_MOST_REASONS]


def _why(reason: Reason) -> Why:
    by = _BY.get(reason.by)
    how = None
    if by is not None:
        hits = (piece.text for piece in pieces(reason.text, reason.marks) if piece.hit)
        how = f"{by}：{reason.word}→{reason.used or '、'.join(dict.fromkeys(hits))}"
    if reason.field == "name":  # the name stands above, marked
        return Why(_FIELDS["name"], (), how)
    return Why(field_name(reason.field), pieces(reason.text, reason.marks), how)


def field_name(field: str) -> str:
    """Return what a field of a document is called; an unknown one is named as what it is: other facts."""
    if field in _FIELDS:
        return _FIELDS[field]
    try:
        return field_label("institution", field).label
    except KeyError:
        return "其他资料"
