"""What the counties' guides to concentrated care (集中照护) say."""

from __future__ import annotations

from typing import Any

from portal.institutions.demo.identity import bureau_telephone
from portal.institutions.demo.regions import COUNTIES, County

_WHO = (
    "具有本县户籍，并同时符合下面两条的老年人可以申请：\n"
    "一是经济困难：最低生活保障对象，或者最低生活保障边缘家庭成员；\n"
    "二是经评估为完全失能（吃饭、穿衣、上下床、上厕所、室内走动、洗澡六项都要人帮助）。\n"
    "特困人员已经由供养机构照护的，不重复申请。"
)
_STEPS = (
    "老人本人或家属到户籍地乡镇（街道）便民服务中心提出申请，行动不便的可以打电话请工作人员上门",
    "乡镇（街道）核对低保等信息，5个工作日内报{bureau}",
    "{bureau}委托评估机构上门评估，家属要在场",
    "评估结果公示7天，没有异议的，发给入住通知",
    "老人和家属从名录中选一家集中照护机构，签订照护协议后入住",
    "补助由{bureau}按月直接拨给机构，家属只交超出补助的部分",
)
_PAPERS = (
    "老人身份证、户口簿复印件",
    "低保证或低保边缘家庭认定书复印件",
    "残疾人证或近半年的病历、出院小结（没有的可以不交）",
    "代办人身份证复印件和委托书（家属代办时）",
    "《经济困难失能老年人集中照护申请表》，窗口领取，工作人员可以代填",
)
_FEES = (
    "入住费用不超过每人每月{fee}元，含床位、护理、膳食。超出补助的部分由家庭承担，机构不得另收押金和其他费用。",
    "按机构公示的失能照护价格执行，最高不超过每人每月{fee}元；住院期间只收床位费。",
)
_SUBSIDIES = (
    "低保对象中的完全失能老年人每人每月补助{subsidy}元；低保边缘家庭成员减半。",
    "每人每月补助{subsidy}元，与高龄津贴可以同时享受，与护理补贴只能选一项。",
)


def guide_of(county: County) -> dict[str, Any]:
    """Return the columns of a county's guide. 枕石县's is incomplete: it has not said what is paid."""
    number = COUNTIES.index(county)
    fee, subsidy = 2000 + 150 * (number % 4), 1100 + 100 * (number % 5)
    guide: dict[str, Any] = {
        "region_code": county.code,
        "who_may_apply": _WHO if county.name.endswith("县") else _WHO.replace("本县", "本" + county.name[-1]),
        "steps": "\n".join(step.format(bureau=county.bureau) for step in _STEPS),
        "papers": "\n".join(_PAPERS[: 5 if number % 2 else 4]),
        "office": f"{county.bureau}养老服务股",
        "office_address": f"{county.name}{county.townships[0]}橘灯路{18 + number}号{1 + number % 3}楼",
        "phone": bureau_telephone(county),
        "time_limit_working_days": (20, 25, 20, 30, 20, 22, 30, 18)[number],
        "fee_standard": _FEES[number % 2].format(fee=fee),
        "subsidy": _SUBSIDIES[number % 2].format(subsidy=subsidy),
    }
    if county.name == "枕石县":
        guide |= dict.fromkeys(("office_address", "time_limit_working_days", "fee_standard", "subsidy"))
    return guide
