"""What a rectification notice begins with: words that its writer reads, changes and answers for."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.permissions import Department
from portal.glossary import label
from portal.supervision.kinds import ProblemCategory

DAYS = 15
"""Working days that a notice begins with."""

DEMANDS = (
    "收到本通知书后，马上逐项整改，每一项都要有人负责。能当场改的当场改；一时改不完的，先采取措施，保证老人安全。\n"
    "整改完成以后，把整改情况和整改前后的照片报给我们，由我们验收。到期没有改好的，依法处理。"
)

LEGAL_BASIS = {
    Department.CIVIL_AFFAIRS: "《中华人民共和国老年人权益保障法》《养老机构管理办法》",
    Department.HOUSING: "《中华人民共和国建筑法》",
    Department.FIRE: "《中华人民共和国消防法》",
    Department.HEALTH: "《医疗机构管理条例》",
    Department.MARKET: "《中华人民共和国食品安全法》",
}
"""Laws to begin with. The articles are for the writer: a wrong one in a notice is worse than none."""


def title_for(categories: Iterable[ProblemCategory]) -> str:
    """Return a title: 关于消防、食品问题限期整改的通知."""
    about = "、".join(label(one) for one in dict.fromkeys(categories) if one is not ProblemCategory.OTHER)
    return f"关于{about}问题限期整改的通知" if about else "关于限期整改的通知"
