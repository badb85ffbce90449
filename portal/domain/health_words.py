"""Words that tell of somebody's health: where they stand in a text, its writer is asked to consent (R36).

PIPL article 29 wants a consent of its own for health data. A word too many costs one look at the question,
and nobody is refused for one.
"""

from __future__ import annotations

import re

_WORDS = (
    "高血压", "糖尿病", "血糖", "血压", "心脏病", "冠心病", "脑梗", "脑出血", "中风", "偏瘫", "瘫痪", "癌",
    "肿瘤", "痴呆", "失智", "失能", "阿尔茨海默", "认知障碍", "帕金森", "精神病", "精神分裂", "抑郁",
    "骨折", "褥疮", "压疮", "截肢", "透析", "尿毒症", "肺炎", "感染", "传染病", "肝炎", "结核", "艾滋",
    "癫痫", "残疾", "失明", "失聪", "住院", "手术", "化疗", "病危", "病历", "病情", "诊断", "确诊", "化验",
    "输液", "打针", "吃药", "服药", "用药", "昏迷", "晕倒", "发烧", "高烧", "呕吐", "腹泻", "拉肚子",
    "大小便失禁", "尿失禁", "胃管", "尿管", "导尿", "得了病", "生病", "患病", "有病", "看病", "治病",
    "病了", "病重", "病故", "重病", "受伤", "摔伤", "烫伤",
)  # fmt: skip
_PATTERN = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))


def health_words(text: str, most: int = 3) -> list[str]:
    """Return the first few different words in ``text`` that may tell of somebody's health, in order."""
    found = dict.fromkeys(hit[0] for hit in _PATTERN.finditer(text))
    return list(found)[:most]
