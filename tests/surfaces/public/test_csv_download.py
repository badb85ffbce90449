"""Files for spreadsheets: readable by Excel as they are, and nothing in them is run."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from flask import Flask

from portal.clock import SHANGHAI
from portal.domain.fees import FeeItem
from portal.domain.registration import RegistrationState
from portal.public.csv_download import cell, csv_response


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    assert cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "是"),
        (False, "否"),
        (0, "0"),
        (-5, "-5"),
        (12.5, "12.5"),
        (date(2026, 2, 24), "2026-02-24"),
        (datetime(2026, 2, 24, 9, 5, tzinfo=SHANGHAI), "2026-02-24 09:05+08:00"),
        (RegistrationState.FILED, "已登记备案"),
        (FeeItem.OTHER, "其他费用"),
        ("福海·养老院", "福海·养老院"),
    ],
)
def test_values_are_written_for_people(value: object, written: str) -> None:
    assert cell(value) == written


def test_the_file_has_a_mark_a_chinese_name_and_every_row(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        response = csv_response("机构名单", ["名称", "床位"], ((f"第{n}家", n) for n in range(450)))
        body = response.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0] == ["名称", "床位"]
    assert rows[-1] == ["第449家", "449"]
    assert len(rows) == 451
    disposition = response.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E6%9C%BA%E6%9E%84%E5%90%8D%E5%8D%95.csv" in disposition
    assert disposition.isascii()
