"""Numbers that lead to a person are masked however they are typed; those of cases and money stay."""

from __future__ import annotations

import pytest

from portal.domain.redaction import MaskKind, propose

PHONE, ID, CARD = MaskKind.PHONE, MaskKind.IDENTITY_NUMBER, MaskKind.BANK_CARD
BORN, PLATE, MAIL = MaskKind.BIRTH_DATE, MaskKind.PLATE, MaskKind.MAIL
ACCOUNT, NUMBER, ROOM = MaskKind.ACCOUNT, MaskKind.NUMBER, MaskKind.ROOM
DOOR, ILL = MaskKind.ADDRESS, MaskKind.ILLNESS


def masked(text: str) -> list[tuple[MaskKind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in propose(text)]


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("打13800138000", PHONE, "13800138000"),
        ("打138 0013 8000", PHONE, "138 0013 8000"),
        ("打138-0013-8000", PHONE, "138-0013-8000"),
        ("打138.0013.8000", PHONE, "138.0013.8000"),
        ("打1 3 8 0 0 1 3 8 0 0 0", PHONE, "1 3 8 0 0 1 3 8 0 0 0"),
        ("打１３８００１３８０００", PHONE, "１３８００１３８０００"),
        ("打一三八零零一三八〇〇〇", PHONE, "一三八零零一三八〇〇〇"),
        ("打幺三八，零零幺三，八零零零", PHONE, "幺三八，零零幺三，八零零零"),
        ("打+86 13800138000", PHONE, "+86 13800138000"),
        ("打+852 9123 4567", PHONE, "+852 9123 4567"),
        ("打0512-58231234转8012", PHONE, "0512-58231234转8012"),
        ("打（0512）58231234", PHONE, "（0512）58231234"),
        ("打010 8365 6789", PHONE, "010 8365 6789"),
        ("电话83656789-801", PHONE, "83656789-801"),
        ("打5823-1234", PHONE, "5823-1234"),
        ("身份证110101193805020012", ID, "110101193805020012"),
        ("身份证11010119380502001X", ID, "11010119380502001X"),
        ("身份证１１０１０１１９３８０５０２００１Ｘ", ID, "１１０１０１１９３８０５０２００１Ｘ"),
        ("身份证110101 1938 0502 0012", ID, "110101 1938 0502 0012"),
        ("老证110101380502001", ID, "110101380502001"),
        ("少写一位11010119380502001", ID, "11010119380502001"),
        ("多写一位1101011938050200123", CARD, "1101011938050200123"),
        ("没有这一天110101209913390012", ID, "110101209913390012"),
        ("护照E12345678", ID, "E12345678"),
        ("卡号6222 0212 3456 7890 123", CARD, "6222 0212 3456 7890 123"),
        ("卡号4111-1111-1111-1111", CARD, "4111-1111-1111-1111"),
        ("医保卡号012345678901", NUMBER, "012345678901"),
        ("工号A0231", NUMBER, "A0231"),
        ("车牌京A12345", PLATE, "京A12345"),
        ("车牌苏E·12345", PLATE, "苏E·12345"),
        ("车牌沪AD12345", PLATE, "沪AD12345"),
        ("写信到someone.else@example.com", MAIL, "someone.else@example.com"),
        ("微信号：wang_lao66", ACCOUNT, "wang_lao66"),
        ("加我微信abc12345", ACCOUNT, "abc12345"),
        ("QQ 12345678", ACCOUNT, "12345678"),
        ("出生于1938年5月2日", BORN, "1938年5月2日"),
        ("1938.5.2出生", BORN, "1938.5.2"),
        ("生于一九三八年五月初二", BORN, "一九三八年五月初二"),
        ("王某，女，1938年5月2日，汉族", BORN, "1938年5月2日"),
        ("住302房", ROOM, "302房"),
        ("住3号楼205室12床", ROOM, "3号楼205室12床"),
        ("住三号楼二零一室五床", ROOM, "三号楼二零一室五床"),
        ("在12床", ROOM, "12床"),
        ("床号：A12", ROOM, "A12"),
        ("房间号：二〇三", ROOM, "二〇三"),
        ("住B栋502", ROOM, "B栋502"),
        ("家住建设路12号3单元501", DOOR, "建设路12号3单元501"),
        ("住人民路88弄5号202室", DOOR, "人民路88弄5号202室"),
        ("幸福里小区3-2-501", DOOR, "3-2-501"),
        ("得了2型糖尿病", ILL, "2型糖尿病"),
        ("左侧偏瘫", ILL, "左侧偏瘫"),
        ("诊断为股骨颈骨折", ILL, "股骨颈骨折"),
        ("患轻度认知障碍", ILL, "轻度认知障碍"),
        ("肺癌晚期", ILL, "肺癌晚期"),
    ],
)
def test_what_leads_to_a_person_is_masked_whole(text: str, kind: MaskKind, piece: str) -> None:
    assert masked(text) == [(kind, piece)]


@pytest.mark.parametrize(
    "text",
    [
        "案号(2014)丰民初字第12886号，（2020）京0106民初31934号",
        "〔2018〕116号，京民发[2019]3号，GB/T 35796-2017",
        "打12345、110、119、120、12388、12315、96156、95588或400-810-1234",
        "每月3,200元，押金10000元，共计1200000.50元，￥5000，3万元",
        "2023年5月6日，2023-05-06 14:30，20230506，5月6日上午9:30",
        "证号125330********，电话138****8000",
        "信用代码52110000MJ0012345X，备案号202305060001，工单号20230506123456",
        "床位120张，有30张床，3间房，2个房间，三人间，房费2000元，3室1厅，1床被子",
        "咨询电话：0512-56781234，监督电话0512-56781235",
        "机构位于解放路5号，民政局在长江路1号办公",
        "失智照护专区，肿瘤医院，慢性病管理，流感疫苗，新冠疫情期间，系统瘫痪，集中风险排查",
        "自理300、半自理500-1000，床位500-1000张",
        "微信公众号shimin_zheng",
    ],
)
def test_what_says_nothing_about_a_person_stays(text: str) -> None:
    assert masked(text) == []


def test_two_numbers_side_by_side_are_two() -> None:
    assert masked("13800138000/13900139000") == [(PHONE, "13800138000"), (PHONE, "13900139000")]
    assert masked("2023-04-15 13800138000") == [(PHONE, "13800138000")]
