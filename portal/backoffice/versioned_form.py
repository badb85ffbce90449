"""Forms about what others may change meanwhile: each holds the version that the person had before them."""

from __future__ import annotations

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.backoffice.forms import StaffForm, trimmed

WORDS_LONGEST = 5000
"""Characters of a reply, a question or a note."""
REASON_LONGEST = 1000


def words_field(
    title: str, missing: str, description: str = "", longest: int = WORDS_LONGEST
) -> TextAreaField:
    """Return a field for a text that has to be written."""
    return TextAreaField(
        title,
        [InputRequired(missing), Length(max=longest, message=f"请不要超过{longest}个字")],
        filters=[trimmed],
        description=description,
    )


class VersionedForm(StaffForm):
    """What every such form sends: the version seen. Alone, it is a button that needs nothing else."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version seen; 0, which none has, where the form was tampered with."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What somebody wrote, with the name of its field: it is shown where it can't be saved."""
        return [
            (field.label.text, field.data)
            for field in self
            if isinstance(field, TextAreaField | StringField)
            and not isinstance(field, HiddenField)
            and isinstance(field.data, str)
            and field.data
        ]
