"""What commitment letters (备案信用承诺书) say. No signatory is ever named."""

from __future__ import annotations

from random import Random

from portal.institutions.demo.regions import County

_OPENING = "为规范服务行为，维护老年人合法权益，{name}在办理养老机构备案时，向{bureau}和社会公众郑重承诺："
_ALWAYS = (
    "本机构提交的备案申请书、登记证书、场地证明等材料真实、合法、有效，与实际情况一致。",
    "按照《养老机构服务安全基本规范》（GB 38600-2019）开展服务，落实噎食、压疮、坠床、烫伤、跌倒、走失、"
    "他伤和自伤、食品药品误食、文娱活动意外等九项风险防范。",
    "建筑、消防、食品安全、医疗卫生等符合法律法规和强制性国家标准；不满足条件的，不收住老年人。",
    "不以任何形式欺老、虐老，不限制老年人人身自由，尊重老年人的人格和隐私。",
)
_SOMETIMES = (
    "收费项目和标准在大厅醒目位置公示，明码标价，不在合同之外另行收费；调整收费标准提前30日公示并告知家属。",
    "与每一位入住老年人或其代理人签订服务协议，协议写明退住和退费办法；未签协议不收费。",
    "不收取大额预付费，不以办理会员卡、发放消费卡、投资返利等名义向老年人集资。",
    "护理人员经过培训后上岗；夜间每一楼层至少有一名工作人员值守，每两小时巡查一次。",
    "每月组织一次消防设施检查，每半年组织一次疏散演练，消防通道全天畅通。",
    "食堂实行明厨亮灶，每餐留样48小时，每周菜单提前张贴。",
    "不利用养老机构的房屋、场地、设施开展与养老服务无关的活动，不允许推销保健品。",
    "暂停或终止服务前60日向备案机关报告，并制定老年人安置方案，老人未妥善安置不关门。",
    "自觉接受民政部门和社会监督，投诉当日登记，五个工作日内答复。",
)
_CLOSING = (
    "以上承诺如有违反，愿意承担相应的法律责任，并同意将失信信息记入信用档案、向社会公开。",
    "本承诺书向社会公开。如有不实或违反承诺，自愿接受处理，由此造成的损失由本机构承担。",
)


def commitment_body(name: str, county: County, rng: Random) -> str:
    """Return the letter's words, one paragraph a line."""
    promises = [*_ALWAYS, *rng.sample(_SOMETIMES, rng.randint(3, 6))]
    numbered = [f"{number}. {promise}" for number, promise in enumerate(promises, start=1)]
    opening = _OPENING.format(name=name, bureau=county.bureau)
    return "\n".join((opening, *numbered, rng.choice(_CLOSING), f"承诺单位：{name}（公章）"))
