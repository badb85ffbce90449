"""Every domain term: English identifier → 中文 label → one line of meaning. The one home of labels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.fees import CareLevel, FeeBasis, FeeItem, FeeUnit, Room
from portal.domain.grading import GradeScale, GradeState
from portal.domain.registration import RegistrationState
from portal.institutions.models import (
    ClosureKind,
    ComplianceResult,
    Disposition,
    FoundHow,
    InstitutionKind,
    LegalForm,
    OperatingState,
    OperationMode,
    PositionPrecision,
    RegistryKind,
    Standard,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A label people read and, where it needs one, a sentence that explains it."""

    label: str
    meaning: str = ""


TERMS: dict[StrEnum, Term] = {
    RegistrationState.FILED: Term("已登记备案", "已登记为法人，并已向民政部门备案。"),
    RegistrationState.REGISTERED: Term(
        "已登记未备案",
        "已登记为法人，尚未向民政部门备案。收住第一位老人后10个工作日内备案即可，未备案不等于违法。",
    ),
    RegistrationState.UNREGISTERED: Term(
        "未登记", "没有独立的法人登记。乡镇敬老院由乡镇政府举办、尚未单独登记的，也属此类，不等于违法。"
    ),
    RegistrationState.DEREGISTERED: Term("已注销", "法人登记已经注销，不再是养老机构。"),
    GradeState.VALID: Term("有效"),
    GradeState.EXPIRING: Term("即将到期", "90天内到期。"),
    GradeState.EXPIRED: Term("已过期", "证书期限已过，未见新的评定结果。"),
    GradeState.REVOKED: Term("已撤销", "评定机构已撤销这一等级。"),
    GradeState.PENDING: Term("尚未生效"),
    GradeState.UNDATED: Term("未注明有效期", "公布的资料没有写明有效期。"),
    GradeScale.NATIONAL: Term(
        "国家标准", "《养老机构等级划分与评定》（GB/T 37276-2018），一级最低，五级最高。"
    ),
    GradeScale.LOCAL: Term("地方标准", "地方自己的等级，与国家标准的一级至五级不能相比。"),
    FeeItem.BED: Term("床位费"),
    FeeItem.CARE: Term("护理费"),
    FeeItem.MEALS: Term("膳食费"),
    FeeItem.ALL_IN: Term("综合收费", "一个价格，合计床位、护理、膳食。"),
    FeeItem.DEPOSIT: Term("押金", "入住时一次交纳，退住时按规定退还。"),
    FeeItem.OTHER: Term("其他费用"),
    CareLevel.SELF_CARE: Term("自理", "日常生活能自己料理。"),
    CareLevel.PARTIAL: Term("半失能", "吃饭、穿衣、洗澡、上厕所等有一部分要人帮忙。"),
    CareLevel.FULL: Term("失能", "日常生活大多要人照料，或长期卧床。"),
    CareLevel.DEMENTIA: Term("失智", "记忆或认知有障碍，需要专门照护。"),
    Room.SINGLE: Term("单人间"),
    Room.DOUBLE: Term("双人间"),
    Room.MULTI: Term("多人间"),
    FeeUnit.MONTH: Term("月"),
    FeeUnit.DAY: Term("天"),
    FeeUnit.YEAR: Term("年"),
    FeeUnit.ONCE: Term("一次"),
    FeeBasis.GOVERNMENT_SET: Term("政府定价"),
    FeeBasis.GOVERNMENT_GUIDED: Term("政府指导价"),
    FeeBasis.MARKET: Term("市场调节价"),
    InstitutionKind.WELFARE_HOME: Term("社会福利院"),
    InstitutionKind.TOWNSHIP_HOME: Term("乡镇敬老院"),
    InstitutionKind.NURSING_HOME: Term("养老院"),
    InstitutionKind.APARTMENT: Term("老年公寓"),
    InstitutionKind.NURSING_CENTRE: Term("护理院"),
    InstitutionKind.COMMUNITY_CENTRE: Term("社区养老服务中心"),
    InstitutionKind.OTHER: Term("其他"),
    LegalForm.PUBLIC_INSTITUTION: Term("事业单位"),
    LegalForm.SOCIAL_SERVICE: Term("社会服务机构", "民办非企业单位，非营利。"),
    LegalForm.COMPANY: Term("企业"),
    LegalForm.INDIVIDUAL: Term("个体工商户"),
    LegalForm.OTHER: Term("其他"),
    OperationMode.PUBLIC_PUBLIC: Term("公建公营", "政府建，政府管。"),
    OperationMode.PUBLIC_PRIVATE: Term("公建民营", "政府建，交给社会力量运营。"),
    OperationMode.PRIVATE_SUBSIDISED: Term("民办公助", "社会力量办，政府补助。"),
    OperationMode.PRIVATE: Term("民办", "社会力量办。"),
    OperatingState.OPERATING: Term("运营中"),
    OperatingState.NOT_OPENED: Term("尚未运营"),
    OperatingState.SUSPENDED: Term("暂停服务"),
    OperatingState.CLOSED: Term("已关停"),
    OperatingState.MERGED: Term("已合并"),
    PositionPrecision.EXACT: Term("准确位置"),
    PositionPrecision.STREET: Term("所在街道附近"),
    PositionPrecision.TOWNSHIP: Term("所在乡镇"),
    PositionPrecision.COUNTY: Term("所在县"),
    PositionPrecision.CITY: Term("所在市"),
    RegistryKind.PUBLIC_INSTITUTIONS: Term("事业单位登记"),
    RegistryKind.SOCIAL_ORGANISATIONS: Term("社会服务机构登记"),
    RegistryKind.MARKET: Term("市场主体登记"),
    FoundHow.INSPECTION: Term("检查发现"),
    FoundHow.PUBLIC_REPORT: Term("群众反映"),
    FoundHow.TRANSFERRED: Term("部门移交"),
    FoundHow.SURVEY: Term("排查摸底"),
    Disposition.RECTIFYING: Term("限期整改"),
    Disposition.SUSPENDED: Term("停止收住老人"),
    Disposition.SHUT: Term("已关停", "老人已妥善安置。"),
    Disposition.REGISTERED: Term("已补办登记"),
    Disposition.NOT_A_HOME: Term("经核实不是养老机构"),
    Standard.SERVICE_SAFETY: Term(
        "服务安全基本规范", "《养老机构服务安全基本规范》（GB 38600-2019），强制性国家标准。"
    ),
    Standard.FIRE_SAFETY: Term("消防安全"),
    ComplianceResult.PASSED: Term("达标"),
    ComplianceResult.RECTIFYING: Term("整改中"),
    ComplianceResult.FAILED: Term("未达标"),
    ClosureKind.SUSPENSION: Term("暂停服务"),
    ClosureKind.CLOSURE: Term("关停"),
    ClosureKind.MERGER: Term("合并"),
    ClosureKind.CONVERSION: Term("转型"),
}


def label(value: StrEnum | None, *, unknown: str = "未公布") -> str:
    """Return the Chinese label of an enum member; ``unknown`` for None."""
    return unknown if value is None else TERMS[value].label


def meaning(value: StrEnum) -> str:
    """Return the explaining sentence of a term, or an empty text."""
    return TERMS[value].meaning
