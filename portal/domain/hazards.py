"""The published criteria by which a problem is a major hazard (重大事故隐患), R25.

《养老机构重大事故隐患判定标准》, issued by the General Office of the Ministry of Civil Affairs on 27 November
2023. Cases are given in the standard's own words where they could be checked against more than one printing
(article 4); of the other groups the heading of article 3 is given, and whoever enters a problem writes the
case itself as its basis. A wrong article number in a notice is worse than a wide one.
"""

from __future__ import annotations

from dataclasses import dataclass

STANDARD = "《养老机构重大事故隐患判定标准》（民政部办公厅2023年11月27日印发）"
FIRE_STANDARD = "《重大火灾隐患判定方法》（GB 35181）"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. ``code`` is stored with a problem and never given another meaning; ``clause``: where it
    stands; ``text``: what it says; ``area``: what it is about, in a word or two.
    """

    code: str
    area: str
    document: str
    clause: str
    text: str

    @property
    def basis(self) -> str:
        """Where it stands, for a notice: 《…》第四条第一项."""
        return f"{self.document}{self.clause}"


CRITERIA = (
    Criterion(
        "4.1",
        "房屋安全",
        STANDARD,
        "第四条第一项",
        "建筑设施经鉴定属于C级、D级危房，或者经住房城乡建设部门研判建筑安全存在重大隐患",
    ),
    Criterion(
        "4.2",
        "消防、电气、燃气",
        STANDARD,
        "第四条第二项",
        "经住房城乡建设、消防等部门检查或者第三方专业机构评估，判定建筑防火设计、消防、电气、燃气等设施设备"
        "不符合法律法规和强制性标准的要求，不具备消防安全技术条件，存在重大事故隐患",
    ),
    Criterion(
        "4.3",
        "彩钢板和装修材料",
        STANDARD,
        "第四条第三项",
        "违规使用易燃可燃材料为芯材的彩钢板搭建有人活动的建筑，或者大量使用易燃可燃材料装修装饰",
    ),
    Criterion(
        "4.4",
        "特种设备",
        STANDARD,
        "第四条第四项",
        "使用未取得许可生产、未经检验或者检验不合格、国家明令淘汰、已经报废的电梯、锅炉、氧气管道等特种设备",
    ),
    Criterion("3.2", "资格资质", STANDARD, "第三条第二项", "安全生产相关资格资质不符合法定要求"),
    Criterion("3.3", "日常管理", STANDARD, "第三条第三项", "日常管理存在严重问题"),
    Criterion("3.4", "违法违规服务", STANDARD, "第三条第四项", "严重违法违规提供服务"),
    Criterion(
        "3.5", "其他", STANDARD, "第三条第五项", "其他可能导致人员重大伤亡、财产重大损失的重大事故隐患"
    ),
    Criterion("fire", "重大火灾隐患", FIRE_STANDARD, "", "由消防救援机构判定为重大火灾隐患"),
    Criterion(
        "local", "本地细化", "本地民政部门细化的判定标准", "", "符合本地公布的判定标准（请在依据里写明）"
    ),
)
"""In the order in which a form offers them."""

_BY_CODE = {one.code: one for one in CRITERIA}


def criterion_of(code: str | None) -> Criterion | None:
    """Return the criterion of a code, None where there is none (any more)."""
    return None if code is None else _BY_CODE.get(code)
