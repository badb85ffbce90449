"""Names of persons are found by what stands around them, and names of homes and places are left alone."""

from __future__ import annotations

import pytest

from portal.domain.redaction import MaskKind, apply, propose


def masked_names(text: str, **known: list[str]) -> list[str]:
    maskings = propose(text, **known)
    return [text[one.start : one.end] for one in maskings if one.kind is MaskKind.NAME]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我母亲陈桂芳去年三月入住", ["陈桂芳"]),
        ("张女士反映的王某的母亲李秀英已经转院", ["张", "李秀英"]),
        ("经办人赵强，复核人孙丽丽", ["赵强", "孙丽丽"]),
        ("经办人：赵强", ["赵强"]),
        ("昨天下午周玉珍把老人推倒在走廊里", ["周玉珍"]),
        ("王芳说没有药，刘建军也这样说", ["王芳", "刘建军"]),
        ("护理员吴敏、郑小红和冯兰当晚都不在", ["吴敏", "郑小红", "冯兰"]),
        ("家属（何志刚，老人长子）当场提出异议", ["何志刚"]),
        ("我叫欧阳娜娜，父亲是司马长风", ["欧阳娜娜", "司马长风"]),
        ("隔壁的张阿姨和李师傅都看见了，王护士长没来", ["张", "李", "王"]),
        ("老周和小李轮流看着，姓马的护工不管", ["周", "李", "马"]),
        ("护士于洋和院长高明都不在", ["于洋", "高明"]),
        ("联系人：王　芳，家属李 秀 英", ["王　芳", "李 秀 英"]),
        ("阿依古丽·买买提说护工打人", ["阿依古丽·买买提"]),
        ("護士張麗華說沒有藥", ["張麗華"]),
        ("护工小芳半夜不来", ["小芳"]),
        ("护工王\u200b芳打人", ["王\u200b芳"]),
        ("投诉人韩雪梅，其父韩守义在院内走失", ["韩雪梅", "韩守义"]),
        ("同屋的陈王氏可以作证", ["陈王氏"]),
        ("爸爸艾力•卡德尔和妈妈帕提古丽・玉素甫住一间", ["艾力•卡德尔", "帕提古丽・玉素甫"]),
        ("护工卓玛措不会讲汉语", ["卓玛措"]),
        ("销售Jenny说可以退，Jenny走了", ["Jenny", "Jenny"]),
        ("我姓逯，弓长张的张姐知道", ["逯", "张", "张"]),
        ("我叫安康，签发：方正", ["安康", "方正"]),
        ("我 要 投 诉  护 工 赵 玉 兰", ["赵 玉 兰"]),
        ("护士章䶮来过，䶮字打不出", ["章䶮", "䶮"]),
        ("请尽快处理。\n此致\n敬礼\n李建华\n2023年5月4日", ["李建华"]),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert masked_names(text) == names


def test_a_name_is_found_again_without_its_cue_and_without_its_surname() -> None:
    assert masked_names("护工魏银娣打人。没人劝得住魏银娣，银娣还骂人") == ["魏银娣", "魏银娣", "银娣"]


@pytest.mark.parametrize(
    "text",
    [
        "张家港养老院、王村敬老院和李庄的老人都说好",
        "我们去过李家沟、石家庄和马家湾，都没有床位",
        "院长高度重视，马上安排人员值班，任何费用都可以退还",
        "院方主任表示程序合法，对方经理全部否认，时任院长已经离开",
        "护工应该常常翻身，老人全身是伤，家属万分难过",
        "徐××、骆某某、李**和王某都已处理",
        "向院长反映，和护士长商量，由主任决定，于次日答复",
        "丰台区温馨家园养老院、李时珍医院和黄山路派出所",
        "方便家属，费用合理，温水充足，左腿无伤，白天有人",
        "泰康之家·甬园和悦年华·颐养社区都来过",
        "见丰民函〔2024〕36号、京卫医罚〔2023〕9号",
        "连院长都说没事，关于林氏康养有限公司的线索",
        "只用一个Cookie，按Tab键移动，要装Python",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert propose(text) == []


def test_a_name_known_to_the_case_is_found_however_it_stands() -> None:
    text = "高兴来了，安全也在，跟李 秀\u3000英说过"
    assert masked_names(text) == []
    assert masked_names(text, known_names=["高兴", "安全", "李秀英"]) == ["高兴", "安全", "李 秀\u3000英"]


def test_a_name_that_is_a_word_is_found_as_a_name_and_left_as_a_word() -> None:
    assert masked_names("我叫高兴。大家都很高兴，高兴哭了", known_names=["高兴"]) == ["高兴", "高兴"]


def test_the_name_of_a_home_of_the_case_is_kept_whole() -> None:
    text = "王丽华之家的护工王丽华"
    assert masked_names(text, keep=["王丽华之家"]) == ["王丽华"]
    assert apply(text, propose(text, keep=["王丽华之家"])) == "王丽华之家的护工王某"


def test_the_representative_in_a_penalty_decision_is_public_unless_the_case_knows_the_name() -> None:
    text = "行政处罚决定书载明法定代表人：王建军。护工赵芳被解聘，王建军道歉"
    assert masked_names(text) == ["赵芳"]
    assert masked_names(text, known_names=["王建军"]) == ["王建军", "赵芳", "王建军"]
    assert masked_names("法定代表人：王建军") == ["王建军"]


def test_two_of_one_surname_stay_two() -> None:
    text = "护工李秀英和护工李建国，李建国先动手，欧阳娜没有，陈阿姨看见"
    assert apply(text, propose(text)) == "护工李某甲和护工李某乙，李某乙先动手，欧阳某没有，某阿姨看见"
