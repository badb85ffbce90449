"""Writes the test workbooks and, beside each, what an honest import of it reports.

Every home, address, phone and code here is invented. Run it with openpyxl, xlwt, odfpy and python-calamine installed:

    python make_workbooks.py            writes every workbook and its .expected.json, then checks them
    python make_workbooks.py --check    only reads the files back and checks row numbers and arithmetic

The output is the same bytes on every run.
"""

import csv
import datetime as dt
import io
import json
import re
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ANY = object()
BOOKS = []

# --- identifiers -------------------------------------------------------------------------------------------------------

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z


def organisation_code(body):
    """GB 11714: eight characters and their check character."""
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(values.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "0123456789X0"[11 - total % 11]


def check_character(code17):
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code17))
    return ALPHABET[(31 - total % 31) % 31]


def code(number, region="350421", kind="52"):
    """A valid, invented credit code: 52 = private non-enterprise, 12 = public institution, 91 = company."""
    seventeen = kind + region + organisation_code(f"MJTE{number:04d}")
    return seventeen + check_character(seventeen)


def broken(good):
    return good[:-1] + ALPHABET[(ALPHABET.index(good[-1]) + 1) % 31]


# --- describing a workbook ---------------------------------------------------------------------------------------------


def fee(item, low, high=ANY, unit="month", care=None, room=None):
    high = low if high is ANY else high
    return {
        "item": item,
        "care_level": care,
        "room": room,
        "amount_min_fen": low * 100,
        "amount_max_fen": None if high is None else high * 100,
        "unit": unit,
    }


class Book:
    """Rows as they stand in the sheet, and what is expected of each."""

    def __init__(self, file, disease, *, as_of="2026-05-31", region=None, sheet=None, mapping=None, after=None, name_at=1):
        self.file, self.disease, self.after, self.name_at = file, disease, after, name_at
        self.options = {
            "source": "测试用：虚构县民政局名册",
            "as_of": as_of,
            "region": region,
            "sheet": sheet,
            "mapping": mapping,
        }
        self.rows, self.merges, self.hidden = [], [], []
        self.new, self.bad_cells, self.kept, self.dups = [], [], [], []
        self.changed, self.unchanged, self.missing = [], [], []
        self.read = self.n_bad = 0
        self.count_duplicates = False
        self.never = []  # texts that may stand neither in the report nor in a stored record
        self.unknown, self.ignored, self.free = [], [], []
        self.other_sheets_before, self.other_sheets_after, self.title = [], [], "Sheet1"
        self.cached, self.literal, self.formats = {}, set(), {}
        BOOKS.append(self)

    def raw(self, *cells):
        """A row that is no home: title, note, heading, blank, total."""
        self.rows.append(list(cells))
        return len(self.rows)

    def home(self, cells, region_code, name=None, **values):
        row = self.raw(*cells)
        self.read += 1
        self.new.append({"row": row, "name": name or cells[self.name_at], "region_code": region_code, "values": values})
        return row

    def bad(self, cells, *entries):
        """entries: (column as written, value as written or ANY, a word the Chinese reason holds)"""
        row = self.raw(*cells)
        self.read += 1
        self.n_bad += 1
        for column, value, word in entries:
            entry = {"row": row, "column": column, "reason_contains": word.replace("{row}", str(row))}
            if value is not ANY:
                entry["value"] = value
            self.bad_cells.append(entry)
        return row

    def same(self, cells, name=None):
        row = self.raw(*cells)
        self.read += 1
        self.unchanged.append({"row": row, "name": name or cells[self.name_at]})
        return row

    def change(self, cells, fields):
        row = self.raw(*cells)
        self.read += 1
        self.changed.append({"row": row, "fields": {f: {"before": b, "after": a} for f, (b, a) in fields.items()}})
        return row

    def keep(self, row, column, value):
        self.kept.append({"row": row, "column": column, "value": value})

    def dup(self, row, kind, other_row):
        self.dups.append({"row": row, "kind": kind, "other_row": other_row})

    def merge(self, ref):
        self.merges.append(ref)

    def expected(self):
        expect = {
            "read": self.read,
            "n_new": len(self.new),
            "n_changed": len(self.changed),
            "n_unchanged": len(self.unchanged),
            "n_missing": len(self.missing),
            "n_quarantined_rows": self.n_bad,
            "unknown_headings": self.unknown,
            "ignored_headings": self.ignored,
            "quarantined": self.bad_cells,
            "new": self.new,
            "kept_as_written": self.kept,
            "duplicates": self.dups,
        }
        if self.never:
            expect["must_not_contain"] = self.never
        if self.count_duplicates:
            expect["n_duplicates"] = len(self.dups)
        if self.free:
            expect["headings_not_asserted"] = self.free
        if self.after:
            expect |= {"changed": self.changed, "unchanged": self.unchanged, "missing": self.missing}
        out = {"disease": self.disease, "options": self.options, "expect": expect}
        if self.after:
            out["after"] = self.after
        return out


# --- writing -----------------------------------------------------------------------------------------------------------


def repack(data, edit=lambda name, body: body):
    """The same archive with fixed times, so that two runs give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as src, zipfile.ZipFile(out, "w") as dst:
        for info in src.infolist():
            body = src.read(info.filename)
            if info.filename in ("docProps/core.xml", "meta.xml"):
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2026-06-01T00:00:00", body)
            fixed = zipfile.ZipInfo(info.filename, (2026, 6, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_STORED if info.filename == "mimetype" else zipfile.ZIP_DEFLATED
            dst.writestr(fixed, edit(info.filename, body))
    return out.getvalue()


def write_xlsx(book, path):
    import openpyxl

    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    sheets = [*book.other_sheets_before, (book.title, book.rows), *book.other_sheets_after]
    for title, rows in sheets:
        ws = wb.create_sheet(title)
        main = rows is book.rows
        for r, cells in enumerate(rows, 1):
            for c, value in enumerate(cells, 1):
                if value is None:
                    continue
                cell = ws.cell(r, c)
                cell.value = value
                if main and (r, c) in book.literal:
                    cell.data_type = "s"
                    cell.quotePrefix = True
                if main and (r, c) in book.formats:
                    cell.number_format = book.formats[r, c]
                elif isinstance(value, dt.date):
                    cell.number_format = "yyyy/m/d"
        if main:
            for ref in book.merges:
                ws.merge_cells(ref)
            for r in book.hidden:
                ws.row_dimensions[r].hidden = True
            number = len(wb.sheetnames)
    buffer = io.BytesIO()
    wb.save(buffer)

    def edit(name, body):
        if name != f"xl/worksheets/sheet{number}.xml":
            return body
        text = body.decode()
        for ref, value in book.cached.items():  # what a spreadsheet program would have computed and stored
            kind = "e" if str(value).startswith("#") else "str" if isinstance(value, str) else None
            attr = f' t="{kind}"' if kind else ""
            pattern = rf'<c r="{ref}"([^>]*)><f>(.*?)</f><v\s*/>|<c r="{ref}"([^>]*)><f>(.*?)</f><v></v>'

            def put(m, ref=ref, attr=attr, value=value):
                return f'<c r="{ref}"{m[1] or m[3] or ""}{attr}><f>{m[2] or m[4]}</f><v>{value}</v>'

            text, n = re.subn(pattern, put, text)
            assert n == 1, (book.file, ref, n)
        return text.encode()

    path.write_bytes(repack(buffer.getvalue(), edit))


def write_xls(book, path):
    import xlwt

    wb = xlwt.Workbook(encoding="utf-8")
    ws = wb.add_sheet(book.title)
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    spans = {}
    for ref in book.merges:
        a, b = ref.split(":")
        (c1, r1), (c2, r2) = cell_at(a), cell_at(b)
        spans[r1, c1] = (r2, c2)
    for r, cells in enumerate(book.rows):
        for c, value in enumerate(cells):
            if value is None:
                continue
            style = (day,) if isinstance(value, dt.date) else ()
            if (r, c) in spans:
                ws.write_merge(r, spans[r, c][0], c, spans[r, c][1], value, *style)
            else:
                ws.write(r, c, value, *style)
    for r in book.hidden:
        ws.row(r - 1).hidden = True
    wb.save(str(path))


def cell_at(ref):
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", ref).groups()
    c = 0
    for x in letters:
        c = c * 26 + ord(x) - 64
    return c - 1, int(digits) - 1


def write_csv(book, path, encoding, delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for cells in book.rows:
        if cells:
            writer.writerow(["" if v is None else v for v in cells])
        else:
            out.write("\r\n")
    path.write_bytes(out.getvalue().encode(encoding))


def write_ods(book, path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
    from odf.text import P

    doc = OpenDocumentSpreadsheet()
    table = Table(name=book.title)
    width = max(map(len, book.rows))
    table.addElement(TableColumn(numbercolumnsrepeated=1024))
    spans = {}
    covered = set()
    for ref in book.merges:
        a, b = ref.split(":")
        (c1, r1), (c2, r2) = cell_at(a), cell_at(b)
        spans[r1, c1] = (r2 - r1 + 1, c2 - c1 + 1)
        covered |= {(r, c) for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)} - {(r1, c1)}
    r = 0
    while r < len(book.rows):
        if not any(v is not None for v in book.rows[r]) and not any((r, c) in covered for c in range(width)):
            n = 1
            while r + n < len(book.rows) and not any(v is not None for v in book.rows[r + n]):
                n += 1
            row = TableRow(numberrowsrepeated=n)  # blank rows are stored once, with a count
            row.addElement(TableCell(numbercolumnsrepeated=1024))
            table.addElement(row)
            r += n
            continue
        row = TableRow()
        cells = book.rows[r] + [None] * (width - len(book.rows[r]))
        c = 0
        while c < width:
            value = cells[c]
            n = 1
            if (r, c) in covered:
                row.addElement(CoveredTableCell())
            elif isinstance(value, dt.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
                cell.addElement(P(text=f"{value.year}/{value.month}/{value.day}"))
                row.addElement(cell)
            elif isinstance(value, int | float):
                while c + n < width and cells[c + n] == value and (r, c + n) not in covered:
                    n += 1  # equal neighbours too are stored once, with a count
                cell = TableCell(valuetype="float", value=value, **({"numbercolumnsrepeated": n} if n > 1 else {}))
                cell.addElement(P(text=str(value)))
                row.addElement(cell)
            elif value is None:
                row.addElement(TableCell())
            else:
                size = spans.get((r, c))
                extra = {"numberrowsspanned": size[0], "numbercolumnsspanned": size[1]} if size else {}
                cell = TableCell(valuetype="string", **extra)
                for line in value.split("\n"):
                    cell.addElement(P(text=line))
                row.addElement(cell)
            c += n
        table.addElement(row)
        r += 1
    tail = TableRow(numberrowsrepeated=1000)  # the empty rest of the sheet, as LibreOffice stores it
    tail.addElement(TableCell(numbercolumnsrepeated=1024))
    table.addElement(tail)
    doc.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    doc.write(buffer)
    path.write_bytes(repack(buffer.getvalue()))


# --- the workbooks -----------------------------------------------------------------------------------------------------


def b01():
    b = Book("01_title_and_notes.xlsx", "A title, a reporting line and a unit line stand above the headings, notes and signatures below.")
    b.raw("虚构市2026年5月养老机构基本情况统计表（测试用）")
    b.merge("A1:I1")
    b.raw("填报单位：虚构市民政局（测试）", None, None, None, None, None, "填报日期：2026年5月31日")
    b.raw("说明：1.床位数填核定床位数；2.收费标准填每月合计；3.无此项的填“—”。")
    b.merge("A3:I3")
    b.raw(None, None, None, None, None, None, None, None, "单位：张、人、元/月")
    b.raw("序号", "养老机构名称", "所属区域", "地址", "联系电话", "核定床位数", "入住老年人数", "运营方式", "收费标准")
    b.home([1, "测试松柏敬老院", "三明市明溪县", "测试路1号", "0598-0000101", 120, 66, "公建公营", "1200-1800"], "350421",
           address="测试路1号", phone="0598-0000101", beds_total=120, residents=66, operation_mode="public_public", fees=[fee("all_in", 1200, 1800)])
    b.home([2, "样例清溪老年公寓", "三明市清流县", "虚构街22号", "0598-0000102", 80, 35, "民办", 2200], "350423",
           beds_total=80, residents=35, operation_mode="private", fees=[fee("all_in", 2200)])
    b.home([3, "虚构暮云养护中心", "三明市宁化县", "样例大道7号", "—", 260, 141, "公建民营", "面议"], "350424",
           phone=None, beds_total=260, operation_mode="public_private", fees=[])
    b.home([4, "测试榕荫福利院", "三明市大田县", "测试新村3号", "0598-0000104", 50, "—", "公建公营", "—"], "350425",
           beds_total=50, residents=None, fees=[])
    b.home([5, "示例半山颐养院", "三明市尤溪县", "虚构镇测试村", "0598-0000105", 36, 0, "民营", "1500元/月"], "350426",
           beds_total=36, residents=0, operation_mode="private", fees=[fee("all_in", 1500)])
    b.raw("注：以上数据由各县（市、区）民政局上报，数据截至2026年5月31日。")
    b.merge("A11:I11")
    b.raw("填表人：张测试", None, None, "审核人：李样例", None, None, "单位负责人：王虚构")
    b.ignored = ["序号"]


def b02():
    b = Book("02_two_row_headings.xlsx", "Headings in two rows: merged groups (床位数, 收费标准, 收住对象) over their parts, single headings merged down.")
    b.raw("虚构县养老机构床位与收费一览表（测试用）")
    b.merge("A1:M1")
    b.raw("序号", "机构名称", "县市区", "床位数", None, "收费标准（元/月）", None, None, "收住对象", None, None, "占地面积（㎡）", "联系电话")
    b.raw(None, None, None, "总数", "其中：护理型", "床位费", "护理费", "膳食费", "自理", "半自理", "失能", None, None)
    for ref in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:H2", "I2:K2", "L2:L3", "M2:M3"):
        b.merge(ref)
    b.home([1, "测试石桥敬老院", "将乐县", 100, 60, 600, "300-900", 500, "√", "√", "√", 3000, "0598-0000201"], "350428",
           beds_total=100, beds_nursing=60, takes_self_care=True, takes_partial=True, takes_full=True, phone="0598-0000201",
           fees=[fee("bed", 600), fee("care", 300, 900), fee("meals", 500)])
    b.home([2, "样例听雨养老院", "泰宁县", 45, 0, "500-800", "—", "—", "√", None, None, 1200.5, "0598-0000202"], "350429",
           beds_total=45, beds_nursing=0, takes_self_care=True, takes_full=None, fees=[fee("bed", 500, 800)])
    b.home([3, "虚构金穗颐养中心", "建宁县", 210, 210, 1000, 1500, 600, "×", "×", "√", "未知", "0598-0000203"], "350430",
           beds_total=210, beds_nursing=210, takes_self_care=False, takes_partial=False, takes_full=True,
           fees=[fee("bed", 1000), fee("care", 1500), fee("meals", 600)])
    b.bad([4, "测试望山托老所", "建宁县", 40, 55, 700, 400, 450, "√", "√", None, 800, "0598-0000204"],
          ("床位数/其中：护理型", "55", "超过"))
    b.home([5, "示例竹里康养公寓", "永安市", 88, 30, "面议", "面议", "面议", "√", "√", None, 2000, "0598-0000205"], "350481",
           beds_total=88, beds_nursing=30, fees=[])
    b.ignored, b.unknown = ["序号"], ["占地面积（㎡）"]


def b03():
    b = Book("03_three_row_headings.xlsx", "Headings in three rows: 收费标准 over 床位费/护理费/膳食费, each over 最低/最高.", name_at=0)
    b.raw("养老院名称", "行政区划名称", "床位总数", "收费标准（元/月）", None, None, None, None, None, "押金/备用金")
    b.raw(None, None, None, "床位费", None, "护理费", None, "膳食费", None, None)
    b.raw(None, None, None, "最低", "最高", "最低", "最高", "最低", "最高", None)
    for ref in ("A1:A3", "B1:B3", "C1:C3", "D1:I1", "J1:J3", "D2:E2", "F2:G2", "H2:I2"):
        b.merge(ref)
    b.home(["测试长亭养老院", "福建省三明市三元区", 150, 500, 1200, 300, 2400, 450, 600, 5000], "350404", beds_total=150,
           fees=[fee("bed", 500, 1200), fee("care", 300, 2400), fee("meals", 450, 600), fee("deposit", 5000, unit="once")])
    b.home(["样例凤尾竹护理院", "福建省三明市沙县区", 99, 800, 800, 1000, 3000, 600, 600, "无"], "350405", beds_total=99,
           fees=[fee("bed", 800), fee("care", 1000, 3000), fee("meals", 600)])
    b.home(["虚构老樟树敬老院", "福建省三明市永安市", 30, None, None, None, None, 300, 300, None], "350481", fees=[fee("meals", 300)])
    b.home(["示例桃源福寿苑", "福建省三明市明溪县", 64, "面议", "面议", "面议", "面议", "—", "—", "/"], "350421", fees=[])
    b.home(["测试半月湾老年公寓", "福建省三明市泰宁县", 70, 650.5, 980.5, 200, 400, 500, 500, 10000], "350429",
           fees=[{**fee("bed", 0), "amount_min_fen": 65050, "amount_max_fen": 98050}, fee("care", 200, 400), fee("meals", 500),
                 fee("deposit", 10000, unit="once")])


def b04():
    b = Book("04_starred_spaced_headings.xlsx", "Headings with stars, inner and outer spaces, brackets of both widths, newlines and notes in them.")
    b.raw("序 号", "*组织名称", "＊所 属 区 域", "详细地址（门牌号）", "固 话", "床 位 数\n（张）", "护理型床位数(张)", " 入住老人数（个） ",
          "【运营方式】", "备案编号\n（必填）", "备案时间", "星级等级(整数)", "曾用名 ", "特色服务", "食堂面积")
    b.home([1, "测试云栖敬老院", "三明市,明溪县,测试街道", "样例路1号", "0598-0000401", 70, 20, 31, "公建公营", "测备2020第001号",
            dt.date(2020, 6, 1), 3, "测试旧云栖院", "助餐、助浴", 120], "350421",
           address="样例路1号", phone="0598-0000401", beds_total=70, beds_nursing=20, residents=31, operation_mode="public_public",
           filing_number="测备2020第001号", filed_on="2020-06-01", grade_level=3)
    b.home([2, "样例秋实养老院", "三明市,清流县,虚构街道", "样例路2号", "0598-0000402", 90, 45, 60, "民办", "测备2021第002号",
            "2021年7月8日", 4, None, None, None], "350423", filing_number="测备2021第002号", filed_on="2021-07-08", grade_level=4)
    b.home([3, "虚构重阳康乐园", "三明市,宁化县,样例镇,测试村", "样例路3号", "无", 25, None, 12, "公建民营", "—", "—", None, None, "康复护理", 60],
           "350424", phone=None, beds_nursing=None, filing_number=None, filed_on=None, grade_level=None, operation_mode="public_private")
    b.bad([4, None, "三明市,大田县", "样例路4号", "0598-0000404", 33, 10, 9, "民办", None, None, None, None, None, None],
          ("*组织名称", ANY, "名称"))
    b.home([5, "示例白鹭洲老年公寓", "三明市,大田县,测试镇", "样例路5号", "0598-0000405", 130, 60, 71, "民营", "测备2022第005号", "2022/3/4", 5,
            None, None, 200], "350425", filed_on="2022-03-04", grade_level=5, operation_mode="private")
    b.ignored, b.unknown = ["序 号"], ["食堂面积"]


def b05():
    b = Book("05_biff8_floats.xls", "An old BIFF8 file: phones, region codes and counts are floats, dates are serials, one credit code was typed as a number.")
    b.raw("虚构市养老机构信息（旧系统导出，测试用）")
    b.merge("A1:J1")
    b.raw("序号", "机构名称", "行政区划代码", "统一社会信用代码", "机构地址", "联系方式", "床位数量", "月末收住老年人数", "开业时间", "备案时间")
    c = code(501, "350421")
    b.home([1.0, "测试南浦敬老院", 350421.0, c, "测试路51号", 12345678987.0, 60.0, 22.0, dt.date(2014, 5, 1), dt.date(2020, 9, 30)], "350421",
           credit_code=c, phone="12345678987", beds_total=60, residents=22, opened_on="2014-05-01", filed_on="2020-09-30")
    b.home([2.0, "样例晚霞老人公寓", 350423.0, None, "测试路52号", 8000123.0, 45.0, 45.0, dt.date(1905, 6, 25), None], "350423",
           credit_code=None, phone="8000123", opened_on="2003", filed_on=None)
    b.home([3.0, "虚构夕照颐老院", "350424", "无", "测试路53号", "0598-0000503", 150.0, 98.0, 2016.0, dt.date(2021, 1, 4)], "350424",
           phone="0598-0000503", opened_on="2016", filed_on="2021-01-04")
    b.bad([4.0, "示例松岗护养院", 350425.0, 123504254900000017.0, "测试路54号", "0598-0000504", 80.0, 10.0, dt.date(2018, 3, 1), None],
          ("统一社会信用代码", ANY, "信用代码"))
    c = code(505, "350426", "12")
    b.home([5.0, "测试丰年社会福利中心", 350426.0, c, "测试路55号", 12345678905.0, 200.0, 120.0, 41760.0, dt.date(2019, 12, 31)], "350426",
           credit_code=c, phone="12345678905", opened_on="2014-05-01", filed_on="2019-12-31")
    b.ignored = ["序号"]


def b06():
    b = Book("06_really_xlsx.xls", "An .xlsx that somebody named .xls.", name_at=0)
    b.raw("单位名称", "县市区", "单位地址", "固定电话", "床位", "性质")
    b.home(["测试碧波养老院", "永安市", "虚构路61号", "0598-0000601", 75, "民办"], "350481", beds_total=75, operation_mode="private")
    b.home(["样例古渡口敬老院", "尤溪县", "虚构路62号", "0598-0000602", 40, "公建公营"], "350426", beds_total=40, operation_mode="public_public")
    b.home(["虚构稻香托养中心", "将乐县", "虚构路63号", "0598-0000603", 55, "公建民营"], "350428", beds_total=55, operation_mode="public_private")
    r = b.home(["示例乡村中心敬老院", "泰宁县", "虚构路64号", "0598-0000604", 28, "农村中心敬老院"], "350429",
               beds_total=28, operation_mode=None, nature_as_written="农村中心敬老院")
    b.keep(r, "性质", "农村中心敬老院")


def b07():
    b = Book("07_gbk_quotes.csv", "A GBK csv with commas inside quotes, a newline inside a cell, quotes inside quotes and a blank line.", name_at=0)
    b.raw("名称", "县市区", "地址", "床位数", "特色服务", "简介", "收费标准（元/月）")
    b.home(["测试荷塘养老院", "明溪县", "测试路71号,近样例公园", "120", "助餐,康复护理", "院内有花园。\n另有菜地。", "1500"], "350421",
           address="测试路71号,近样例公园", beds_total=120, description="院内有花园。\n另有菜地。", fees=[fee("all_in", 1500)])
    b.home(["样例“静好”老年公寓", "清流县", "测试路72号", "60", "", "", "1800-2600"], "350423", beds_total=60, fees=[fee("all_in", 1800, 2600)])
    b.raw()
    b.home(["虚构远山护养院", "宁化县", "测试路73号", "1,200", "医养结合", '自称"山里的家"', "价格面议"], "350424",
           beds_total=1200, description='自称"山里的家"', fees=[])
    b.bad(["测试柿子湾敬老院", "不存在县", "测试路74号", "30", "", "", ""], ("县市区", "不存在县", "区划"))
    b.home(["示例晨钟颐养院", "大田县", "测试路75号", "90张", "", "", "2000"], "350425", beds_total=90)


def b08():
    b = Book("08_utf16_tabs.csv", "What Excel saves as 'Unicode text': UTF-16 with a byte order mark, tab separated, a title line first.")
    b.raw("虚构市养老机构名录（测试）")
    b.raw("序号", "机构名称", "县市区", "机构地址", "联系电话", "核准床位数", "等级")
    b.home(["1", "测试蓝田敬老院", "永安市", "测试路81号, 二楼", "0598-0000801", "48", "一级"], "350481", address="测试路81号, 二楼", beds_total=48, grade_level=1)
    b.home(["2", "样例双溪老年公寓", "永安市", "测试路82号", "0598-0000802", "110", "三级"], "350481", beds_total=110, grade_level=3)
    b.home(["3", "虚构九里香养护院", "沙县区", "测试路83号", "0598-0000803", "76", ""], "350405", grade_level=None)
    r = b.home(["4", "示例月亮湾养老院", "沙县区", "测试路84号", "0598-0000804", "66", "四叶级"], "350405", grade_level=None, grade_as_written="四叶级")
    b.keep(r, "等级", "四叶级")
    b.ignored = ["序号"]


def b09():
    b = Book("09_gb18030_rare.csv", "A GB18030 csv whose names hold characters outside GBK and outside the basic plane (𬭚, 䶮, 㙟).", name_at=0)
    b.raw("机构名称", "县市区", "地址", "床位数")
    b.home(["测试䶮山敬老院", "明溪县", "测试路91号", "30"], "350421", beds_total=30)
    b.home(["样例𬭚溪养老院", "清流县", "𬭚溪路92号", "65"], "350423", address="𬭚溪路92号", beds_total=65)
    b.home(["虚构㙟头托老中心", "宁化县", "测试路93号", "44"], "350424", beds_total=44)
    b.home(["示例丽水巷老年公寓", "大田县", "测试路94号", "81"], "350425", beds_total=81)


def b10():
    b = Book("10_odf_repeats.ods", "An .ods whose blank rows and equal neighbouring cells are stored once with a count, under a merged title.")
    b.raw("虚构县养老机构名册（测试用）")
    b.merge("A1:H1")
    b.raw()
    b.raw("序号", "机构名称", "县市区", "地址", "床位数", "护理型床位", "入住老年人数", "开业时间")
    b.home([1, "测试红枫敬老院", "建宁县", "测试路101号", 50, 50, 50, dt.date(2011, 10, 1)], "350430",
           beds_total=50, beds_nursing=50, residents=50, opened_on="2011-10-01")
    b.raw()
    b.raw()
    b.raw()
    b.home([2, "样例听松养老院", "建宁县", "测试路102号", 90, 30, 30, dt.date(1905, 6, 28)], "350430",
           beds_total=90, beds_nursing=30, residents=30, opened_on="2006")
    b.home([3, "虚构梨花渡老年公寓", "泰宁县", "测试路103号", 72, 36, None, "2015年9月"], "350429", residents=None, opened_on="2015-09")
    b.raw()
    b.bad([4, "示例白云居护老院", "泰宁县", "测试路104号", "约60", 20, 20, "2017"], ("床位数", "约60", "读不出"))
    b.ignored = ["序号"]


def b11():
    b = Book("11_abolished_regions.xlsx", "Codes and names of districts that were abolished; each home lands in the successor.", name_at=0)
    b.raw("机构名称", "所在地区", "地址", "床位数")
    for name, written, want in [
        ("测试梅园敬老院", "350402", "350404"),
        ("样例列东老年公寓", "梅列区", "350404"),
        ("虚构城关养老院", "福建省三明市梅列区", "350404"),
        ("测试莘口护养院", 350403, "350404"),
        ("示例虬江福利院", "沙县", "350405"),
        ("测试夏茂颐养院", 350427.0, "350405"),
        ("样例潭城托老院", "福建省南平市建阳市", "350703"),
        ("虚构吴航养老中心", "长乐市", "350112"),
        ("示例石码老人之家", "漳州市龙海市", "350604"),
        ("测试凤城敬老院", "龙岩市永定县", "350803"),
        ("样例古北水乡养老院", "北京市密云县", "110118"),
        ("虚构芷江路老年公寓", "上海市闸北区", "310106"),
        ("示例瀛洲敬老院", "310230", "310151"),
        ("测试潮鸣养老院", "浙江省杭州市下城区", "330105"),
        ("样例三元湾敬老院", "350404001000", "350404"),
    ]:
        b.home([name, written, "测试路11号", 40], want, beds_total=40)


def b12():
    b = Book("12_ambiguous_counties.xlsx", "County names that several cities share: settled by the city's column, by the address, or not at all.", name_at=0)
    b.raw("机构名称", "省", "市", "区县", "地址", "床位数")
    b.home(["测试石榴敬老院", "福建省", "福州市", "鼓楼区", "测试路121号", 50], "350102")
    b.home(["样例石榴红养老院", "江苏省", "南京市", "鼓楼区", "测试路122号", 60], "320106")
    b.home(["虚构秋水老年公寓", None, None, "鼓楼区", "江苏省徐州市鼓楼区测试路123号", 70], "320302")
    b.bad(["示例无名巷养老院", None, None, "鼓楼区", "测试路124号", 80], ("区县", "鼓楼区", "重名"))
    b.home(["测试朝晖颐养院", "北京市", "市辖区", "朝阳区", "测试路125号", 90], "110105")
    b.home(["样例净月护老院", "吉林省", "长春市", "朝阳区", "测试路126号", 100], "220104")
    b.bad(["虚构和风养护院", None, None, "和平区", "测试路127号", 35], ("区县", "和平区", "重名"))
    b.bad(["示例科创园养老院", None, None, "高新技术产业开发区", "测试路128号", 45], ("区县", "高新技术产业开发区", "区划"))
    b.bad(["测试漏填敬老院", None, None, None, "测试路129号", 55], ("区县", ANY, "区划"))
    b.home(["样例西子老年公寓", None, "杭州市", "西湖区", "测试路130号", 65], "330106")
    b.home(["虚构赣江养老院", None, "南昌市", "西湖区", "测试路131号", 65], "360103")


def b13():
    b = Book("13_region_option.xlsx", "The same shared names, settled by --region (a city): short county names are then plain too.", region="350100", name_at=0)
    b.raw("机构名称", "区属", "地址", "床位数")
    b.home(["测试乌塔敬老院", "鼓楼区", "测试路131号", 50], "350102")
    b.home(["样例鼓岭养老院", "晋安区", "测试路132号", 60], "350111")
    b.home(["虚构葛岭老年公寓", "永泰县", "测试路133号", 70], "350125")
    b.home(["示例青口颐养院", "闽侯", "测试路134号", 80], "350121")
    b.bad(["测试远方敬老院", "不知何处区", "测试路135号", 90], ("区属", "不知何处区", "区划"))
    b = Book("13b_county_option.csv", "No region column at all; --region names the county.", region="350421", name_at=0)
    b.raw("养老院名称", "地址", "床位数")
    b.home(["测试雪峰敬老院", "测试路136号", "40"], "350421")
    b.home(["样例滴水岩养老院", "测试路137号", "52"], "350421")


def b14():
    b = Book("14_nasty_values.xlsx", "Every nasty value: units in counts, placeholders, a year kept as a date serial, full-width digits, invisible spaces, approximate and negative counts.")
    b.raw("序号", "机构名称", "县市区", "地址", "联系电话", "床位数", "护理型床位", "入住老人数", "机构性质", "机构等级", "开业时间", "经度", "纬度", "价格(元/月)")
    n = iter(range(1, 99))

    def cells(name, phone=None, beds=None, nursing=None, residents=None, nature=None, grade=None, opened=None, lon=None, lat=None, price=None):
        i = next(n)
        return [i, name, "明溪县", f"测试路{1400 + i}号", phone, beds, nursing, residents, nature, grade, opened, lon, lat, price]

    mx = "350421"
    b.home(cells("测试百合敬老院", beds="300张", residents="60人", price="价格面议"), mx, beds_total=300, residents=60, fees=[])
    b.home(cells("样例空白养老公寓", "/", "未知", "——", "暂无", "无", "-", "—", "无", "无", "未知"), mx, phone=None, beds_total=None,
           beds_nursing=None, residents=None, operation_mode=None, grade_level=None, grade_as_written=None, opened_on=None, longitude=None, latitude=None, fees=[])
    b.home(cells("虚构序列号颐养院", opened=dt.date(1905, 6, 25)), mx, opened_on="2003")
    b.home(cells("示例文字年份护理院", opened="1905/6/25"), mx, opened_on="2003")
    b.home(cells("测试整数年托养中心", opened=2009), mx, opened_on="2009")
    b.home(cells("样例日序值福利院", opened=41760), mx, opened_on="2014-05-01")
    b.home(cells("虚构年月老人之家", opened="2018年3月"), mx, opened_on="2018-03")
    b.home(cells("示例点号康养苑", opened="2018.3.5"), mx, opened_on="2018-03-05")
    r = b.home(cells("测试医院尺度敬老院", grade="二级乙"), mx, grade_level=None, grade_as_written="二级乙")
    b.keep(r, "机构等级", "二级乙")
    r = b.home(cells("样例绿叶养老中心", grade="四叶级"), mx, grade_level=None, grade_as_written="四叶级")
    b.keep(r, "机构等级", "四叶级")
    # R3: a local 三星级 is another scale than the national 一级 to 五级
    r = b.home(cells("虚构三颗星老年公寓", grade="三星级"), mx, grade_level=None, grade_as_written="三星级")
    b.keep(r, "机构等级", "三星级")
    r = b.home(cells("示例数字星长者屋", grade="5星"), mx, grade_level=None, grade_as_written="5星")
    b.keep(r, "机构等级", "5星")
    b.home(cells("测试全角敬老所", "０５９８－００００１４０", "１２０", "６０"), mx, phone="0598-0000140", beds_total=120, beds_nursing=60)
    b.home(cells("\u200b测试听\u200b涛养护院\u00a0", "\u00a00598-0000141\u3000", "\u00a085\u00a0", residents=" 40\u200b"), mx, name="测试听涛养护院",
           phone="0598-0000141", beds_total=85, residents=40)
    b.home(cells("样例坐标准确疗养院", lon=117.2018, lat=26.3578), mx, longitude=117.2018, latitude=26.3578)
    r = b.home(cells("虚构公助民办安老院", nature="公助民办"), mx, operation_mode=None, nature_as_written="公助民办")
    b.keep(r, "机构性质", "公助民办")
    b.bad(cells("示例大约养老驿站", beds="约120"), ("床位数", "约120", "读不出"))
    b.bad(cells("测试负数夕阳红苑", beds=-5), ("床位数", "-5", "负"))
    b.bad(cells("样例区间幸福院", beds="100-120"), ("床位数", "100-120", "读不出"))
    b.bad(cells("虚构半张床怡养院", beds=120.5), ("床位数", "120.5", "读不出"))
    b.bad(cells("示例倒挂安养中心", beds=80, nursing=90), ("护理型床位", "90", "超过"))
    b.bad(cells("测试二月三十寿星楼", opened="2019-02-30"), ("开业时间", "2019-02-30", "读不出"))
    b.bad(cells("样例两处皆坏福寿堂", beds="若干", opened="九十年代"), ("床位数", "若干", "读不出"), ("开业时间", "九十年代", "读不出"))
    b.bad(cells("虚构东经照料中心", beds=20, lon="东经一一七度", lat=26.3), ("经度", "东经一一七度", "读不出"))
    b.bad(cells("示例越界养生园", beds=20, lon=117.2, lat=226.3), ("纬度", "226.3", "纬度"))
    b.bad(cells("——", "0598-0000142", 15), ("机构名称", "——", "名称"))
    b.ignored = ["序号"]


def b15():
    b = Book("15_totals_and_repeats.xlsx", "A list made for printing: group rows, subtotals, the heading again on each page, hidden rows, blank rows, empty columns.")
    b.name_at = 2
    head = ["序号", None, "机构名称", "县市区", "床位数", None, "入住老年人数", "联系电话", None]
    b.raw()
    b.raw("虚构市养老机构明细（测试用）")
    b.merge("A2:I2")
    b.raw(*head)
    b.raw("一、公办养老机构（3家）")
    b.merge("A4:I4")
    b.home([1, None, "测试东坡敬老院", "明溪县", 60, None, 30, "0598-0001501", None], "350421", beds_total=60)
    r = b.home([2, None, "样例隐藏行养老院", "明溪县", 40, None, 20, "0598-0001502", None], "350421", beds_total=40)
    b.hidden.append(r)
    b.home([3, None, "测试小计河敬老院", "清流县", 50, None, 11, "0598-0001503", None], "350423", beds_total=50, residents=11)
    b.raw("小计", None, None, None, 150, None, 61, None, None)
    b.raw()
    b.raw("第1页，共2页")
    b.raw(*head)
    b.raw("二、民办养老机构（2家）")
    b.merge("A12:I12")
    b.home([4, None, "虚构柳浪老年公寓", "宁化县", 120, None, 77, "0598-0001504", None], "350424", beds_total=120)
    b.raw()
    b.home([5, None, "示例合和养老院", "大田县", 30, None, 9, "0598-0001505", None], "350425", beds_total=30)
    b.raw(None, None, "小 计", None, 150, None, 86, None, None)
    r = b.raw(None, None, "合　　计", "共5家", 300, None, 147, None, None)
    b.hidden.append(b.raw(None, None, None, None, None, None, None, None, None))
    b.raw("制表：张测试", None, None, None, "复核：李样例")
    b.ignored = ["序号"]


def b16():
    b = Book("16_merged_county.xlsx", "The county cell is merged down over its homes; one later row has an empty cell that is not merged and must not be filled.", name_at=2)
    b.raw("虚构市农村敬老院情况表（测试用）")
    b.merge("A1:F1")
    b.raw("县（市、区）", "序号", "单位名称", "单位地址", "床位数", "运营方式")
    b.home(["大田县", 1, "测试均溪敬老院", "测试路161号", 30, "公建公营"], "350425")
    b.home([None, 2, "样例石牌养老院", "测试路162号", 40, "公建公营"], "350425")
    b.home([None, 3, "虚构上京托老所", "测试路163号", 50, "公建民营"], "350425", operation_mode="public_private")
    b.merge("A3:A5")
    b.home(["尤溪县", 1, "示例管前敬老院", "测试路164号", 60, "公建公营"], "350426")
    b.home([None, 2, "测试洋中老年公寓", "测试路165号", 70, "民办"], "350426")
    b.merge("A6:A7")
    b.bad([None, 3, "样例孤行养老院", "测试路166号", 80, "民办"], ("县（市、区）", ANY, "区划"))
    b.home(["将乐县", 1, "虚构古镛护养院", "测试路167号", 90, "民办"], "350428")
    b.ignored = ["序号"]


def b17():
    b = Book("17_cover_sheet_first.xlsx", "A cover, filling instructions that quote the headings, and a code list surround the sheet with the homes.")
    b.title = "养老机构名册"
    b.other_sheets_before = [
        ("封面", [[], [], [None, "虚构市养老机构名册"], [None, "（测试用）"], [], [None, "虚构市民政局"], [None, "二〇二六年五月"]]),
        ("填表说明", [["填表说明"], ["1", "机构名称", "填写登记证上的全称"], ["2", "床位数", "填写核定床位，单位：张"], ["3", "县市区", "填写到县级"], ["4", "联系电话", "填写固定电话"]]),
    ]
    b.other_sheets_after = [("代码表", [["性质", "代码"], ["公建公营", 1], ["公建民营", 2], ["民办", 3]]), ("Sheet5", [])]
    b.raw("养老机构名册（测试用）")
    b.merge("A1:F1")
    b.raw("序号", "机构名称", "县市区", "机构地址", "床位数", "联系电话")
    b.home([1, "测试松涛敬老院", "泰宁县", "测试路171号", 44, "0598-0001701"], "350429", beds_total=44)
    b.home([2, "样例金湖老年公寓", "泰宁县", "测试路172号", 86, "0598-0001702"], "350429", beds_total=86)
    b.home([3, "虚构濉溪养护中心", "建宁县", "测试路173号", 128, "0598-0001703"], "350430", beds_total=128)
    b.ignored = ["序号"]


def b18():
    b = Book("18_sheet_option.xlsx", "Two sheets both hold homes; --sheet says which one is meant.", sheet="农村敬老院", name_at=0)
    b.title = "农村敬老院"
    b.other_sheets_before = [("城区养老机构", [["机构名称", "县市区", "床位数"], ["测试不该读到养老院", "永安市", 999], ["样例也不该读到公寓", "永安市", 998]])]
    b.raw("机构名称", "县市区", "床位数", "运营方式")
    b.home(["测试贡川敬老院", "永安市", 24, "公建公营"], "350481", beds_total=24)
    b.home(["虚构小陶中心院", "永安市", 36, "公建民营"], "350481", beds_total=36)


def b19():
    b = Book("19_credit_codes.xlsx", "Credit codes: wrong check digit, wrong length, lower case, spaces, full width, letters that the standard leaves out, one code at two sites.", name_at=0)
    b.raw("组织名称", "统一社会信用代码", "行政区划名称", "住所", "床位数")
    mx = "350421"
    c = code(1901)
    b.home(["测试青禾敬老院", c, "明溪县", "测试路191号", 40], mx, credit_code=c)
    c = code(1902)
    b.home(["样例小写养老院", c.lower(), "明溪县", "测试路192号", 41], mx, credit_code=c)
    c = code(1903, kind="91")
    b.home(["虚构空格老年公寓", f" {c[:4]} {c[4:8]} {c[8:12]} {c[12:]} ", "明溪县", "测试路193号", 42], mx, credit_code=c)
    c = code(1904, kind="12")
    wide = "".join(chr(ord(x) + 0xFEE0) for x in c)
    b.home(["示例全角护养院", wide, "明溪县", "测试路194号", 43], mx, credit_code=c)
    w = broken(code(1905))
    b.bad(["测试校验错颐养院", w, "明溪县", "测试路195号", 44], ("统一社会信用代码", w, "校验"))
    w = code(1906)[:17]
    b.bad(["样例少一位福利院", w, "明溪县", "测试路196号", 45], ("统一社会信用代码", w, "18"))
    b.bad(["虚构旧登记号托老中心", "350421100000197", "明溪县", "测试路197号", 46], ("统一社会信用代码", "350421100000197", "18"))
    w = code(1908)[:9] + "O" + code(1908)[10:]
    b.bad(["示例字母欧安养院", w, "明溪县", "测试路198号", 47], ("统一社会信用代码", w, "信用代码"))
    b.home(["测试暂无代码长者之家", "暂无", "明溪县", "测试路199号", 48], mx, credit_code=None)
    c = code(1910)
    r1 = b.home(["样例安澜养老服务中心", c, "明溪县", "测试路200号", 100], mx, credit_code=c)
    r2 = b.home(["样例安澜城北照护站", c, "明溪县", "虚构北路8号", 30], mx, credit_code=c)
    b.dup(r2, "same_credit_code_other_site", r1)
    b.bad(["虚构正在办理康养园", "正在办理", "明溪县", "测试路201号", 49], ("统一社会信用代码", "正在办理", "信用代码"))


def b20():
    b = Book("20_duplicates_and_near_names.xlsx", "The same home twice in one file, homes whose names are nearly equal, and equal names in different counties.", name_at=0)
    b.raw("机构名称", "统一社会信用代码", "县市区", "地址", "床位数")
    c1, c2 = code(2001, "350423"), code(2002, "350423")
    r1 = b.home(["测试福泰养老院", c1, "清流县", "测试路201号", 60], "350423", credit_code=c1)
    b.bad(["测试福泰养老院", c1, "清流县", "测试路201号", 60], ("机构名称", "测试福泰养老院", f"第{r1}行"))
    r2 = b.home(["测试福秦养老院", c2, "清流县", "虚构街9号", 45], "350423", credit_code=c2)
    b.dup(r2, "near_name", r1)
    r3 = b.home(["样例松柏老年公寓", None, "清流县", "测试路203号", 80], "350423")
    r4 = b.home(["样例松柏老年公寓有限公司", None, "清流县", "虚构街11号", 82], "350423")
    b.dup(r4, "near_name", r3)
    b.home(["样例松柏老年公寓", None, "宁化县", "测试路205号", 70], "350424")
    r5 = b.home(["虚构杏林护理院", None, "宁化县", "测试路206号", 90], "350424")
    b.raw()
    b.bad([" 虚构杏林护理院\u200b", None, "宁化县", "测试路206号", 91], ("机构名称", ANY, f"第{r5}行"))
    r6 = b.home(["示例桂花巷（南院）养老院", None, "宁化县", "测试路208号", 20], "350424", name="示例桂花巷（南院）养老院")
    b.bad(["示例桂花巷(南院)养老院", None, "宁化县", "测试路208号", 20], ("机构名称", "示例桂花巷(南院)养老院", f"第{r6}行"))
    b.home(["测试安居", None, "宁化县", "测试路210号", 12], "350424")
    b.count_duplicates = True
    b.home(["测试宁居", None, "宁化县", "测试路211号", 13], "350424")


def b21():
    b = Book("21_personal_columns.xlsx", "Columns of personal data (people's names, identity cards, mobiles) that the portal must not keep.")
    b.raw("序号", "*组织名称", "*所属区域", "法定代表人", "负 责 人", "联系人", "身份证号", "手机号码", "固话", "单位地址", "床位数", "工作犬数量")
    b.home([1, "测试春晖敬老院", "三明市,将乐县", "张测试", "李样例", "王虚构", "00000019500101000X", "12345678901", "0598-0002101", "测试路211号", 30, 0],
           "350428", phone="0598-0002101", address="测试路211号", beds_total=30)
    b.home([2, "样例夏荷养老院", "三明市,将乐县", "赵测试", "钱样例", "孙虚构", "000000195202020002", 12345678902.0, "0598-0002102", "测试路212号", 40, 1],
           "350428", phone="0598-0002102")
    b.home([3, "虚构秋阳老年公寓", "三明市,将乐县", "周测试", "吴样例", "郑虚构", "000000195303030003", "12345678903", None, "测试路213号", 50, 2],
           "350428", phone=None)
    b.ignored = ["序号", "法定代表人", "负 责 人", "联系人", "身份证号", "手机号码"]
    b.unknown = ["工作犬数量"]
    b.never = ["张测试", "李样例", "王虚构", "孙虚构", "吴样例", "00000019500101000X", "000000195202020002", "12345678901", "12345678902", "12345678903"]


def b22():
    b = Book("22_national_wide.xlsx", "A wide sheet after the national record: dozens of columns, 是/否 throughout, pairs of 最高/最低 columns.", name_at=2)
    columns = [
        "统一社会信用代码", "单位类型", "单位名称", "单位建立日期", "行政区划代码", "行政区划名称", "机构地址", "机构等级",
        "法定代表人或负责人姓名", "法定代表人或负责人联系方式", "法定代表人或负责人证件类型", "法定代表人或负责人证件号码", "法人登记机关", "法人类型",
        "全托床位数量", "日托床位数量", "护理型床位数量", "床位总数量", "建筑面积", "占地面积", "是否通过消防部门审验合格",
        "是否收住能力完好类型老年人", "是否收住完全失能类型老年人", "是否收住部分失能类型老年人", "是否收住特困人员类型老年人",
        "是否投保责任险", "是否长护险定点机构", "是否内设医疗机构", "是否与医疗机构签约合作（协议医疗保障）",
        "是否取得医疗保险定点医疗机构资格证书", "护理费（最高）", "护理费（最低）", "床位费（最高）", "床位费（最低）", "膳食费（最高）",
        "膳食费（最低）", "押金/备用金（最高）", "押金/备用金（最低）", "月末收住老年人数", "机构生存状态", "是否备案", "备案时间", "经度", "纬度", "备注",
    ]  # fmt: skip
    b.raw(*columns)

    def cells(**given):
        assert set(given) <= set(columns), set(given) - set(columns)
        return [given.get(c) for c in columns]

    def full(name, number, **more):
        base = {
            "统一社会信用代码": code(number, "350426"), "单位类型": "养老机构", "单位名称": name, "行政区划代码": "350426", "行政区划名称": "尤溪县",
            "法定代表人或负责人姓名": "张测试", "法定代表人或负责人联系方式": "12345678922", "法定代表人或负责人证件类型": "居民身份证",
            "法定代表人或负责人证件号码": "00000019500101000X", "法人登记机关": "虚构县民政局", "法人类型": "民办非企业单位", "是否备案": "是",
        }  # fmt: skip
        return cells(**(base | more))

    b.home(full("测试尤溪口养老院", 2201, 单位建立日期="2012-08-15", 机构地址="测试路221号", 机构等级="四级", 全托床位数量=100, 日托床位数量=20, 护理型床位数量=80,
                床位总数量=120, 建筑面积=3500, 占地面积=5000, 是否通过消防部门审验合格="是", 是否收住能力完好类型老年人="是", 是否收住完全失能类型老年人="否",
                是否收住部分失能类型老年人="是", 是否收住特困人员类型老年人="否", 是否投保责任险="是", 是否长护险定点机构="否", 是否内设医疗机构="是",
                **{"是否与医疗机构签约合作（协议医疗保障）": "是", "护理费（最高）": 2400, "护理费（最低）": 300, "床位费（最高）": 1600, "床位费（最低）": 800,
                   "膳食费（最高）": 600, "膳食费（最低）": 600, "押金/备用金（最高）": 8000, "押金/备用金（最低）": 3000},
                是否取得医疗保险定点医疗机构资格证书="是", 月末收住老年人数=73, 机构生存状态="正常运营", 备案时间="2019-11-20", 经度="118.1905", 纬度="26.1703", 备注="测试"),
           "350426", credit_code=code(2201, "350426"), opened_on="2012-08-15", address="测试路221号", grade_level=4, beds_nursing=80, beds_total=120,
           takes_self_care=True, takes_full=False, takes_partial=True, insurance_long_term_care=False, medical_own_clinic=True,
           insurance_basic_medical=True, residents=73, operating_state="operating", filed_on="2019-11-20", longitude=118.1905, latitude=26.1703,
           fees=[fee("care", 300, 2400), fee("bed", 800, 1600), fee("meals", 600), fee("deposit", 3000, 8000, unit="once")])
    b.home(full("样例沈溪敬老院", 2202, 床位总数量=60, 护理型床位数量=12, 是否收住能力完好类型老年人="是", 是否长护险定点机构="是", 是否内设医疗机构="否",
                机构生存状态="暂停营业", 备案时间=dt.date(2021, 5, 6)),
           "350426", takes_self_care=True, takes_full=None, takes_partial=None, insurance_long_term_care=True, medical_own_clinic=False,
           operating_state="suspended", filed_on="2021-05-06", grade_level=None, fees=[])
    b.home(full("虚构闽中颐养中心", 2203, 床位总数量=90, 机构等级="无", 机构生存状态="未运营"), "350426", operating_state="not_opened", grade_level=None)
    b.bad(full("示例坂面老年公寓", 2204, 床位总数量=50, 护理型床位数量=51, 经度="118.2", 纬度="26.2"), ("护理型床位数量", "51", "超过"))
    b.home(full("测试洋口仔福利院", 2205, 床位总数量=30, 机构生存状态="关停"), "350426", operating_state="closed")
    b.unknown = ["法人登记机关", "全托床位数量", "日托床位数量", "建筑面积", "占地面积", "是否通过消防部门审验合格", "是否收住特困人员类型老年人", "是否投保责任险"]
    b.ignored = ["法定代表人或负责人姓名", "法定代表人或负责人证件类型", "法定代表人或负责人证件号码"]
    b.never = ["张测试", "00000019500101000X", "居民身份证"]
    b.free = ["单位类型", "法人类型", "法定代表人或负责人联系方式", "是否备案", "备注"]


def b23():
    b = Book("23_formulas.xlsx", "Cells computed by formulas (with stored results, one an error) and names that only look like formulas or markup.", name_at=0)
    b.raw("机构名称", "县市区", "床位数", "护理型床位", "入住老年人数", "地址", "自理床位")
    b.home(["测试公式敬老院", "永安市", "=D2+G2", 20, 15, "测试路231号", 30], "350481", beds_total=50, beds_nursing=20)
    b.cached["C2"] = 50
    b.home(['=CONCATENATE("样例","拼接","养老院")', "永安市", 60, 30, "=ROUND(C3*0.5,0)", "测试路232号", 30], "350481", name="样例拼接养老院",
           beds_total=60, residents=30)
    b.cached |= {"A3": "样例拼接养老院", "E3": 30}
    b.bad(["虚构坏引用老年公寓", "永安市", "=#REF!+1", 10, 5, "测试路233号", 10], ("床位数", "#REF!", "读不出"))
    b.cached["C4"] = "#REF!"
    for name, beds in [
        ("=cmd|' /C calc'!A0", 31),
        ("@SUM(1+1)测试院", 32),
        ("+示例加号敬老院", 33),
        ('=HYPERLINK("http://example.invalid","样例点我护养院")', 34),
        ("测试<b>粗体</b>颐养院", 35),
        ("虚构${7*7}{{7*7}}托老中心", 36),
        ("示例'; DROP TABLE homes; --福利院", 37),
    ]:
        r = b.home([name, "永安市", beds, 10, 5, f"测试路{240 + beds}号", 1], "350481", beds_total=beds)
        b.literal.add((r, 1))
    r = b.raw("合计", None, "=SUM(C2:C11)", "=SUM(D2:D11)", None, None, None)
    b.cached |= {f"C{r}": "#REF!", f"D{r}": 130}
    b.unknown = ["自理床位"]


def b24():
    b = Book("24_fee_texts.xlsx", "Fees as people write them: levels, rooms, ranges, days and years, several amounts without levels, and texts that can't be taken apart.")
    b.raw("序号", "机构名称", "县市区", "收费标准（元/月）", "床位费", "护理费", "押金")
    n = iter(range(1, 99))

    def h(name, text=None, bed=None, care=None, deposit=None, fees=(), keep=None, **more):
        r = b.home([next(n), name, "宁化县", text, bed, care, deposit], "350424", fees=list(fees), **more)
        if keep:
            b.keep(r, keep, {"收费标准（元/月）": text, "床位费": bed, "护理费": care, "押金": deposit}[keep])

    h("测试翠江敬老院", "自理1200、半自理1800、全护理2600",
      fees=[fee("all_in", 1200, care="self_care"), fee("all_in", 1800, care="partial"), fee("all_in", 2600, care="full")])
    h("样例客家祖院养老公寓", "1430-1580-1940", fees=[fee("all_in", 1430, 1940)], fees_as_written="1430-1580-1940")
    h("虚构石壁颐养院", None, care="200\\400\\700", fees=[fee("care", 200, 700)])
    h("示例硬骨头护养院", "自理300、半自理、500-1000", fees=[], keep="收费标准（元/月）", fees_as_written="自理300、半自理、500-1000")
    h("测试房型老人之家", None, bed="单人间2800，双人间1900", fees=[fee("bed", 2800, room="single"), fee("bed", 1900, room="double")])
    h("样例面议福利中心", "价格面议", fees=[])
    h("虚构按日照料站", "100元/天", fees=[fee("all_in", 100, unit="day")])
    h("示例按年长者屋", "2.4万元/年", fees=[fee("all_in", 24000, unit="year")])
    h("测试起步价托养中心", "1800元起", fees=[fee("all_in", 1800, None)])
    h("样例指导价安老院", "按政府指导价执行", fees=[], keep="收费标准（元/月）", fees_as_written="按政府指导价执行")
    h("虚构三项齐全老年公寓", None, bed=800, care="600～1500", deposit="5000元", fees=[fee("bed", 800), fee("care", 600, 1500), fee("deposit", 5000, unit="once")])
    h("示例全角康乐园", "１，５００～２，８００元", fees=[fee("all_in", 1500, 2800)])
    h("测试顺序颠倒养老驿站", "2600—1200", fees=[fee("all_in", 1200, 2600)])
    h("样例暂无怡养苑", "暂无", bed="/", care="—", deposit="无", fees=[])
    h("虚构浮点安养堂", 1999.5, fees=[{**fee("all_in", 0), "amount_min_fen": 199950, "amount_max_fen": 199950}])
    b.ignored = ["序号"]


def b25():
    mapping = {
        "headings": {"院所全称": "name", "辖地": "region_code", "编制铺位": "beds_total", "在院": "residents", "办法": "operation_mode"},
        "values": {"operation_mode": {"公助民办": "private", "村办": "public_public"}, "operating_state": {"红火": "operating", "歇着": "suspended"}},
    }
    b = Book("25_own_words_mapping.xlsx", "A bureau with its own words for everything; the mapping file supplies them.", mapping=mapping, name_at=0)
    b.raw("院所全称", "辖地", "编制铺位", "在院", "办法", "运营状态", "猪圈（间）")
    b.home(["测试石珩敬老院", "明溪县", 40, 21, "村办", "红火", 2], "350421", beds_total=40, residents=21, operation_mode="public_public", operating_state="operating")
    b.home(["样例夏阳老年公寓", "明溪县", 60, 33, "公助民办", "歇着", 0], "350421", operation_mode="private", operating_state="suspended")
    r = b.home(["虚构盖洋养护院", "明溪县", 50, 12, "集体联办", "正常营业", 1], "350421", operation_mode=None, nature_as_written="集体联办", operating_state="operating")
    b.keep(r, "办法", "集体联办")
    b.unknown = ["猪圈（间）"]


def b26():
    head = ["序号", "机构名称", "统一社会信用代码", "县市区", "地址", "联系电话", "床位数", "入住老年人数", "运营状态"]
    c = [code(2600 + i, "350429") for i in range(8)]
    first = Book("26_month1.xlsx", "Last month's list; 26_month2.xlsx is the next month of the same homes.")
    first.raw(*head)
    homes = [
        [1, "测试杉城敬老院", c[1], "泰宁县", "测试路261号", "0598-0002601", 60, 30, "正常营业"],
        [2, "样例朱口养老院", c[2], "泰宁县", "测试路262号", "0598-0002602", 80, 41, "正常营业"],
        [3, "虚构大金湖老年公寓", c[3], "泰宁县", "测试路263号", "0598-0002603", 100, 52, "正常营业"],
        [4, "示例上清溪托养中心", None, "泰宁县", "测试路264号", "0598-0002604", 40, 18, "正常营业"],
        [5, "测试丹霞护养院", c[5], "泰宁县", "测试路265号", "0598-0002605", 35, 16, "正常营业"],
        [6, "样例峨嵋峰福利院", None, "三明市三元区", "测试路266号", "0598-0002606", 25, 9, "正常营业"],
    ]
    for home in homes:
        first.home(home, "350404" if home[0] == 6 else "350429", beds_total=home[6], residents=home[7])
    first.ignored = ["序号"]

    b = Book("26_month2.xlsx", "The next month: counts changed, one home renamed under its code, one closed its doors, one gone from the list, one new; a blank cell erases nothing.",
             as_of="2026-06-30", after="26_month1.xlsx")
    b.raw("虚构市养老机构月报（2026年6月，测试用）")
    b.raw(*head)
    b.same([1, "样例峨嵋峰福利院", None, "三明市梅列区", "测试路266号", "0598-0002606", 25.0, "9人", "正常营业"])
    b.change([2, "测试杉城敬老院", c[1], "泰宁县", "测试路261号", "0598-0002699", 66, 33, "正常营业"],
             {"phone": ("0598-0002601", "0598-0002699"), "beds_total": (60, 66), "residents": (30, 33)})
    b.change([3, "样例朱口颐养中心", c[2], "泰宁县", "测试路262号", "0598-0002602", 80, 41, "正常营业"], {"name": ("样例朱口养老院", "样例朱口颐养中心")})
    b.same([4, "虚构大金湖老年公寓", c[3].lower(), "泰宁县", "—", "0598-0002603", 100, None, "正常营业"])
    b.change([5, "示例上清溪托养中心", None, "泰宁县", "测试路264号", "0598-0002604", 40, 0, "暂停营业"],
             {"residents": (18, 0), "operating_state": ("operating", "suspended")})
    b.home([6, "虚构新桥康养苑", c[7], "泰宁县", "测试路267号", "0598-0002607", 150, 3, "正常营业"], "350429", beds_total=150, credit_code=c[7])
    b.raw("合计", None, None, None, None, None, 461, 86, None)
    b.missing = [{"name": "测试丹霞护养院"}]
    b.ignored = ["序号"]


def b27():
    b = Book("27_utf8_bom_trailing.csv", "UTF-8 with a byte order mark, a title line, trailing empty columns on every line and empty lines at the end.", name_at=0)
    b.raw("虚构县养老机构（测试）", "", "", "", "", "")
    b.raw("", "", "", "", "", "")
    b.raw("养老院名称", "县市区", "床位数", "等级评定", "", "")
    b.home(["测试灵溪敬老院", "建宁县", "77", "五级", "", ""], "350430", beds_total=77, grade_level=5)
    b.home(["样例莲乡养老院", "建宁县", "35", "未评定", "", ""], "350430", grade_level=None)
    b.raw("", "", "", "", "", "")
    b.home(["虚构黄花梨老年公寓", "建宁县", "18", "", "", ""], "350430", beds_total=18)
    b.raw("总计", "", "130", "", "", "")
    b.raw("", "", "", "", "", "")
    b = Book("28_text_named.xls", "A GBK text with tabs that an old system calls .xls.")
    b.raw("序号", "机构名称", "县市区", "床位数")
    b.home(["1", "测试麻沙敬老院", "清流县", "26"], "350423", beds_total=26)
    b.home(["2", "样例灵台山老年公寓", "清流县", "58"], "350423", beds_total=58)
    b.ignored = ["序号"]


CSV = {  # encoding and separator of what is text
    "07_gbk_quotes.csv": ("gbk", ","),
    "08_utf16_tabs.csv": ("utf-16", "\t"),
    "09_gb18030_rare.csv": ("gb18030", ","),
    "13b_county_option.csv": ("utf-8", ","),
    "27_utf8_bom_trailing.csv": ("utf-8-sig", ","),
    "28_text_named.xls": ("gbk", "\t"),
}


def build():
    for make in [b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27]:
        make()


def write():
    for book in BOOKS:
        path = HERE / book.file
        if book.file in CSV:
            write_csv(book, path, *CSV[book.file])
        elif book.file == "05_biff8_floats.xls":
            write_xls(book, path)
        elif path.suffix == ".ods":
            write_ods(book, path)
        else:
            write_xlsx(book, path)
        path.with_suffix(".expected.json").write_text(json.dumps(book.expected(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# --- checking: the files read back by another hand ---------------------------------------------------------------------


def read_back(path, sheet):
    if path.name in CSV:
        encoding, delimiter = CSV[path.name]
        text = path.read_bytes().decode("utf-8-sig" if encoding == "utf-8" else encoding)
        return [list(r) for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    from python_calamine import CalamineWorkbook

    wb = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    return wb.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def squeeze(text):
    return re.sub(r"[\s\u00a0\u200b\u3000]", "", str(text))


def as_written(value):
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def apart_by_one(a, b):
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) <= 1
    a, b = sorted((a, b), key=len)
    return any(b[:i] + b[i + 1 :] == a for i in range(len(b)))


def check():
    problems = []
    for book in BOOKS:
        path = HERE / book.file
        told = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
        rows = read_back(path, book.title)
        e = told["expect"]
        flat = {str(v) for r in rows for v in r}

        def row(number, rows=rows):
            return rows[number - 1] if number <= len(rows) else []

        for kind in ("new", "unchanged"):
            for entry in e.get(kind, []):
                if squeeze(entry["name"]) not in {squeeze(v) for v in row(entry["row"])}:
                    problems.append((book.file, kind, entry["row"], entry["name"], row(entry["row"])))
        for entry in e["quarantined"] + e["kept_as_written"]:
            heading = entry["column"].split("/")[-1] if entry["column"] not in flat else entry["column"]
            at = [i for r in rows for i, v in enumerate(r) if str(v) == heading]
            if not at:
                problems.append((book.file, "no such heading", entry["column"]))
            elif entry.get("value", "").startswith("#"):  # calamine shows an error cell as an empty one
                import openpyxl

                cell = openpyxl.load_workbook(path, data_only=True)[book.title].cell(entry["row"], at[0] + 1)
                if cell.value != entry["value"]:
                    problems.append((book.file, "error cell", entry, cell.value))
            elif "value" in entry and entry["value"] != as_written(row(entry["row"])[at[0]]):
                problems.append((book.file, "value", entry, as_written(row(entry["row"])[at[0]])))
        for heading in e["unknown_headings"] + e["ignored_headings"] + e.get("headings_not_asserted", []):
            if heading not in flat:
                problems.append((book.file, "heading not in the sheet", heading))
        parts = e["n_new"] + e["n_changed"] + e["n_unchanged"] + e["n_quarantined_rows"]
        if parts != e["read"]:
            problems.append((book.file, "arithmetic", parts, e["read"]))
        if e["n_quarantined_rows"] != len({q["row"] for q in e["quarantined"]}):
            problems.append((book.file, "quarantined rows"))
        # names that come near one another by accident would be listed as duplicates
        listed = {frozenset((d["row"], d["other_row"])) for d in e["duplicates"]}
        for i, one in enumerate(e["new"]):
            for two in e["new"][i + 1 :]:
                a, b = one["name"], two["name"]
                near = a.startswith(b) or b.startswith(a) or (min(len(a), len(b)) >= 6 and apart_by_one(a, b))
                if one["region_code"] == two["region_code"] and near and frozenset((one["row"], two["row"])) not in listed:
                    problems.append((book.file, "near by accident", a, b))
        for entry in e["new"]:
            got = entry["values"].get("credit_code")
            if got and (len(got) != 18 or check_character(got[:17]) != got[17]):
                problems.append((book.file, "credit code", got))
        for entry in e["quarantined"]:
            if entry["column"] == "统一社会信用代码" and "value" in entry:
                v = entry["value"]
                if len(v) == 18 and set(v) <= set(ALPHABET) and check_character(v[:17]) == v[17]:
                    problems.append((book.file, "this code is right", v))
        used = {x["row"] for k in ("new", "changed", "unchanged", "quarantined") for x in e.get(k, [])}
        if len(used) != e["read"]:
            problems.append((book.file, "rows accounted for", len(used), e["read"]))
    for problem in problems:
        print(*problem)
    print(f"{len(BOOKS)} workbooks, {len(problems)} problems")
    return not problems


if __name__ == "__main__":
    build()
    if "--check" not in sys.argv:
        write()
    sys.exit(0 if check() else 1)
