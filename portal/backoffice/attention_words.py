"""What the lists of 到期与异常 are called, what they count in words, and which columns they have."""

from __future__ import annotations

from dataclasses import dataclass

from portal.backoffice.attention_cells import Cell, CellKind


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its name in addresses, what it is called, what it counts, its columns and first order."""

    name: str
    title: str
    words: str
    cells: tuple[Cell, ...]
    order: str
    to_home: bool = False
    """True where its rows are unregistered homes, not institutions."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lists that belong together."""

    title: str
    lists: tuple[Listed, ...]


_LEVEL = Cell("level", "等级", CellKind.LEVEL)
_ENDS, _ENDED = Cell("ends", "到期日"), Cell("ends", "过期日")
_BODY, _NUMBER = Cell("body", "评定机构"), Cell("certificate_number", "证书号")
_OPERATOR, _FROM = Cell("operator", "运营方"), Cell("contract_from", "合同开始")
_ITEM, _CARE = Cell("item", "收费项目"), Cell("care_level", "护理等级", empty="各等级")
_STATE, _DUE = Cell("overdue", "是否超期"), Cell("due", "最迟日期")

_OPEN = "已关停、合并的机构不算。"

GROUPS = (
    Group(
        "超过时限",
        (
            Listed(
                "visits-filed",
                "备案后没有上门检查记录",
                "最近一年备案、从备案那天起没有任何安全或消防评估记录，已超过或5个工作日内就要超过20个工作日的。"
                "只看评估记录；还要去哪些家，看“检查”里的首次上门检查。",
                (Cell("since", "备案日期"), _DUE, _STATE),
                "due",
            ),
            Listed(
                "visits-found",
                "发现未登记场所后没有上门检查记录",
                "还没有登记第一次上门检查，已超过或5个工作日内就要超过发现后20个工作日的；已有结论或已撤下的不算。",
                (Cell("since", "发现日期"), _DUE, _STATE),
                "due",
                to_home=True,
            ),
            Listed(
                "published-late",
                "20个工作日内没有公开",
                "最近一年（不早于本站开始登记那天）的登记、备案、等级和关停并转，从事情发生到本站第一次登记超过20个工作日的。"
                "只数得到已经登记的；至今没有登记的，系统无从知道。",
                (
                    Cell("event", "事项", CellKind.EVENT),
                    Cell("happened_on", "发生日期"),
                    Cell("due", "应公开日期"),
                    Cell("published_on", "实际公开日期"),
                    Cell("late", "迟了几个工作日"),
                ),
                "-published_on",
            ),
        ),
    ),
    Group(
        "快到期",
        (
            Listed(
                "grades-ending",
                "等级快到期",
                f"还没有更晚到期的新证书的。{_OPEN}",
                (_LEVEL, _BODY, _NUMBER, _ENDS),
                "ends",
            ),
            Listed("contracts-ending", "委托运营合同快到期", _OPEN, (_OPERATOR, _FROM, _ENDS), "ends"),
            Listed(
                "fees-ending",
                "收费标准快到期",
                f"同一项目还没有之后的标准的。{_OPEN}",
                (_ITEM, _CARE, _ENDS),
                "ends",
            ),
            Listed(
                "care-ending",
                "集中照护指定快到期",
                f"还没有续上的。{_OPEN}",
                (Cell("authority", "指定单位"), Cell("quota", "名额"), _ENDS),
                "ends",
            ),
            Listed(
                "suspensions-ending",
                "暂停服务快到恢复的日子",
                "公告里写了恢复日期、现在还停着的。",
                (Cell("effective_on", "暂停日期"), Cell("ends", "恢复日期")),
                "ends",
            ),
        ),
    ),
    Group(
        "已经过期",
        (
            Listed(
                "grades-ended",
                "等级已过期",
                f"没有新证书的；已撤销的不算。{_OPEN}",
                (_LEVEL, _BODY, _NUMBER, _ENDED),
                "-ends",
            ),
            Listed(
                "contracts-ended",
                "委托运营合同已过期",
                f"没有登记新合同的。{_OPEN}",
                (_OPERATOR, _FROM, _ENDED),
                "-ends",
            ),
            Listed(
                "fees-ended",
                "收费标准已过期",
                f"同一项目没有新标准的。{_OPEN}",
                (_ITEM, _CARE, _ENDED),
                "-ends",
            ),
            Listed(
                "suspensions-ended",
                "过了恢复日期还停着",
                "公告里的恢复日期已过，运营状态还是暂停。",
                (Cell("effective_on", "暂停日期"), Cell("ends", "应恢复日期")),
                "ends",
            ),
        ),
    ),
    Group(
        "没有日期，或太久没有核对",
        (
            Listed(
                "stale",
                "太久没有核对",
                f"没有任何来源在这段时间里说到它。{_OPEN}",
                (Cell("confirmed_on", "最近核对", empty="从未"),),
                "confirmed_on",
            ),
            Listed(
                "grades-undated",
                "等级没有有效期",
                f"没有写到哪一天为止。{_OPEN}",
                (_LEVEL, _BODY, Cell("issued_on", "发证日期")),
                "issued_on",
            ),
            Listed(
                "fees-undated",
                "收费标准没有执行日期",
                f"有几条没有写从哪天起执行。{_OPEN}",
                (Cell("lines", "条数"),),
                "-lines",
            ),
            Listed(
                "beds-undated",
                "空床数没有日期",
                f"公布了空床数，没有说是哪一天的。{_OPEN}",
                (Cell("beds_free", "空床"), Cell("beds_total", "总床位")),
                "name",
            ),
        ),
    ),
    Group(
        "看着不对",
        (
            Listed(
                "prices-far",
                "价格与本县其他机构相差很远",
                "同一护理等级、床位护理膳食都公布了的月费，本县至少5家可比，与中位数相差超过1.8倍，而且明显在多数之外。只是提醒核对。",
                (
                    Cell("care_level", "护理等级"),
                    Cell("amount", "每月最低", CellKind.FEN),
                    Cell("middle", "本县中位数", CellKind.FEN),
                    Cell("homes", "可比家数"),
                ),
                "-amount",
            ),
            Listed(
                "positions-outside",
                "位置不在所属区县",
                "按区县界线，落在界外的；位置本来就不准的，按它可能的误差放宽。",
                (Cell("address", "地址"), Cell("metres", "离界线", CellKind.METRES)),
                "-metres",
            ),
            Listed(
                "grades-unproven",
                "等级没有证书号或评定机构",
                f"国家标准的等级，没有写证书号或评定机构；已过期、已撤销的不算。{_OPEN}",
                (_LEVEL, _BODY, _NUMBER, Cell("issued_on", "发证日期")),
                "name",
            ),
            Listed(
                "beds-impossible",
                "床位数对不上",
                f"护理型床位、空床或入住老人比总床位还多。{_OPEN}",
                (
                    Cell("beds_total", "总床位"),
                    Cell("beds_nursing", "护理型床位"),
                    Cell("beds_free", "空床"),
                    Cell("residents", "入住老人"),
                ),
                "name",
            ),
            Listed(
                "codes-shared",
                "几家用同一个统一社会信用代码",
                f"另一家可能在别的地区。{_OPEN}",
                (Cell("credit_code", "信用代码"), Cell("homes", "几家在用")),
                "credit_code",
            ),
        ),
    ),
)
BY_NAME = {listed.name: listed for group in GROUPS for listed in group.lists}
