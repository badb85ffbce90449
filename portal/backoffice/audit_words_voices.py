"""Words for what stands in the audit of counts: which bursts were put back, kept or set apart, and why."""

from __future__ import annotations

from enum import StrEnum

from portal.voices.kinds import Apart, BurstState, VoiceKind

VOICES_ACTIONS: dict[str, str] = {
    "decide_burst": "审看单独列出的票",
    "set_voices_apart": "把计入的票单独列出",
}

VOICES_KINDS: dict[str, str] = {"voice_burst": "一批单独列出的票"}

VOICES_FIELDS: dict[str, str] = {
    "voice_burst.subject_id": "哪一项（编号）", "voice_burst.why": "为什么单独列出",
    "voice_burst.origin": "来源的摘要", "voice_burst.first_at": "最早", "voice_burst.last_at": "最晚",
    "voice_burst.voices": "人数", "voice_burst.words": "理由", "voice_burst.decided_at": "决定时间",
    "voice_burst.decided_by": "谁决定的",
}  # fmt: skip

VOICES_TERMS: dict[str, type[StrEnum]] = {
    "voice_burst.kind": VoiceKind,
    "voice_burst.why": Apart,
    "voice_burst.state": BurstState,
}
