"""What is found in the homes of the demo city, and how it is put right. Nobody real is spoken of."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.permissions import Department
from portal.supervision.kinds import ProblemCategory, Severity

_C, _S, _D = ProblemCategory, Severity, Department


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of problem. ``item``: of the inspection's list; ``days``: working days to put it right."""

    category: ProblemCategory
    department: Department
    severity: Severity
    item: str | None
    title: str
    text: str
    basis: str
    measure: str
    done: str
    seen: str
    """What was seen when it was accepted."""
    days: int = 15
    criterion: str | None = None
    picture: str | None = None
    """Which of the drawn pictures shows it."""


_SAFETY = "GB 38600-2019《养老机构服务安全基本规范》"
_RULES = "《养老机构管理办法》"
_FIRE = "《中华人民共和国消防法》"

STORIES: tuple[Story, ...] = (
    Story(
        _C.FIRE,
        _D.FIRE,
        _S.SERIOUS,
        "E13",
        "二楼东侧疏散通道堆放杂物",
        "二楼东侧疏散通道堆放轮椅、纸箱和旧床架，通道净宽不足，安全出口门前无法完全打开。",
        f"{_FIRE}第二十八条",
        "清空通道，划出禁止堆放的标线，每天两次巡查并记录。",
        "杂物已经清走，通道地面划了黄线，巡查表挂在护士站。",
        "通道畅通，安全出口门能完全打开，巡查记录连续。",
        5,
        picture="corridor",
    ),
    Story(
        _C.FIRE,
        _D.FIRE,
        _S.SERIOUS,
        "E14",
        "灭火器过期，应急照明不亮",
        "一层、三层共6具灭火器超过有效期，三层走廊4盏应急照明灯断电后不亮。",
        f"{_FIRE}第十六条",
        "更换灭火器，检修应急照明，与有资质的单位签订维保合同。",
        "灭火器全部更换，应急照明已经修好，维保合同已经签订。",
        "现场断电测试，应急照明全部点亮；灭火器压力正常。",
        7,
    ),
    Story(
        _C.FIRE,
        _D.FIRE,
        _S.SERIOUS,
        "E15",
        "室内给电动自行车充电",
        "员工在一层楼梯间给电动自行车充电，插线板从值班室接出。",
        "《中华人民共和国消防法》；电动自行车不得在室内停放、充电的规定",
        "清出车辆，封掉插座，在室外设充电棚，张贴告示。",
        "车辆清出，插座封闭，室外充电棚建成。",
        "楼梯间没有车辆和插线板，室外充电棚已经使用。",
        5,
    ),
    Story(
        _C.FIRE,
        _D.FIRE,
        _S.MAJOR,
        "E16",
        "违规使用易燃夹芯彩钢板搭建老人活动室",
        "后院活动室用泡沫夹芯彩钢板搭建，面积约90平方米，每天有老人活动。",
        "《养老机构重大事故隐患判定标准》第四条第三项",
        "立即停止使用并撤出人员，拆除或者换成不燃材料，验收后再用。",
        "活动室停用后已经拆除，活动改在主楼一层。",
        "原址已经清空，主楼一层活动室消防验收合格。",
        30,
        "4.3",
    ),
    Story(
        _C.BUILDING,
        _D.HOUSING,
        _S.MAJOR,
        None,
        "附楼经鉴定为C级危房，仍有老人居住",
        "附楼外墙裂缝明显，房屋安全鉴定为C级，二层仍安排老人居住。",
        "《养老机构重大事故隐患判定标准》第四条第一项",
        "老人全部搬到主楼，附楼封闭，加固并重新鉴定合格后再使用。",
        "老人已经全部搬到主楼，附楼加固完工，重新鉴定为B级。",
        "查看了重新鉴定报告和现场，附楼加固完成。",
        40,
        "4.1",
    ),
    Story(
        _C.BUILDING,
        _D.HOUSING,
        _S.SERIOUS,
        None,
        "屋顶漏水，三楼走廊墙皮脱落",
        "三楼走廊东头屋顶漏水，墙皮成片脱落，下面仍有老人进出。",
        "房屋安全管理的规定",
        "先封闭走廊东头，修好屋顶防水，铲除松动墙皮后重新粉刷。",
        "屋顶防水重做，墙面修好，走廊重新开放。",
        "雨后到场查看，没有渗水，墙面完好。",
        15,
    ),
    Story(
        _C.BUILDING,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "E6",
        "卫生间没有扶手，地面湿滑",
        "二层公共卫生间坐便器旁没有扶手，淋浴区没有防滑垫，地面有积水。",
        f"{_SAFETY}第6章",
        "装扶手，铺防滑垫，疏通地漏。",
        "扶手、防滑垫装好，地漏已经疏通。",
        "扶手牢固，地面干燥。",
        10,
        picture="bathroom",
    ),
    Story(
        _C.FOOD,
        _D.MARKET,
        _S.SERIOUS,
        "B3",
        "食堂没有按餐留样",
        "留样冰箱里只有当天中午的两个菜，前一天三餐没有留样，留样量也不够。",
        "《中华人民共和国食品安全法》；餐饮服务食品安全操作规范",
        "每餐每样留足125克，冷藏48小时以上，专人登记。",
        "买了留样盒，指定专人，登记本每天由院长签字。",
        "抽查三天的留样，品种、重量、时间都对得上。",
        5,
    ),
    Story(
        _C.FOOD,
        _D.MARKET,
        _S.SERIOUS,
        "B3",
        "冷库里有过期的冷冻肉",
        "冷库里发现两箱过期的冷冻肉，生熟食品混放，没有进货查验记录。",
        "《中华人民共和国食品安全法》",
        "销毁过期食品，生熟分开，补齐进货查验记录，厨房人员培训。",
        "过期食品已经销毁，冷库分区，进货台账补齐。",
        "现场查看冷库和台账，符合要求。",
        7,
    ),
    Story(
        _C.MEDICAL,
        _D.HEALTH,
        _S.SERIOUS,
        "C3",
        "药品没有按人分开保管",
        "护士站的药盒没有写姓名，两个人的药放在一格，发药没有核对签字。",
        f"{_SAFETY}第6章",
        "一人一盒，双人核对，发药签字。",
        "药柜换成一人一格，双人核对签字表已经使用。",
        "抽查十位老人的药格和签字，全部相符。",
        10,
    ),
    Story(
        _C.MEDICAL,
        _D.HEALTH,
        _S.SERIOUS,
        "C2",
        "医务室没有备案就给老人输液",
        "一层设有医务室并给老人输液，没有医疗机构执业许可或者备案。",
        "《医疗机构管理条例》",
        "停止诊疗，依法办理备案；在此之前与附近医院签约。",
        "输液已经停止，与县医院签约，医务室备案已经批准。",
        "查看了备案凭证和签约协议。",
        20,
    ),
    Story(
        _C.CARE,
        _D.CIVIL_AFFAIRS,
        _S.SERIOUS,
        "B1",
        "入住评估没有做，护理等级凭经验定",
        "抽查12份档案，7份没有入住评估表，护理等级由护理员凭经验填写。",
        f"{_RULES}第十五条",
        "补做评估并请老人或者家属确认，护理等级按结果调整。",
        "全部老人补做了评估，家属签字，三位老人的护理等级作了调整。",
        "抽查20份档案，评估表齐全。",
        15,
    ),
    Story(
        _C.CARE,
        _D.CIVIL_AFFAIRS,
        _S.SERIOUS,
        "B5",
        "夜间翻身记录中断",
        "失能老人护理区夜间两小时翻身记录有四个晚上空白，一位老人骶尾部皮肤发红。",
        f"{_SAFETY}第6章",
        "夜班增加一人，翻身记录改为床头卡，护理主管每晚抽查。",
        "夜班增加到三人，床头卡逐床悬挂，抽查有记录。",
        "夜间到场查看，翻身按时，记录连续。",
        10,
    ),
    Story(
        _C.CARE,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "E7",
        "防走失措施不落实",
        "认知障碍照护区的门没有关，护理员交接班时无人看护出口。",
        f"{_SAFETY}第6章",
        "门加装门磁报警，交接班时留人看守。",
        "门磁报警装好，交接班制度改好。",
        "试开门，报警声响，有人应答。",
        10,
    ),
    Story(
        _C.STAFF,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "A5",
        "护理员没有培训就上岗",
        "在岗护理员14人，其中5人没有岗前培训记录。",
        f"{_SAFETY}第4章",
        "停止单独顶岗，送培训，考核合格后再上岗。",
        "5人参加了县里的培训，考核合格。",
        "查看培训和考核记录，5人都合格。",
        20,
    ),
    Story(
        _C.FEES,
        _D.MARKET,
        _S.SERIOUS,
        "A3",
        "收费标准没有公示，另收“取暖费”",
        "大厅没有收费公示，冬季每人另收取暖费300元，协议里没有写。",
        "《中华人民共和国价格法》；《养老机构管理办法》",
        "退还多收的费用，在大厅公示全部收费项目。",
        "多收的费用全部退还，公示牌挂在大厅。",
        "查看退费签收表和公示牌。",
        10,
    ),
    Story(
        _C.FEES,
        _D.CIVIL_AFFAIRS,
        _S.SERIOUS,
        "A3",
        "预收费没有存入专用账户",
        "向入住老人预收半年以上费用，没有存入专用存款账户，没有向民政部门报告。",
        "《关于加强养老机构预收费监管的指导意见》",
        "超出期限的预收费退还，其余存入专用账户并报告。",
        "专用账户已经开立，超期部分全部退还。",
        "核对了银行回单和退费名册的笔数、金额。",
        20,
    ),
    Story(
        _C.CONTRACT,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "A2",
        "服务协议没有写退费办法",
        "抽查10份服务协议，都没有写退费条件和办法，没有写突发情况怎么处理。",
        _RULES,
        "换用示范文本，逐户补签。",
        "全部换签示范文本。",
        "抽查15份协议，条款齐全。",
        15,
    ),
    Story(
        _C.FILING,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "A1",
        "备案的床位数和实际不符",
        "备案床位60张，实际摆放74张，三人间加了第四张床。",
        _RULES,
        "拆除加床，或者变更备案；没有变更前不再收新人。",
        "加床拆除，备案变更为66张。",
        "逐间清点床位，与备案一致。",
        15,
    ),
    Story(
        _C.MANAGEMENT,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "E11",
        "一年没有组织应急演练",
        "应急预案还是三年前的，上一年没有演练记录，值班人员说不清疏散路线。",
        f"{_RULES}第三十一条",
        "修订预案，每半年演练一次，值班人员逐一考核。",
        "预案修订，组织了夜间疏散演练，有影像和总结。",
        "随机询问三名值班人员，都能说清路线。",
        15,
    ),
    Story(
        _C.MANAGEMENT,
        _D.CIVIL_AFFAIRS,
        _S.MINOR,
        "E10",
        "监控录像只能保存七天",
        "公共区域监控12路，3路黑屏，录像只能回看七天。",
        f"{_RULES}第二十八条",
        "修复黑屏，扩容硬盘，专人每周检查。",
        "12路全部恢复，硬盘扩容。",
        "回看到三十天前的画面。",
        10,
    ),
)


def story_of(word: str) -> Story:
    """Return the story whose title holds a word."""
    return next(story for story in STORIES if word in story.title)
