"""The topics of the demo city: what stood for the vote, what was chosen, what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.permissions import Department
from portal.domain.topic_targets import TopicMetric
from portal.topics.kinds import Verdict

_D, _M = Department, TopicMetric


@dataclass(frozen=True, slots=True)
class Aim:
    """A target of a topic: a share in percent, or a number in ``unit``. ``value``: of one entered by hand."""

    title: str
    metric: TopicMetric
    goal: int
    percent: bool = True
    unit: str = "%"
    value: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone: due so many days after work began; ``done`` days after it began, None: not yet."""

    title: str
    due: int
    done: int | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tale:
    """A topic. ``votes``: how many ballots name it, about; ``judged``: carry on, done."""

    key: str
    title: str
    why: str
    demands: str
    department: Department
    joint: tuple[Department, ...]
    category: str | None
    votes: int
    aims: tuple[Aim, ...] = ()
    steps: tuple[Step, ...] = ()
    judged: tuple[int, int] = (0, 0)
    conclusion: Verdict | None = None
    conclusion_words: str = ""
    left_out: str = ""


LAST_YEAR: tuple[Tale, ...] = (
    Tale(
        "exits",
        "疏散通道不畅通、消防设施带病运行",
        "去年群众点题里，说得最多的是走廊堆物、消防门上锁、应急灯不亮。夜里一旦起火，失能老人最难逃。",
        "逐家检查疏散通道、消防门、应急灯和电线；当场能改的当场改，不能改的限期；一个月后回头看。",
        _D.FIRE,
        (_D.CIVIL_AFFAIRS, _D.HOUSING),
        "fire",
        26,
        (
            Aim("消防类问题销号", _M.PROBLEMS_CLEARED, 100),
            Aim("重大隐患消除", _M.MAJOR_CLEARED, 100),
            Aim("上门检查", _M.HOMES_INSPECTED, 100),
        ),
        (
            Step("印发整治方案", 10, 8, "方案已经印发到各县（市、区）。"),
            Step("第一轮逐家检查", 90, 84, "在营机构都查了一遍，问题登账、公开。"),
            Step("回头看", 180, 196, "对销号的问题回头看，反弹的重新登账。"),
        ),
        (17, 44),
        Verdict.DONE,
        "多数群众认为可以结题。反弹的问题转入日常监管，每季度抽查一次。",
    ),
    Tale(
        "fees",
        "收费不透明、退费难",
        "入住后另加名目、押金拖着不退、临时涨价，家属最气的就是这些。",
        "收费标准全部上网；抽查账单；推行服务协议示范文本，写明退费和调价的期限。",
        _D.MARKET,
        (_D.CIVIL_AFFAIRS,),
        "fees",
        28,
        (
            Aim("收费类问题销号", _M.PROBLEMS_CLEARED, 100),
            Aim("签新版服务协议的机构", _M.BY_HAND, 120, False, "家", 104, "市市场监管局季度统计"),
        ),
        (
            Step("收费标准全部上网", 60, 52, "在营机构的收费标准都能在本站查到。"),
            Step("抽查账单", 120, 118, "抽查账单三百份，多收的已退。"),
            Step("推行新版服务协议", 200, None),
        ),
        (39, 21),
        Verdict.CARRY_ON,
        "多数群众认为还要深化。新版协议还没有全部签完，明年继续整治。",
    ),
    Tale(
        "visiting",
        "探望时间太短",
        "上班的人去不了，老人盼着见人。",
        "各院公布不少于八小时的探望时间。",
        _D.CIVIL_AFFAIRS,
        (),
        None,
        14,
        left_out="已经通过日常监管解决：各院都公布了新的探望时间。",
    ),
)

THIS_YEAR: tuple[Tale, ...] = (
    Tale(
        "night",
        "夜间照护人手不足",
        "叫铃没人应、翻身不及时，多数发生在夜里。群众点题里支持最多的一类。",
        "夜班每层至少两名护理员；叫铃五分钟内有人到；照护记录给家属看。",
        _D.CIVIL_AFFAIRS,
        (_D.HEALTH,),
        "care",
        32,
        (
            Aim("照护类问题销号", _M.PROBLEMS_CLEARED, 90),
            Aim("整改通知办结", _M.NOTICES_CLEARED, 90),
        ),
        (
            Step("夜查第一轮", 60, 57, "夜查在营机构，人手不够的责令补齐。"),
            Step("照护记录卡挂到房门口", 120, 131, "公办院全部挂上，民办院完成七成。"),
            Step("夜查第二轮", 190, 188, "第一轮查出的，绝大多数已补人。"),
        ),
        (12, 15),
    ),
    Tale(
        "bathrooms",
        "卫生间没有扶手、地面湿滑",
        "老人摔跤最多的地方是卫生间。",
        "公办院年底前全部装扶手、铺防滑垫，民办院给予补助。",
        _D.CIVIL_AFFAIRS,
        (_D.HOUSING,),
        "building",
        25,
        (
            Aim("达到国家强制标准", _M.HOMES_TO_STANDARD, 100),
            Aim("完成改造的卫生间", _M.BY_HAND, 600, False, "间", 431, "各县（市、区）民政局上报"),
        ),
        (
            Step("摸清底数", 30, 26, "需要改造的卫生间六百间，名单已公开。"),
            Step("公办院改完", 170, 165, "公办院全部改完。"),
            Step("民办院改完", 300, None),
        ),
    ),
    Tale(
        "canteens",
        "长者食堂太少、只做午饭",
        "没有食堂的镇还有一半，晚饭没有着落。",
        "新建二十个助餐点；六个食堂试行晚餐；公布菜谱和价钱。",
        _D.CIVIL_AFFAIRS,
        (_D.MARKET,),
        "food",
        30,
        (
            Aim("新建助餐点", _M.BY_HAND, 20, False, "个", 13, "市民政局月报"),
            Aim("食品类问题销号", _M.PROBLEMS_CLEARED, 100),
        ),
        (
            Step("六个食堂开晚餐", 90, 88, "六个食堂已开晚餐，平均每天一百四十人。"),
            Step("新建十个助餐点", 150, 162, "十个已开，还有三个在装修。"),
            Step("二十个全部开餐", 280, None),
        ),
    ),
    Tale(
        "carers",
        "护理员流动大、持证的少",
        "刚认得老人就走了，持证的人没有公布。",
        "公布持证人数；培训班办到县里；工号牌全部佩戴。",
        _D.CIVIL_AFFAIRS,
        (_D.HEALTH,),
        "staff",
        13,
        left_out="并入明年的护理员培训工程，今年先公布持证人数。",
    ),
)

COUNTY_NOW: tuple[Tale, ...] = (
    Tale(
        "home_bath",
        "上门助浴请不到人",
        "住在家里的失能老人，洗澡最难。",
        "每个街道至少两名经过培训的助浴员，价格公布，困难老人有补助。",
        _D.CIVIL_AFFAIRS,
        (_D.HEALTH,),
        None,
        9,
    ),
    Tale(
        "call_button",
        "独居老人没有呼叫器",
        "摔倒没人知道，是独居老人家里人最怕的事。",
        "八十岁以上独居老人免费安装，二十四小时有人应答。",
        _D.CIVIL_AFFAIRS,
        (),
        None,
        12,
    ),
    Tale(
        "day_care",
        "日间照料中心关门太早",
        "上班的人接送不了。",
        "七点半开门，十八点关门。",
        _D.CIVIL_AFFAIRS,
        (),
        None,
        5,
    ),
)

WORDS_OF_JUDGES: tuple[tuple[str, Verdict, str], ...] = (
    ("exits", Verdict.DONE, "我妈那家院的走廊真的清出来了，上个月去还是干净的。"),
    ("exits", Verdict.CARRY_ON, "城里好了，乡下的敬老院应急灯还是不亮。"),
    ("fees", Verdict.CARRY_ON, "价目是上墙了，可是退押金还是拖了两个月。"),
    ("fees", Verdict.DONE, "涨价提前一个月说了，这点做到了。"),
    ("night", Verdict.CARRY_ON, "查的那几天人多，过后又少了。"),
)
