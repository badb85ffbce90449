"""What is said in every story of the demo city's supervision, and what thematic inspections look at."""

from __future__ import annotations

THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("消防安全", ("E13", "E14", "E15", "E16")),
    ("食堂食品安全", ("B3",)),
    ("预收费和收费公示", ("A2", "A3")),
    ("冬季取暖和用电安全", ("E4", "E14", "E15")),
    ("失能老人照护", ("B1", "B2", "B5", "E5")),
)
"""What thematic inspections look at: theme and items."""

CLEAN = (
    "逐项查看，没有发现问题。消防设施完好，值班人员在岗。",
    "抽查档案和食堂，符合要求；和几位老人聊了天，都说吃住满意。",
    "查了安全通道、厨房和药柜，没有发现问题。",
)
ON_SITE = "个别插线板没有固定，护理员当场整理好，没有其他问题。"
REFUSED = "两次上门，负责人都不在，值班人员不让进门，已经留下检查通知。"
AGAIN = "回头看时发现同样的问题又出现了。"
STAYED = "回头看：改好的地方保持住了，没有反弹。"
NOT_YET = "现场看只改了一半，退回继续整改。"
DEMANDS = "请按下列要求整改，期满前书面报告整改情况并附照片。逾期不改的，依法处理。"
LEGAL_BASIS = "《中华人民共和国老年人权益保障法》《养老机构管理办法》"
EXTENDED = "材料到货晚，施工单位出具了说明，同意延长一次。"
RETURNED_NOTE = "整改要求写得太笼统，请写清楚改到什么程度。"
