"""Every recorded field: its Chinese label, the block of an institution's page it stands in, and its form.

The history page, the comparison and the downloads name facts with this one table. How a form is written
out for people is the surfaces' business.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.institutions.field_forms import BLOCK_TITLES, Block, Form

__all__ = [
    "BLOCK_TITLES",
    "FIELDS",
    "RECORD_LABELS",
    "Block",
    "FieldLabel",
    "Form",
    "block_of",
    "field_label",
    "fields_of",
]


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """How one field is named and where it belongs; ``block`` None: not on an institution's page."""

    label: str
    form: Form = Form.TEXT
    block: Block | None = None


RECORD_LABELS: dict[str, str] = {
    "institution": "机构",
    "registration": "登记",
    "filing": "备案",
    "commitment_letter": "备案承诺书",
    "star_grade": "等级证书",
    "fee_standard": "收费标准",
    "concentrated_care": "集中照护定点",
    "closure_notice": "关停公告",
    "compliance": "安全评估",
    "care_guide": "集中照护办事指南",
    "unregistered_home": "未登记备案场所",
}

_RECORD_BLOCKS: dict[str, Block] = {
    "registration": Block.REGISTRATION,
    "filing": Block.REGISTRATION,
    "commitment_letter": Block.REGISTRATION,
    "star_grade": Block.GRADE,
    "fee_standard": Block.FEES,
    "concentrated_care": Block.CARE,
    "closure_notice": Block.CLOSURES,
    "compliance": Block.SAFETY,
}

_INSTITUTION: dict[Block, dict[str, tuple[str, Form]]] = {
    Block.BASICS: {
        "name": ("名称", Form.TEXT),
        "kind": ("机构类型", Form.TERM),
        "operation_mode": ("谁建谁管", Form.TERM),
        "legal_form": ("法人性质", Form.TERM),
        "nature_as_written": ("性质（原表写法）", Form.QUOTED),
        "operating_state": ("运营状态", Form.TERM),
        "opened_on": ("开业时间", Form.PARTIAL_DAY),
        "region_code": ("所在地区", Form.REGION),
        "township": ("乡镇（街道）", Form.TEXT),
        "address": ("地址", Form.TEXT),
        "phone": ("电话", Form.TEXT),
        "credit_code": ("统一社会信用代码", Form.TEXT),
        "description": ("简介", Form.TEXT),
        "longitude": ("经度", Form.DEGREES),
        "latitude": ("纬度", Form.DEGREES),
        "position_as_written": ("坐标（原表写法）", Form.QUOTED),
        "position_system": ("坐标系", Form.TEXT),
        "position_precision": ("位置精度", Form.TERM),
        "other_as_written": ("原表其他内容", Form.MAPPING),
        "withdrawn": ("撤下", Form.YES_NO),
    },
    Block.GRADE: {"grade_as_written": ("等级（原表写法）", Form.QUOTED)},
    Block.FEES: {
        "fees_as_written": ("收费（原表写法）", Form.QUOTED),
        "prepayment_rule": ("预收费规定", Form.TEXT),
        "refund_rule": ("退费规定", Form.TEXT),
    },
    Block.BEDS: {
        "beds_total": ("床位总数", Form.BEDS),
        "beds_nursing": ("其中护理型床位", Form.BEDS),
        "residents": ("入住老人", Form.PEOPLE),
        "beds_free": ("空床", Form.BEDS),
        "beds_free_as_of": ("空床数的日期", Form.DAY),
    },
    Block.ADMISSION: {
        "takes_self_care": ("自理老人", Form.YES_NO),
        "takes_partial": ("半失能老人", Form.YES_NO),
        "takes_full": ("失能老人", Form.YES_NO),
        "takes_dementia": ("失智老人", Form.YES_NO),
        "takes_destitute": ("特困老人", Form.YES_NO),
    },
    Block.STAFF: {
        "carers_total": ("护理员", Form.PEOPLE),
        "carers_certified": ("其中持证", Form.PEOPLE),
    },
    Block.MEDICAL: {
        "medical_own_clinic": ("内设医务室或医院", Form.YES_NO),
        "medical_signed_hospital": ("与医院签约", Form.YES_NO),
        "medical_partner": ("合作医院", Form.TEXT),
        "medical_note": ("医疗说明", Form.TEXT),
        "insurance_basic_medical": ("医保定点", Form.YES_NO),
        "insurance_long_term_care": ("长期护理保险定点", Form.YES_NO),
        "insurance_liability": ("机构责任保险", Form.YES_NO),
    },
    Block.SERVICES: {
        "services": ("服务内容", Form.TEXT),
        "rules": ("规章制度", Form.TEXT),
    },
    Block.CONTRACT: {
        "owner": ("产权方", Form.TEXT),
        "operator": ("运营方", Form.TEXT),
        "contract_from": ("合同开始", Form.DAY),
        "contract_to": ("合同到期", Form.DAY),
        "contract_evaluation": ("运营评估", Form.TEXT),
        "exit_rule": ("退出办法", Form.TEXT),
    },
    Block.NAMES: {
        "former_names": ("曾用名", Form.FORMER_NAMES),
        "predecessor_id": ("前身", Form.INSTITUTION),
    },
}

_RECORDS: dict[str, dict[str, tuple[str, Form]]] = {
    "registration": {
        "register_kind": ("登记类别", Form.TERM),
        "authority": ("登记机关", Form.TEXT),
        "number": ("登记证号", Form.TEXT),
        "registered_on": ("登记日期", Form.DAY),
        "deregistered_on": ("注销日期", Form.DAY),
        "deregistered_reason": ("注销原因", Form.TEXT),
    },
    "filing": {
        "authority": ("备案机关", Form.TEXT),
        "number": ("备案编号", Form.TEXT),
        "filed_on": ("备案日期", Form.DAY),
        "first_resident_on": ("收住第一位老人的日期", Form.DAY),
        "cancelled_on": ("撤销备案日期", Form.DAY),
        "cancelled_reason": ("撤销备案原因", Form.TEXT),
    },
    "commitment_letter": {
        "title": ("标题", Form.TEXT),
        "signed_on": ("签署日期", Form.DAY),
        "body": ("承诺内容", Form.TEXT),
    },
    "star_grade": {
        "scale": ("评定标准", Form.TERM),
        "level": ("等级", Form.LEVEL),
        "as_written": ("等级（证书写法）", Form.QUOTED),
        "body": ("评定机构", Form.TEXT),
        "certificate_number": ("证书编号", Form.TEXT),
        "issued_on": ("评定日期", Form.DAY),
        "valid_from": ("有效期自", Form.DAY),
        "valid_to": ("有效期至", Form.DAY),
        "revoked_on": ("撤销日期", Form.DAY),
        "revoked_reason": ("撤销原因", Form.TEXT),
    },
    "fee_standard": {
        "item": ("收费项目", Form.TERM),
        "item_name": ("费用名称", Form.TEXT),
        "care_level": ("护理等级", Form.TERM),
        "room": ("房型", Form.TERM),
        "amount_min_fen": ("金额（最低）", Form.FEN),
        "amount_max_fen": ("金额（最高）", Form.FEN),
        "unit": ("计费单位", Form.TERM),
        "basis": ("定价方式", Form.TERM),
        "in_force_from": ("执行自", Form.DAY),
        "in_force_to": ("执行至", Form.DAY),
        "as_written": ("原表写法", Form.QUOTED),
    },
    "concentrated_care": {
        "authority": ("认定机关", Form.TEXT),
        "document_number": ("文号", Form.TEXT),
        "designated_on": ("认定日期", Form.DAY),
        "ended_on": ("结束日期", Form.DAY),
        "quota": ("名额", Form.PLACES),
        "free_places": ("空余名额", Form.PLACES),
        "free_as_of": ("空余名额的日期", Form.DAY),
        "fee_text": ("收费说明", Form.TEXT),
    },
    "closure_notice": {
        "kind": ("公告类别", Form.TERM),
        "announced_on": ("公告日期", Form.DAY),
        "effective_on": ("开始日期", Form.DAY),
        "resumes_on": ("恢复日期", Form.DAY),
        "reason": ("原因", Form.TEXT),
        "residents_moved": ("转移安置老人", Form.PEOPLE),
        "residents_went": ("老人去向", Form.TEXT),
        "successor_id": ("接收机构", Form.INSTITUTION),
        "contact": ("咨询电话", Form.TEXT),
    },
    "compliance": {
        "standard": ("评估内容", Form.TERM),
        "result": ("结果", Form.TERM),
        "assessed_on": ("评估日期", Form.DAY),
        "assessor": ("评估单位", Form.TEXT),
        "note": ("说明", Form.TEXT),
    },
    "care_guide": {
        "who_may_apply": ("谁能申请", Form.TEXT),
        "steps": ("办理步骤", Form.TEXT),
        "papers": ("所需材料", Form.TEXT),
        "office": ("受理单位", Form.TEXT),
        "office_address": ("受理地址", Form.TEXT),
        "phone": ("咨询电话", Form.TEXT),
        "time_limit_working_days": ("办理时限", Form.WORKING_DAYS),
        "fee_standard": ("收费标准", Form.TEXT),
        "subsidy": ("补助标准", Form.TEXT),
    },
    "unregistered_home": {
        "name": ("名称", Form.TEXT),
        "region_code": ("所在地区", Form.REGION),
        "township": ("乡镇（街道）", Form.TEXT),
        "address": ("地址", Form.TEXT),
        "private_dwelling": ("设在民宅", Form.YES_NO),
        "found_on": ("发现日期", Form.DAY),
        "found_how": ("发现途径", Form.TERM),
        "verified_on": ("核实日期", Form.DAY),
        "operator_told_on": ("告知日期", Form.DAY),
        "objection_ended_on": ("异议期满", Form.DAY),
        "inspected_on": ("现场检查日期", Form.DAY),
        "residents": ("在住老人", Form.PEOPLE),
        "disposition": ("处置", Form.TERM),
        "disposition_on": ("处置日期", Form.DAY),
        "public_note": ("说明", Form.TEXT),
        "removed_on": ("移出名单日期", Form.DAY),
        "removed_reason": ("移出原因", Form.TEXT),
        "institution_id": ("登记后的机构", Form.INSTITUTION),
    },
}


def _table() -> dict[tuple[str, str], FieldLabel]:
    table = {
        ("institution", name): FieldLabel(label, form, block)
        for block, fields in _INSTITUTION.items()
        for name, (label, form) in fields.items()
    }
    for kind, fields in _RECORDS.items():
        block = _RECORD_BLOCKS.get(kind)
        for name, (label, form) in fields.items():
            table[kind, name] = FieldLabel(label, form, block)
        table[kind, "withdrawn"] = FieldLabel("撤下", Form.YES_NO, block)
    return table


FIELDS = _table()


def field_label(record_kind: str, field: str) -> FieldLabel:
    """Return how a field is named. KeyError: a field without a label is a mistake, found by a test."""
    return FIELDS[record_kind, field]


def fields_of(block: Block) -> tuple[str, ...]:
    """Return the institution's own fields that stand in a block, in their order."""
    return tuple(_INSTITUTION.get(block, {}))


def block_of(record_kind: str, field: str) -> Block | None:
    """Return the block of an institution's page in which a field is shown."""
    return FIELDS[record_kind, field].block
