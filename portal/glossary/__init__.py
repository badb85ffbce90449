"""Every domain term: English identifier → 中文 label → one line of meaning. The one home of labels."""

from __future__ import annotations

from enum import StrEnum

from portal.accounts.models import LinkPurpose
from portal.alerts.kinds import AlertTopic
from portal.complaints.kinds import (
    Appearance,
    Category,
    Channel,
    DraftKind,
    DraftState,
    Finding,
    Rating,
    WhyExcluded,
)
from portal.complaints.service.publication_words import Also
from portal.corrections.models import KnownHow
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.correction_state import CorrectionEvent, CorrectionState
from portal.domain.fees import CareLevel, FeeBasis, FeeItem, FeeUnit, Room
from portal.domain.grading import GradeScale, GradeState
from portal.domain.import_state import ImportSection, ImportState
from portal.domain.permissions import DEPARTMENT_TITLES, ROLE_TITLES
from portal.domain.redaction import MaskKind
from portal.domain.registration import RegistrationState
from portal.domain.response_clock import Judgement
from portal.domain.unregistered_home import Stage
from portal.domain.working_days import Arranged, DayKind
from portal.glossary.accountability import ACCOUNTABILITY
from portal.glossary.supervision import SUPERVISION
from portal.glossary.surveys import SURVEYS
from portal.glossary.term import Term
from portal.glossary.term import key_of as _of
from portal.glossary.topics import TOPICS
from portal.glossary.voices import VOICES
from portal.institutions.field_forms import BLOCK_TITLES
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
from portal.intake.models import FileBy, FileKind

_PLAIN: tuple[tuple[StrEnum, str], ...] = (
    (Channel.WEB, "网上"), (Channel.PHONE, "电话"), (Channel.LETTER, "来信"), (Channel.VISIT, "来访"),
    (Rating.SATISFIED, "满意"), (Rating.FAIR, "基本满意"), (Rating.UNSATISFIED, "不满意"),
    (Finding.TRUE, "属实"), (Finding.PARTLY, "部分属实"), (Finding.NOT_TRUE, "不属实"),
    (Finding.UNCLEAR, "无法查实"),
    (DraftKind.REPLY, "办理答复"), (DraftKind.FIRST_ANSWER, "首次答复"),
    (DraftKind.REFUSAL, "不予受理的决定"), (DraftKind.PUBLICATION, "公开的文字"),
    (DraftState.WRITING, "正在写"), (DraftState.SUBMITTED, "等待审核"), (DraftState.RETURNED, "退回修改"),
    (WhyExcluded.NAMED, "投诉里提到"), (WhyExcluded.EARLIER, "以前办理过"),
    (WhyExcluded.RELATED, "审核人员认为应当回避"),
    (CaseStatus.ASSIGNED, "已交承办人"), (CaseStatus.IN_PROGRESS, "办理中"), (CaseStatus.CLOSED, "已办结"),
    (CaseStatus.WITHDRAWN, "已撤回"),
    (CaseEvent.LODGE, "登记"), (CaseEvent.ACCEPT, "受理"), (CaseEvent.REFUSE, "不予受理"),
    (CaseEvent.ASSIGN, "交给承办人"), (CaseEvent.START, "开始办理"), (CaseEvent.ACKNOWLEDGE, "接收转来的件"),
    (CaseEvent.TRANSFER, "转办"), (CaseEvent.ASK, "向投诉人提问"), (CaseEvent.ANSWER_QUESTION, "投诉人回答"),
    (CaseEvent.EXTEND, "延长办理期限"), (CaseEvent.REPLY, "办理答复"), (CaseEvent.CLOSE, "办结"),
    (CaseEvent.ASK_AGAIN, "要求再次办理"), (CaseEvent.WITHDRAW, "撤回"), (CaseEvent.ADD, "补充材料"),
    (CaseEvent.RATE, "评价"), (CaseEvent.NOTE, "内部备注"), (CaseEvent.MERGE, "并案"),
    (CaseEvent.UNMERGE, "取消并案"), (CaseEvent.TRIAGE, "定轻重缓急"), (CaseEvent.REDATE, "更正收到日期"),
    (CaseEvent.HAND_OVER_CLUE, "移交线索"), (CaseEvent.FIND_TRUE, "查证属实"), (CaseEvent.PUBLISH, "公开"),
    (CaseEvent.UNPUBLISH, "撤下公开"), (CaseEvent.RECOMPUTE, "按新日历重算期限"),
    (CaseEvent.SUBMIT_REPLY, "送审"), (CaseEvent.RETURN_REPLY, "退回修改"), (CaseEvent.HOLD, "延长保存"),
    (CaseEvent.RELEASE_HOLD, "取消延长保存"), (CaseEvent.ERASE, "销毁内容"),
    (FileKind.PHOTO, "照片"), (FileKind.PDF, "PDF文件"),
    (FileBy.CITIZEN, "投诉人"), (FileBy.STAFF, "工作人员"),
    (MaskKind.NAME, "姓名"), (MaskKind.PHONE, "电话"), (MaskKind.IDENTITY_NUMBER, "证件号码"),
    (MaskKind.BANK_CARD, "银行卡号"), (MaskKind.BIRTH_DATE, "出生日期"), (MaskKind.PLATE, "车牌"),
    (MaskKind.MAIL, "邮箱"), (MaskKind.ACCOUNT, "社交账号"), (MaskKind.NUMBER, "号码"),
    (MaskKind.ADDRESS, "住址"), (MaskKind.ROOM, "房号床号"), (MaskKind.ILLNESS, "病情"),
    (Also.HOME, "机构名称"), (Also.DAY, "具体日子"),
)  # fmt: skip
"""Terms that explain themselves."""

TERMS: dict[tuple[type[StrEnum], str], Term] = {
    _of(RegistrationState.FILED): Term("已登记备案", "已登记为法人，并已向民政部门备案。"),
    _of(RegistrationState.REGISTERED): Term(
        "已登记未备案",
        "已登记为法人，尚未向民政部门备案。收住第一位老人后10个工作日内备案即可，未备案不等于违法。",
    ),
    _of(RegistrationState.UNREGISTERED): Term(
        "未登记", "没有独立的法人登记。乡镇敬老院由乡镇政府举办、尚未单独登记的，也属此类，不等于违法。"
    ),
    _of(RegistrationState.DEREGISTERED): Term("已注销", "法人登记已经注销，不再是养老机构。"),
    _of(GradeState.VALID): Term("有效"),
    _of(GradeState.EXPIRING): Term("即将到期", "90天内到期。"),
    _of(GradeState.EXPIRED): Term("已过期", "证书期限已过，未见新的评定结果。"),
    _of(GradeState.REVOKED): Term("已撤销", "评定机构已撤销这一等级。"),
    _of(GradeState.PENDING): Term("尚未生效"),
    _of(GradeState.UNDATED): Term("未注明有效期", "公布的资料没有写明有效期。"),
    _of(GradeScale.NATIONAL): Term(
        "国家标准", "《养老机构等级划分与评定》（GB/T 37276-2018），一级最低，五级最高。"
    ),
    _of(GradeScale.LOCAL): Term("地方标准", "地方自己的等级，与国家标准的一级至五级不能相比。"),
    _of(FeeItem.BED): Term("床位费"),
    _of(FeeItem.CARE): Term("护理费"),
    _of(FeeItem.MEALS): Term("膳食费"),
    _of(FeeItem.ALL_IN): Term("综合收费", "一个价格，合计床位、护理、膳食。"),
    _of(FeeItem.DEPOSIT): Term("押金", "入住时一次交纳，退住时按规定退还。"),
    _of(FeeItem.OTHER): Term("其他费用"),
    _of(CareLevel.SELF_CARE): Term("自理", "日常生活能自己料理。"),
    _of(CareLevel.PARTIAL): Term("半失能", "吃饭、穿衣、洗澡、上厕所等有一部分要人帮忙。"),
    _of(CareLevel.FULL): Term("失能", "日常生活大多要人照料，或长期卧床。"),
    _of(CareLevel.DEMENTIA): Term("失智", "记忆或认知有障碍，需要专门照护。"),
    _of(Room.SINGLE): Term("单人间"),
    _of(Room.DOUBLE): Term("双人间"),
    _of(Room.MULTI): Term("多人间"),
    _of(FeeUnit.MONTH): Term("月"),
    _of(FeeUnit.DAY): Term("天"),
    _of(FeeUnit.YEAR): Term("年"),
    _of(FeeUnit.ONCE): Term("一次"),
    _of(FeeBasis.GOVERNMENT_SET): Term("政府定价"),
    _of(FeeBasis.GOVERNMENT_GUIDED): Term("政府指导价"),
    _of(FeeBasis.MARKET): Term("市场调节价"),
    _of(InstitutionKind.WELFARE_HOME): Term("社会福利院"),
    _of(InstitutionKind.TOWNSHIP_HOME): Term("乡镇敬老院"),
    _of(InstitutionKind.NURSING_HOME): Term("养老院"),
    _of(InstitutionKind.APARTMENT): Term("老年公寓"),
    _of(InstitutionKind.NURSING_CENTRE): Term("护理院"),
    _of(InstitutionKind.COMMUNITY_CENTRE): Term("社区养老服务中心"),
    _of(InstitutionKind.OTHER): Term("其他"),
    _of(LegalForm.PUBLIC_INSTITUTION): Term("事业单位"),
    _of(LegalForm.SOCIAL_SERVICE): Term("社会服务机构", "民办非企业单位，非营利。"),
    _of(LegalForm.COMPANY): Term("企业"),
    _of(LegalForm.INDIVIDUAL): Term("个体工商户"),
    _of(LegalForm.OTHER): Term("其他"),
    _of(OperationMode.PUBLIC_PUBLIC): Term("公建公营", "政府建，政府管。"),
    _of(OperationMode.PUBLIC_PRIVATE): Term("公建民营", "政府建，交给社会力量运营。"),
    _of(OperationMode.PRIVATE_SUBSIDISED): Term("民办公助", "社会力量办，政府补助。"),
    _of(OperationMode.PRIVATE): Term("民办", "社会力量办。"),
    _of(OperatingState.OPERATING): Term("运营中"),
    _of(OperatingState.NOT_OPENED): Term("尚未运营"),
    _of(OperatingState.SUSPENDED): Term("暂停服务"),
    _of(OperatingState.CLOSED): Term("已关停"),
    _of(OperatingState.MERGED): Term("已合并"),
    _of(PositionPrecision.EXACT): Term("准确位置"),
    _of(PositionPrecision.STREET): Term("所在街道附近"),
    _of(PositionPrecision.TOWNSHIP): Term("所在乡镇"),
    _of(PositionPrecision.COUNTY): Term("所在县"),
    _of(PositionPrecision.CITY): Term("所在市"),
    _of(RegistryKind.PUBLIC_INSTITUTIONS): Term("事业单位登记"),
    _of(RegistryKind.SOCIAL_ORGANISATIONS): Term("社会服务机构登记"),
    _of(RegistryKind.MARKET): Term("市场主体登记"),
    _of(FoundHow.INSPECTION): Term("检查发现"),
    _of(FoundHow.PUBLIC_REPORT): Term("群众反映"),
    _of(FoundHow.TRANSFERRED): Term("部门移交"),
    _of(FoundHow.SURVEY): Term("排查摸底"),
    _of(Disposition.RECTIFYING): Term("限期整改"),
    _of(Disposition.SUSPENDED): Term("停止收住老人"),
    _of(Disposition.SHUT): Term("已关停", "老人已妥善安置。"),
    _of(Disposition.REGISTERED): Term("已补办登记"),
    _of(Disposition.NOT_A_HOME): Term("经核实不是养老机构"),
    _of(Stage.FOUND): Term("已发现", "还没有核实。"),
    _of(Stage.VERIFIED): Term("已核实", "确实收住老人而没有登记，还没有告知经营者。"),
    _of(Stage.TOLD): Term("已告知经营者", "经营者可以提出异议；异议期满前不公开。"),
    _of(Stage.LISTED): Term("已公开", "公众能在未登记名单里看到。"),
    _of(Stage.SETTLED): Term("已有结论", "已补办登记，或经核实不是养老机构；公众看不到。"),
    _of(Stage.REMOVED): Term("已撤下", "不再出现在公开名单里，历史保留。"),
    _of(Standard.SERVICE_SAFETY): Term(
        "服务安全基本规范", "《养老机构服务安全基本规范》（GB 38600-2019），强制性国家标准。"
    ),
    _of(Standard.FIRE_SAFETY): Term("消防安全"),
    _of(ComplianceResult.PASSED): Term("达标"),
    _of(ComplianceResult.RECTIFYING): Term("整改中"),
    _of(ComplianceResult.FAILED): Term("未达标"),
    _of(ClosureKind.SUSPENSION): Term("暂停服务"),
    _of(ClosureKind.CLOSURE): Term("关停"),
    _of(ClosureKind.MERGER): Term("合并"),
    _of(ClosureKind.CONVERSION): Term("转型"),
    _of(DayKind.WORKDAY): Term("工作日"),
    _of(DayKind.MAKE_UP): Term("调休上班", "周六或周日上班，换一个放假的日子，算工作日。"),
    _of(DayKind.SATURDAY): Term("周六"),
    _of(DayKind.SUNDAY): Term("周日"),
    _of(DayKind.HOLIDAY): Term("放假", "法定节假日，或为节日调休放假，不算工作日。"),
    _of(Arranged.WORK): Term("上班"),
    _of(Arranged.REST): Term("放假"),
    **{_of(role): Term(title) for role, title in ROLE_TITLES.items()},
    **{_of(department): Term(title) for department, title in DEPARTMENT_TITLES.items()},
    **{_of(block): Term(title) for block, title in BLOCK_TITLES.items()},
    _of(CorrectionState.OPEN): Term("办理中"),
    _of(CorrectionState.ACCEPTED): Term("已采纳", "核实后属实，信息已经改过来。"),
    _of(CorrectionState.REJECTED): Term("未采纳", "核实后与公布的一致，或没有办法核实，理由公开。"),
    _of(CorrectionEvent.ACCEPT): Term("采纳"),
    _of(CorrectionEvent.REJECT): Term("不采纳"),
    _of(CorrectionEvent.REOPEN): Term("重新办理"),
    _of(Judgement.RUNNING): Term("办理中"),
    _of(Judgement.DUE_SOON): Term("快到期", "离最后一天不到3个工作日。"),
    _of(Judgement.OVERDUE): Term("已超期", "期限过了，还没有答复。"),
    _of(Judgement.IN_TIME): Term("按时", "在最后一天晚上12点以前答复。"),
    _of(Judgement.LATE): Term("超期答复", "答复了，但期限已经过了。"),
    _of(KnownHow.SIGN): Term("看到公示牌、告示"),
    _of(KnownHow.CALL): Term("打电话问过"),
    _of(KnownHow.SEEN): Term("去过，亲眼看到"),
    _of(KnownHow.PAPER): Term("有合同、票据或文件"),
    _of(KnownHow.OTHER): Term("其他"),
    _of(Category.CARE): Term("照护服务", "护理、洗浴、翻身、看护没有做好，或者态度不好。"),
    _of(Category.ABUSE): Term("打骂、虐待老人", "打骂、捆绑、饿饭、侮辱，或者把老人关起来。"),
    _of(Category.SAFETY): Term("安全隐患或事故", "摔伤、走失、烫伤、门窗护栏等不安全。"),
    _of(Category.FIRE): Term("消防", "通道堵塞、没有灭火器、用火用电不安全。"),
    _of(Category.BUILDING): Term("房屋和建筑", "房子裂缝、漏水、私自改建。"),
    _of(Category.FOOD): Term("伙食和食品卫生", "饭菜变质、吃坏肚子、厨房脏乱。"),
    _of(Category.MEDICAL): Term("看病和用药", "给错药、耽误送医、没有资质行医。"),
    _of(Category.FEES): Term("收费", "多收、乱收、涨价不说、价格没有公示。"),
    _of(Category.CONTRACT): Term("合同和退费", "押金不退、预付的钱退不出来、合同不公平。"),
    _of(Category.STAFF): Term("机构的工作人员", "机构里的人索要红包、辱骂、偷拿东西等。"),
    _of(Category.UNREGISTERED): Term("没有登记就收住老人"),
    _of(Category.SUBSIDY): Term("补贴和救助", "补贴没有发到、被截留、被冒领。"),
    _of(Category.OTHER): Term("其他"),
    _of(Appearance.NAMED): Term("实名", "承办人看得到姓名和联系方式，机构看不到。"),
    _of(Appearance.CONFIDENTIAL): Term(
        "保密", "姓名和联系方式锁起来，工作人员要说明理由才能打开，每次都有记录。"
    ),
    _of(Appearance.ANONYMOUS): Term("匿名", "不留姓名。"),
    _of(CaseStatus.LODGED): Term("已登记", "收到了，还没有决定是否受理。"),
    _of(CaseStatus.ACCEPTED): Term("已受理", "决定办理，还没有交给承办人。"),
    _of(CaseStatus.NOT_ACCEPTED): Term("不予受理", "不归这里管，或者法律规定不受理；理由已经告诉投诉人。"),
    _of(CaseStatus.WAITING): Term("等投诉人回答", "承办人问了一个问题，最多等10个工作日。"),
    _of(CaseStatus.REPLIED): Term("已答复", "投诉人可以评价，也可以要求再办一次。"),
    _of(CaseStatus.REOPENED): Term("再次办理", "投诉人不认可，换一个人重新办理。"),
    _of(CaseEvent.FIRST_ANSWER): Term("首次答复", "查到了什么、接下来做什么、什么时候做完。"),
    _of(CaseEvent.INTERIM_REPLY): Term("告知进展", "不算答复，不影响期限。"),
    _of(CaseEvent.END_PAUSE): Term("不再等回答", "等了10个工作日没有回答，接着办理。"),
    **{_of(term): Term(said) for term, said in _PLAIN},
    _of(ImportState.UPLOADED): Term("等待核对"),
    _of(ImportState.CHECKING): Term("正在核对"),
    _of(ImportState.CHECKED): Term("待确认", "已核对，还没有写入；24小时内不确认，文件自动删除。"),
    _of(ImportState.REFUSED): Term("文件不能用"),
    _of(ImportState.DISCARDED): Term("已放弃"),
    _of(ImportState.COMMITTING): Term("正在导入"),
    _of(ImportState.COMMITTED): Term("已导入"),
    _of(ImportState.FAILED): Term("没有成功"),
    _of(ImportState.UNDOING): Term("正在撤销"),
    _of(ImportState.UNDONE): Term("已撤销", "整批导入已经撤回，历史里留有记录。"),
    _of(ImportSection.NEW): Term("新增", "平台上还没有的机构。取消勾选的不导入。"),
    _of(ImportSection.CHANGED): Term("有变更", "平台上已有、内容不同的机构。取消勾选的不导入。"),
    _of(ImportSection.UNCHANGED): Term("无变化", "内容相同，导入后只更新最近核对的日期。"),
    _of(ImportSection.QUARANTINED): Term(
        "隔离", "有一格读不出，整行不收，不影响别的行。下载待改的行，改好再上传。"
    ),
    _of(ImportSection.MISSING): Term("上期有、这期没有", "只提醒，不会删除。请核对是关停了，还是漏填。"),
    _of(ImportSection.DUPLICATES): Term("疑似重复", "会照常导入，请核对是不是同一家。"),
    _of(ImportSection.KEPT_AS_WRITTEN): Term("按原文保留", "没有猜，照原表的写法保存。"),
    _of(ImportSection.NOTES): Term("说明", "读的时候做了什么处理。"),
    _of(LinkPurpose.INVITATION): Term("邀请", "管理员请新同事设置密码的链接，7天内用一次。"),
    _of(LinkPurpose.RESET): Term("重设密码", "设置新密码的链接，2小时内用一次。"),
    _of(AlertTopic.INSTITUTION): Term("一家机构", "它的整改、检查、表扬和处罚，页面上哪一块改了。"),
    _of(AlertTopic.REGION): Term("一个地方", "那里的整改、检查、表扬和处罚。"),
    _of(AlertTopic.HOMES): Term("选出来的机构", "新符合条件的，和符合条件的改了什么。"),
    _of(AlertTopic.SEARCH): Term("一次搜索", "新搜得到的。"),
    _of(AlertTopic.NOTICES): Term("选出来的整改通知", "符合条件的发出、逾期、销号、又出现。"),
    **SUPERVISION,
    **ACCOUNTABILITY,
    **SURVEYS,
    **TOPICS,
    **VOICES,
}


def label(value: StrEnum | None, *, unknown: str = "未公布") -> str:
    """Return the Chinese label of an enum member; ``unknown`` for None."""
    return unknown if value is None else TERMS[_of(value)].label


def knows(value: StrEnum) -> bool:
    """True if the term has a label."""
    return _of(value) in TERMS


def meaning(value: StrEnum) -> str:
    """Return the explaining sentence of a term, or an empty text."""
    return TERMS[_of(value)].meaning
