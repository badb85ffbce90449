"""Names for homes that do not exist: pleasant, varied, and impossible to take for a real home's.

Among them, on purpose: heteronyms (重 长 乐 行 朝 还), rare characters (𬭚 䶮 㛃), traditional writings,
names that differ by one character, one name in two counties, digits, the separator ·, and very long ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from portal.institutions.demo.regions import CITY_NAME, County
from portal.institutions.models import InstitutionKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_BRANDS = _words(
    "鹿眠里 鹿眠居 拾穗里 拾禾里 青瓷院子 青磁院子 云朵邨 半亩芳庭 晚樱小筑 枇杷巷口 "
    "竹下听风 燕归檐 橙皮灯 麦芒笑 萤火慢递 苔痕阶 桂子落 芦花渡 芦花荡 松脂香 灯芯暖 "
    "棉田雪 稚菊 耳顺坊 行云廊 行板歌 长庚台 长亭晚 长乐弦 重檐雨 重帘月 重逢里 乐行居 "
    "乐音坊 乐知味 朝朝暖 朝霞集 还珠湾 还巢燕 好雨知 和鸣廊 宿云栈 藏书巷 泊月湾 𬭚音 "
    "䶮泉 㛃岚 堃和里 垚土香 淼渡 瓦屋炊 纸船 木屐声 蓝印花 茶烟起 豆灯 藕荷色 杏花疏 "
    "榆钱 槐序 蒹葭栖 菰米香 莼鲈里 薜荔墙 蘅芷院 荻花秋 茱萸坪 棠棣影 棠棣饮 椿芽萱影 "
    "柿柿安 栗栗暖 橡果 梧桐细语 鹊桥北 鸥盟 雁书来 鸠巢暖 鹤归来 鹤不老 蜻蜓立 蝉时雨 "
    "蛙声里 蚕月 驼铃慢 牧笛晚 渔歌晚 樵歌晚 星子落 星垂野 银汉渡 月上柳 月满西 云栖竹 "
    "云深处 雾里灯 霜叶红 雪满蓑 虹桥下 露从今 霞满窗 晴窗 三月三 四时花 五谷仓 六月荷 "
    "七夕桥 八音盒 九如坊 十里荷 百草园子 千灯照 万象暖 一苇航 半日闲 陶然坐 怡然台 "
    "悠然见 蔚然林 皤然笑 颐风来 颐鹤 寿山石 福豆豆 禄米仓 喜相逢处 安澜渡 康衢谣 "
    "宁静海 针线笸箩 搪瓷杯 缝纫机 收音机 蒲公英信 老槐树下 竹马 陀螺转 铁环响 弹棉花"
)
_TRADITIONAL = ("雲間頤居", "鶴棲長廊", "樂齡書院", "龍鬚草堂", "壽萱園")

_SUFFIXES: dict[InstitutionKind, tuple[str, ...]] = {
    InstitutionKind.NURSING_HOME: (
        "养老院",
        "养老院",
        "颐养院",
        "养老服务中心",
        "长者之家",
        "敬养院",
        "养护院",
        "养老院",
    ),
    InstitutionKind.APARTMENT: ("老年公寓", "长者公寓", "老年公寓", "颐年公寓"),
    InstitutionKind.NURSING_CENTRE: ("护理院", "护理院", "护理中心", "康复护理院"),
}
_TRADITIONAL_SUFFIX = {
    InstitutionKind.NURSING_HOME: "養老院",
    InstitutionKind.APARTMENT: "老年公寓",
    InstitutionKind.NURSING_CENTRE: "護理院",
}
_COMMUNITY = ("社区养老服务中心", "社区长者照护之家", "社区嵌入式养老服务站", "社区居家养老服务中心")

# Brands that run several homes: a family searching for one sees all of them.
CHAINS = ("鹿眠里", "拾穗里", "云朵邨")


class NameStock:
    """Hands out names, each once, in an order that the seed decides."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        shuffled = [brand for brand in _BRANDS if brand not in CHAINS]
        rng.shuffle(shuffled)
        self._brands: Iterator[str] = iter(shuffled)
        self._traditional = iter(_TRADITIONAL)

    def branded(self, county: County, kind: InstitutionKind) -> str:
        """Return a name such as 「晚樱小筑养老院」 or 「重岩县鹿眠里老年公寓」."""
        brand = next(self._brands)
        prefix = self._rng.choice(("", "", "", county.name, county.name, county.stem, CITY_NAME))
        return f"{prefix}{brand}{self._rng.choice(_SUFFIXES[kind])}"

    def of_chain(self, brand: str, county: County, kind: InstitutionKind) -> str:
        """Return the name of a chain's home in ``county``, e.g. 「云朵邨·枕石养老院」."""
        return f"{brand}·{county.stem}{_SUFFIXES[kind][0]}"

    def traditional(self, kind: InstitutionKind) -> str:
        """Return a name that its owner writes in traditional characters."""
        return next(self._traditional) + _TRADITIONAL_SUFFIX[kind]

    def community(self, county: County, township: str) -> str:
        """Return a community centre's name: a township and a neighbourhood that do not exist."""
        place = township.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        return f"{county.name}{place}{next(self._brands)}{self._rng.choice(_COMMUNITY)}"


def township_home_name(county: County, township: str, rng: Random) -> str:
    """Return the name of a township's public home."""
    return (
        f"{county.name}{township}{rng.choice(('敬老院', '敬老院', '敬老院', '中心敬老院', '养老服务中心'))}"
    )


WRITTEN_NAMES: tuple[tuple[str, str, InstitutionKind], ...] = (
    ("990102", "云汀市示例社会福利院", InstitutionKind.WELFARE_HOME),
    ("990103", "云汀市示例老年养护中心", InstitutionKind.WELFARE_HOME),
    ("990102", "槐安小院养老院", InstitutionKind.NURSING_HOME),
    ("990122", "槐安小院养老院", InstitutionKind.NURSING_HOME),
    ("990122", "䶮水湾养老院", InstitutionKind.NURSING_HOME),
    ("990103", "桂花蒸养老院", InstitutionKind.NURSING_HOME),
    ("990181", "桂花蒸养老院", InstitutionKind.NURSING_HOME),
    (
        "990102",
        "云汀市汀兰区星桥街道半亩芳庭嵌入式小微养老机构暨长者照护综合服务体示例中心（一期）",
        InstitutionKind.COMMUNITY_CENTRE,
    ),
    (
        "990103",
        "望舒区月牙街道银杏里路片区医养结合型失能失智长者专业照护与家庭照护者支持服务示例中心",
        InstitutionKind.NURSING_CENTRE,
    ),
    ("990102", "99号重阳渡养老公寓", InstitutionKind.APARTMENT),
    ("990103", "云朵邨2号院长者公寓", InstitutionKind.APARTMENT),
    ("990181", "第3颗星养老院", InstitutionKind.NURSING_HOME),
    ("990124", "归去来·海棠未眠照护中心", InstitutionKind.NURSING_CENTRE),
    ("990121", "重重岩光荣院", InstitutionKind.OTHER),
    ("990124", "鹤栖县晾羽光荣院", InstitutionKind.OTHER),
    ("990125", "枕石县漱流农村幸福院", InstitutionKind.OTHER),
    ("990123", "乐漪县乐乐乐养老院", InstitutionKind.NURSING_HOME),
    ("990123", "长调长者之家", InstitutionKind.NURSING_HOME),
    ("990181", "参商路口养老院", InstitutionKind.NURSING_HOME),
)
"""Names that are written out, with their county and kind."""

OPERATORS = (
    "云汀鹿眠里养老服务有限公司",
    "云汀拾穗里养老产业有限公司",
    "示例省云朵邨健康养老集团有限公司",
    "云汀市橘灯长者服务社",
    "望舒月满西养老服务有限公司",
    "星渡一苇航养老管理有限公司",
    "示例省缓缓归养老服务有限公司",
    "云汀市蒲扇社会工作服务中心",
)
"""Fictional organisations that run publicly built homes."""

HOSPITALS = (
    "云汀市示例第一医院",
    "云汀市示例中医医院",
    "汀兰区青釉街道社区卫生服务中心",
    "望舒区月牙街道社区卫生服务中心",
)


def hospital_near(county: County, township: str, rng: Random) -> str:
    """Return the name of a fictional hospital or health centre nearby."""
    own = f"{county.name}{township}{'社区卫生服务中心' if township.endswith('街道') else '卫生院'}"
    return rng.choice((own, own, f"{county.name}示例医院", *HOSPITALS[:2]))
