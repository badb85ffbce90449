"""Forms of correction reports: an answer, and which change of the record an accepted one led to."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.backoffice.forms import StaffForm, trimmed

_LONGEST = 1000


class AnswerForm(StaffForm):
    """An answer, or a reopening. ``version``: what the person had before them."""

    version = HiddenField()
    reason = TextAreaField(
        "理由（会公开）",
        [InputRequired("请写明理由，公众会看到"), Length(max=_LONGEST, message=f"请不要超过{_LONGEST}个字")],
        filters=[trimmed],
    )

    @property
    def seen(self) -> int:
        """The version seen; 0, which none has, where the form was tampered with."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0


class AcceptForm(AnswerForm):
    """That the report was right, and which change of the record it led to."""

    revision = RadioField("对应哪一次修改", validators=[InputRequired("请选一次修改")], coerce=str)
