"""The words of the field: which heading means which field, which word which value.

Words are compared after ``squeeze``; a mapping file adds to both tables and wins over them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

_MARKS = re.compile(r"[\s*＊★※▲●:：。、,，]+")
_BRACKETS = str.maketrans("（）【】［］〔〕「」“”", '()[][][][]""')


@lru_cache(maxsize=100_000)
def squeeze(text: str) -> str:
    """Return a heading's or value's comparison form: NFKC, no spaces, stars or colons, lower case."""
    normal = unicodedata.normalize("NFKC", text.translate(_BRACKETS)).lower()
    normal = "".join(ch for ch in normal if unicodedata.category(ch) != "Cf")
    return _MARKS.sub("", normal).strip('[]"')


# Headings. One line per field, its words in order of preference: where two columns mean one field, the word
# that stands further left here wins.
_HEADINGS = {
    "name": "机构名称 养老机构名称 单位名称 组织名称 养老院名称 机构全称 名称 单位全称 养老服务机构名称 机构名 养老机构 敬老院名称 "
    "福利院名称 院名 institutionname nusingname name 养老机构全称 机构名称(全称) 养老机构(单位)名称 设施名称",
    "former_name": "曾用名 原名称 原名 曾用名称 原机构名称 更名前名称",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一社会信用代码证号 统一社会信用代码(18位) creditcode uscc "
    "统一社会信用代码/组织机构代码",
    "credit_or_registration": "机构代码证号 组织机构代码 法人资格证书编号 税务登记号 登记证号 登记证书编号 登记证书号 营业执照号 "
    "法人登记证号 登记号 法人登记证书号 (工商登记号)《民办非企业单位登记证书》或《营业执照》编号 登记证编号 注册号 工商注册号 法人证书编号 "
    "民办非企业单位登记证号 事业单位法人证书号 登记编号",
    "registration_authority": "登记机关 法人登记机关 登记管理机关 发证机关 注册登记机关 登记部门",
    "registered_on": "登记时间 登记日期 法人登记时间 法人登记日期 注册登记时间 注册时间 注册日期 成立登记日期",
    "registered": "是否登记 是否法人登记 是否办理法人登记 是否取得法人资格 是否注册登记 是否已登记",
    "filing_number": "备案编号 备案回执编号 备案号 备案证号 备案回执号 养老机构备案编号 备案登记编号",
    "filed_on": "备案时间 备案日期 备案年月 备案登记时间",
    "filed": "是否备案 是否已备案 备案情况 备案状态 是否登记备案",
    "filing_authority": "备案机关 备案部门 备案单位",
    "first_resident_on": "首次收住老年人时间 收住第一位老年人时间 首次收住老人日期",
    "nature": "机构性质 性质 单位性质 经营性质 机构类别 机构类型 单位类型 单位性质(一级) 单位性质(二级) 兴办主体 机构属性 类别 类型 "
    "所有制性质 机构性质分类 所有制 办院性质 机构种类",
    "operation_mode": "运营方式 运营模式 经营方式 运营性质 经营模式 运行方式 兴办方式 建设运营方式",
    "legal_form": "法人类型 法人性质 单位法人类型 登记类型 法人登记类型",
    "kind": "设施类型 养老机构类型",
    "owner": "产权单位 产权方 产权人单位 所有权方 举办单位 主办单位 所有方",
    "operator": "运营单位 运营方 运营主体 运营机构 运营企业 运营商 承包运营单位 运营单位名称",
    "contract_from": "合同开始时间 合同起始日期 运营合同起始日期 合同开始日期",
    "contract_to": "合同结束时间 合同终止日期 合同到期时间 合同到期日 合同截止日期",
    "region": "所属区域 区属 县市区 所在地区 行政区划名称 行政区划代码 行政区划 所属地区 所在区域 地区 区域 属地 countyname "
    "所属行政区划 区划代码 县(市、区) 县(市区) 县市区 所属县(市、区) 所属县市区 所在县市区 所在县(市、区) 行政区 所在区划 区划 所在地 所属辖区 辖区 "
    "市县 市(县) 市(州)县 市县区 地市 省市区 所属行政区 行政区域 所在行政区划",
    "province": "省 省份 省(区、市) 所在省 所属省份 省(自治区、直辖市) 所属省",
    "city": "市 城市 地级市 所在城市 所在市 市州 市(州) 地市级 设区市 所属市 所属城市 盟市 地(市) 市(地)",
    "county": "区县 区 县 区(县) 县区 县(区) 所在区县 所属区县 所属区 所在区 区县名称 县级 旗县 旗县(市、区) 旗县区 区市县 区(市)县 区县市 "
    "县(市区)名称 区县(市) 区、县(市)",
    "township": "街道 乡镇 镇街 街道(乡镇) 乡镇(街道) 乡(镇) 所属街道 所在街道 所在乡镇 乡镇街道 街镇 所属乡镇 镇(街) 街道乡镇 "
    "所属街道(乡镇) 乡镇/街道 街道/乡镇 镇(街道) 所属镇街",
    "address": "机构地址 地址 单位地址 详细地址 住所 具体地址 通讯地址 地址(详细) 所在地址 机构详细地址 养老机构地址 地址信息 "
    "登记地址 addtress address 机构住所 经营地址 坐落地址 所处地址 场所地址 服务地址",
    "longitude": "经度 地理经度 坐标经度 东经 lng longitude 经度(东经)",
    "latitude": "纬度 地理纬度 坐标纬度 北纬 lat latitude 纬度(北纬)",
    "position": "经纬度 坐标 地理坐标 经纬度坐标 位置坐标",
    "phone": "联系电话 固定电话 固话 联系方式 电话 机构电话 咨询电话 服务电话 办公电话 座机 contactphone 座机号码 联系电话(座机) 对外电话 "
    "服务热线 机构联系电话 固定电话号码 单位电话 值班电话 热线电话 入住咨询电话 电话号码 联系号码",
    "mobile": "手机号码 手机 移动电话 手机号 联系手机 住宅电话 联系人手机",
    "opened_on": "开业时间 成立时间 成立日期 建立日期 单位建立日期 开业日期 开办时间 投入使用时间 投入运营时间 建院时间 运营时间 "
    "开始运营时间 开业年份 成立年份 设立时间 开院时间 正式运营时间 投入使用日期 开办日期 机构成立时间 开业年月",
    "operating_state": "运营状态 机构生存状态 经营状态 营业状态 运营状况 运营情况 机构状态 状态 经营状况 运行状态 机构运营状态 营运状态 是否运营 "
    "在营状态",
    "beds_total": "床位总数 床位数 核定床位数 床位数量 床位总数量 核定床位 核准床位数 核准床位 总床位数 总床位 床位 设计床位数 "
    "养老床位数 设置床位数量 设置床位数 养老床位总数 养老床位 备案床位数 备案床位 申报床位 床位规模 设置床位 床数 机构床位数 实有床位数 "
    "设计床位 现有床位数 现有床位 总床数 实际床位数 床位总量 养老床位数量 机构床位总数",
    "beds_nursing": "护理型床位数 护理型床位 护理型床位数量 护理床位 护理床位数 其中护理型床位 其中护理型床位数 护理型床位总数 "
    "护理型 养老护理型床位数 护理型养老床位数 护理型养老床位",
    "beds_free": "空余床位 空床位数 空床数 剩余床位 空余床位数 剩余床位数 可用床位 空置床位 空置床位数 空床位 可入住床位 可预订床位",
    "residents": "入住老年人数 月末收住老年人数 入住老人数 在院老人数 入住人数 老人数 入住老年人总数 在住老年人数 在住老人数 "
    "收住老年人数 收住老人数 现有老人数 实际入住人数 入住老人 入住老年人 在院人数 现入住老人数 现入住人数 入住/占用床位 占用床位 占用床位数 "
    "已入住床位 在院老年人数 收住人数 实际入住老人数 入住床位数 现收住老人数 实际入住老年人数 目前入住人数 期末收住老年人数 年末收住老年人数 "
    "服务老人数 现有入住老人 入住总人数 老人总数",
    "carers_total": "护理员 护理员数 养老护理员 养老护理员数 护理员人数 养老护理员人数 护理人员数 护理员总数 护理员数量 护理人员 护理人员人数 "
    "养老护理员数量 养老护理员总数",
    "carers_certified": "持证护理员 持证护理员数 持证养老护理员数 取得证书护理员数 持证护理员人数 持证人数 持证养老护理员 持证护理人员数 "
    "其中持证护理员 有证护理员数",
    "takes_self_care": "是否收住能力完好类型老年人 是否收住自理老年人 是否收住自理老人",
    "takes_partial": "是否收住部分失能类型老年人 是否收住半失能老年人 是否收住半自理老人 是否收住半失能老人",
    "takes_full": "是否收住完全失能类型老年人 是否收住失能老年人 是否收住失能老人 是否收住完全失能老年人 是否收住全失能老人",
    "takes_dementia": "是否收住失智老年人 是否收住失智老人 是否收住认知障碍老年人 是否设失智专区",
    "takes_destitute": "是否收住特困人员类型老年人 是否收住特困人员 是否为特困救助供养机构 是否收住特困老人",
    "takes": "收住对象 收住老人类型 收住类型 服务对象 收住老年人类型 收住对象类型 接收老人类型 收住范围 接收对象 收住人群",
    "medical_own_clinic": "是否内设医疗机构 内设医疗机构 是否有内设医疗机构 是否设有医务室 是否内设医务室 是否自办医疗机构",
    "medical_signed_hospital": "是否与医疗机构签约合作(协议医疗保障) 是否与医疗机构签约 是否与医疗机构签约合作 是否签约医疗机构 "
    "是否与医疗机构合作 是否签订医疗协议 是否与医疗机构签订合作协议",
    "medical_partner": "签约医疗机构 合作医疗机构 签约医院 合作医院 签约医疗机构名称 协议医疗机构 合作医疗机构名称 医疗合作机构",
    "medical": "医养结合 医养结合情况 医疗服务 医养结合方式 医养结合类型 医养结合模式 医疗条件 医疗服务情况 是否医养结合 是否开展医疗服务",
    "insurance_basic_medical": "是否取得医疗保险定点医疗机构资格证书 是否医保定点 医保定点 是否医保定点机构 是否医保定点单位 是否纳入医保",
    "insurance_long_term_care": "是否长护险定点机构 是否长护险定点 长护险定点 是否长期护理保险定点机构 长护险 是否为长护险定点机构",
    "insurance_liability": "是否投保责任险 是否购买责任险 是否投保养老机构责任险 是否购买养老机构责任险 责任险 养老机构责任险 "
    "是否参加责任保险 是否投保综合责任险",
    "services": "特色服务 服务内容 服务项目 提供服务 服务特色 主要服务 服务范围 提供服务内容 服务类型",
    "rules": "入住须知 规章制度 入住规定",
    "prepayment_rule": "预收费规定 预付费规定 预收费管理",
    "refund_rule": "退费规定 退费办法 退款规定 退费规则",
    "description": "简介 机构简介 机构介绍 介绍 单位简介 机构概况 养老机构简介 机构描述",
    "grade": "机构等级 星级等级 等级评定 等级 星级 评定等级 机构星级 养老机构等级 等级评定结果 星级评定 评定结果 质量等级 养老机构星级 "
    "等级评定等级 评定星级 养老机构等级评定 服务质量等级 星级评定结果 机构评定等级 level",
    "grade_body": "评定机构 等级评定机构 评定单位 评定部门 评定组织",
    "grade_certificate": "等级证书编号 等级评定证书编号 等级牌号 证书编号 星级证书编号",
    "grade_issued_on": "评定时间 等级评定时间 评定日期 评级时间 等级评定日期 公示时间 星级评定时间",
    "grade_valid_from": "等级有效期起 有效期起 等级有效期自 有效期始",
    "grade_valid_to": "等级有效期至 有效期至 等级有效期止 有效期止 等级到期时间 等级有效期",
    "other_fee_name": "其他收费名称 其它收费名称 其他收费项目",
}

HEADING_FIELDS: frozenset[str] = frozenset(_HEADINGS)

IGNORED: dict[str, str] = {
    word: reason
    for reason, words in {
        "只是行号": "序号 编号 序 no no. 行号 序列 顺序号 xh id",
        "备注内容不定，可能含个人信息，不收": "备注 说明 备注说明 remark 其他说明",
        "设立许可已于2019年取消，不是备案": "养老机构许可证编号 《养老机构设立许可证》编号 许可证编号 许可证号 设立许可证号 养老机构设立许可证编号",
    }.items()
    for word in words.split()
}

PERSONAL = re.compile(
    r"法定代表|法人代表|法人姓名|法人电话|法人联系|法人身份|^法人$|机构法人$|负责人|联系人|院长|经办人|填表人|填报人|审核人|管理员|责任人|业主|老板"
    r"|监护人|姓名|身份证|证件号|证件类型|证件名称|出生|民族$|性别$|学历|微信|qq|邮箱|电子邮件|e-?mail|家属|手机|移动电话|住宅电话|投资人|股东|店长|老人名"
)
PERSONAL_REASON = "个人信息，平台不收也不存"
MOBILE_REASON = "已有固定电话一列，个人手机不收"

# Under a merged heading: what the parent says, what the child adds.
_GROUPS = {
    "床位 床位数 床位数量 床位情况 床位总数 核定床位数 核定床位 养老床位 床位(张) 床位设置 床位信息 机构床位 养老床位数": {
        "beds_total": "总数 合计 小计 总计 数量 总床位 总床位数 床位总数 核定 核定数 总量 核定床位",
        "beds_nursing": "护理型 护理型床位 其中护理型 其中护理型床位 护理型床位数 护理 护理床位 其中护理床位",
        "beds_free": "空余 空床 剩余 空置 空闲",
        "residents": "入住 已入住 占用 已使用 已占用 入住数",
    },
    "收住对象 收住老人类型 收住类型 服务对象 收住老年人类型 接收对象 收住人群 收住情况 收住老人": {
        "takes_self_care": "自理 能力完好 自理老人 自理老年人 全自理",
        "takes_partial": "半自理 半失能 部分失能 介助 半护理 半失能老人 半自理老人 部分失能老年人",
        "takes_full": "失能 全护理 不能自理 完全失能 介护 全失能 失能老人 失能老年人 完全失能老年人",
        "takes_dementia": "失智 认知障碍 认知症 失智老人 失智老年人",
        "takes_destitute": "特困 特困人员 五保 特困老人 特困供养",
    },
    "备案 备案情况 备案信息 机构备案 养老机构备案": {
        "filing_number": "编号 备案号 回执编号 号码",
        "filed_on": "时间 日期",
        "filed": "是否 是否备案 状态",
        "filing_authority": "机关 部门 单位",
    },
    "登记 法人登记 登记情况 法人登记情况 登记信息 注册登记": {
        "credit_or_registration": "编号 证号 登记证号 证书编号 号码",
        "registered_on": "时间 日期",
        "registered": "是否 是否登记",
        "registration_authority": "机关 部门 登记部门",
    },
    "等级 等级评定 星级评定 评定 评定情况 等级评定情况 星级": {
        "grade": "等级 级别 星级 结果",
        "grade_issued_on": "时间 日期 评定时间",
        "grade_body": "机构 单位 评定机构 部门",
        "grade_certificate": "证书编号 编号 证号",
        "grade_valid_to": "有效期 有效期至 到期",
    },
    "护理员 养老护理员 护理人员 护理员情况 护理员数 护理人员情况 养老护理员情况": {
        "carers_total": "总数 合计 人数 数量 小计",
        "carers_certified": "持证 其中持证 持证人数 有证 持证数",
    },
    "入住情况 入住老人 入住老年人 在院老人 收住老年人 入住老人数 入住人数 入住老年人数 在院老年人": {
        "residents": "总数 合计 人数 总人数 小计 数量",
    },
}
GENERIC = frozenset(
    squeeze(w)
    for w in "名称 地址 电话 性质 类型 类别 等级 星级 床位 状态 联系电话 电话号码 编号 时间 日期 name 区 县 市 省 简介 介绍 区域 地区 床数 房间 护理员 证书编号 发证机关 有效期至 有效期止 有效期起 评定时间".split()
)
NEUTRAL_PARENT = re.compile(
    r"^$|基本|机构|信息|概况|养老|单位|情况|内容|属地|所在|地址|位置|坐标|联系方式|行政区划"
)


@cache
def headings() -> dict[str, tuple[str, int]]:
    """Return squeezed heading → (field, rank); the smaller rank is preferred."""
    return {
        squeeze(word): (field, rank)
        for field, words in _HEADINGS.items()
        for rank, word in reversed(list(enumerate(words.split())))
    }


@cache
def groups() -> dict[str, dict[str, str]]:
    """Return squeezed parent heading → squeezed child heading → field."""
    table: dict[str, dict[str, str]] = {}
    for parents, children in _GROUPS.items():
        words = {squeeze(word): field for field, words in children.items() for word in words.split()}
        table.update({squeeze(parent): words for parent in parents.split()})
    return table
