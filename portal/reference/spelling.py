"""How region names are written: tidying a text, and the spellings under which a region may be met.

Nothing here guesses. A region is known by its exact name, by the name minus its generic ending (三元区:
三元, two characters at least), or without its list of peoples (恩施土家族苗族自治州: 恩施, 恩施州).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SEPARATOR = re.compile(r"[\s,，、。;；:：/\\|\-‐‑–—―>→_·・()\[\]【】《》\"“”]+")
# The code table's groups stand between city and county in official address columns: 北京市 市辖区 朝阳区.
FILLER = re.compile(r"(?:市辖区|(?:省|自治区)直辖县级行政(?:区划|单位)|县(?=[\s,，、/\\|>\-]))")
COUNTRY = re.compile(r"(?:中华人民共和国|中国)(?=.)")
# Names that dozens of towns use for a part of themselves: never evidence that a text contradicts itself.
COMMONPLACE = re.compile(r"[城郊市矿新东西南北中]区|市中区")

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_LONE_CHARACTERS = re.compile(r"(?<!\S)\S(?:\s+\S(?!\S))+")

# The peoples that autonomous regions are named after; some of them also stand without 族.
_PEOPLES_AT_END = re.compile(
    r"(?:(?:回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|土|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|达斡尔|仫佬|羌"
    r"|布朗|撒拉|毛南|仡佬|普米|怒|鄂温克|保安|裕固|独龙|鄂伦春|各)族"
    r"|(?:蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)族?)+$"
)
_SHORT_ENDING = {"自治州": "州", "自治县": "县", "自治旗": "旗", "区": "区"}
_ENDINGS = (
    "特别行政区", "行政委员会", "自治区", "自治州", "自治县", "自治旗",
    "地区", "新区", "林区", "特区", "省", "市", "县", "区", "盟", "旗", "州",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to write a region's name; a short one lost its generic ending and needs a clear end in a text."""

    text: str
    short: bool


def tidy(text: str) -> str:
    """Return the text in NFKC, without invisible characters, and with spaced characters (朝 阳 区) joined."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()
    return _LONE_CHARACTERS.sub(lambda found: "".join(found[0].split()), plain)


def spellings(name: str) -> list[Spelling]:
    """Return the exact name first, then what else stands for it."""
    found = [Spelling(name, short=False)]
    for ending in _ENDINGS:
        stem = name.removesuffix(ending)
        # 柏林区 in 万柏林区 is no 林区: that ending needs a name of three characters before it (神农架林区).
        if stem == name or len(stem) < (3 if ending == "林区" else 2):
            continue
        plain = _PEOPLES_AT_END.sub("", stem)
        if plain != stem and len(plain) < 2:
            plain = stem.removesuffix("族")  # 鄂温克族自治旗: the people is all the name there is
        found.append(Spelling(stem, short=True))
        if plain != stem and len(plain) >= 2:
            found.append(Spelling(plain, short=True))
            if ending in _SHORT_ENDING:
                found.append(Spelling(plain + _SHORT_ENDING[ending], short=False))
        break
    return found
