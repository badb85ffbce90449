"""The form of a suggestion: its fields, and where it may be about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from portal import glossary
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.holder import catalogue
from portal.public.complaint_forms import MAIL, PHONE, one_line, tidy
from portal.public.complaint_homes import County, counties
from portal.topics.kinds import SuggestionKind
from portal.topics.service.lodging import LONGEST, SHORTEST


@dataclass(frozen=True, slots=True)
class Area:
    """A city, and the counties to choose in it; the city's own code means all of them."""

    code: str
    label: str
    counties: tuple[County, ...]


def areas() -> Sequence[Area]:
    """Return where a suggestion may be about, in order of code."""
    return catalogue(PUBLIC).derived("suggestion areas", _areas)


def area_codes() -> frozenset[str]:
    """Return every code that may be chosen."""
    return frozenset(code for area in areas() for code in (area.code, *(one.code for one in area.counties)))


def _areas(listed: Catalogue) -> tuple[Area, ...]:
    rows = listed.regions.rows
    return tuple(
        Area(city, listed.regions.label(city), tuple(held))
        for city, held in groupby(counties(), key=lambda county: rows[county.code].parent_code or county.code)
    )


class SuggestionForm(FlaskForm):  # type: ignore[misc]
    """What somebody would have put right. ``submission`` makes two presses of the button one suggestion."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    submission = HiddenField()
    asked = HiddenField()
    """What the writer was asked whether it is that (``Diversion.to``): asked once, and refuses nobody."""
    shown = HiddenField()
    """Filled in once look-alikes were shown."""
    text = TextAreaField(
        "您希望整治什么",
        [
            InputRequired("请写一写您希望整治什么"),
            Length(max=LONGEST, message=f"请不要超过{LONGEST}个字，挑最要紧的说"),
        ],
        filters=[tidy],
    )
    kind = RadioField(
        "是哪方面的",
        choices={each.value: glossary.label(each) for each in SuggestionKind},
        validators=[InputRequired("请选一项，说不清就选“其他”")],
    )
    region = StringField("说的是哪里", filters=[one_line])
    telephone = StringField("电话", [Length(max=40, message="请不要超过40个字")], filters=[one_line])
    mail = StringField("邮箱", [Length(max=120, message="请不要超过120个字")], filters=[one_line])
    website = StringField("请空着这一格")
    """For machines that fill in whatever they find; people don't see it."""

    def validate_text(self, field: Any) -> None:
        """Refuse what says nothing."""
        if len(field.data) < SHORTEST:
            raise ValidationError(f"写得太短，看不明白。请至少写{SHORTEST}个字")

    def validate_region(self, field: Any) -> None:
        """Refuse what is no part of the country that the site is about."""
        if field.data not in area_codes():
            raise ValidationError("请选说的是哪个区县；到处都有的，选“全市”")

    def validate_telephone(self, field: Any) -> None:
        """Refuse what nobody can call."""
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError("电话只写数字，例如13800000000或0598-8234567")

    def validate_mail(self, field: Any) -> None:
        """Refuse what no mail reaches."""
        if field.data and not MAIL.fullmatch(field.data):
            raise ValidationError("邮箱像 name@example.cn 这样，请再看一遍")

    def validate_website(self, field: Any) -> None:
        """Refuse what fills in every field."""
        if field.data:
            raise StopValidation("这一格请空着，再提交一次")
