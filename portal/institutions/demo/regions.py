"""The fictional regions: codes that GB/T 2260 gives to nobody, names that no county of China bears."""

from __future__ import annotations

from dataclasses import dataclass

PROVINCE_CODE = "990000"
PROVINCE_NAME = "示例省"
CITY_CODE = "990100"
CITY_NAME = "云汀市"


@dataclass(frozen=True, slots=True)
class County:
    """A county of the demo city: its townships in order, the seat first, and its roads and landmarks."""

    code: str
    name: str
    townships: tuple[str, ...]
    urban: bool
    price_level: float
    """1.0 is the city's middle; fees are scaled by it."""

    @property
    def stem(self) -> str:
        """The name without 县, 区 or 市."""
        return self.name[:-1]

    @property
    def bureau(self) -> str:
        """The county's civil affairs bureau."""
        return f"{self.name}民政局"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTIES: tuple[County, ...] = (
    County(
        "990102",
        "汀兰区",
        _words("星桥街道 芦汀街道 半月街道 青釉街道 榴巷街道 鹭羽镇 莲渚镇 蓼屿镇"),
        urban=True,
        price_level=1.45,
    ),
    County(
        "990103",
        "望舒区",
        _words("桂影街道 月牙街道 素娥街道 霜桥街道 银盘街道 兔毫镇 蟾溪镇 广寒镇"),
        urban=True,
        price_level=1.3,
    ),
    County(
        "990121",
        "重岩县",
        _words("岩冠镇 磬石镇 叠嶂镇 垒玉镇 鹰啼镇 石花乡 响泉乡 燧火乡 青棱镇 回音谷乡 云屏乡"),
        urban=False,
        price_level=0.8,
    ),
    County(
        "990122",
        "稻香县",
        _words("穗冠镇 稻畦镇 蛙鸣镇 麦垄镇 碾坊镇 新粟乡 豆棚乡 瓜架乡 打谷场镇 柿饼乡 䶮水镇"),
        urban=False,
        price_level=0.85,
    ),
    County(
        "990123",
        "乐漪县",
        _words("漪冠镇 弦歌镇 锦瑟镇 笙箫镇 拍板乡 鼓词乡 竹笛乡 调音镇 和弦乡 行板镇 长调乡"),
        urban=False,
        price_level=0.9,
    ),
    County(
        "990124",
        "鹤栖县",
        _words("鹤冠镇 丹顶镇 雪羽镇 九皋镇 唳云镇 芦雪乡 松舞乡 翎河镇 归翅乡 浅滩乡 晾羽乡"),
        urban=False,
        price_level=0.95,
    ),
    County(
        "990125",
        "枕石县",
        _words("枕冠镇 漱流镇 苔矶镇 卧云镇 听溪乡 石眠乡 砚池镇 青枕乡 曲肱镇 洗耳乡 长汐镇"),
        urban=False,
        price_level=0.75,
    ),
    County(
        "990181",
        "星渡市",
        _words("渡冠街道 辰渡街道 摇光镇 枢城镇 玉衡镇 梭星镇 参商镇 斗柄乡 银汉镇 流萤乡 月渡乡"),
        urban=False,
        price_level=1.1,
    ),
)

COUNTY_BY_CODE = {county.code: county for county in COUNTIES}

ROADS = _words(
    "橘灯路 晚风路 蒲扇街 竹椅巷 藤架路 粥香街 棋盘巷 银杏里路 听雨街 画眉巷 石榴井街 木槿路 灯笼街 荷叶路 "
    "炊烟路 纸鸢街 蓑衣巷 渔火路 瓦当街 桑葚路 豆花巷 望归路 童谣街 暖阳路 旧书巷 茶垄路"
)
VILLAGES = _words(
    "藕塘湾村 柳絮坡村 三棵枣村 燕窝岭村 豌豆坪村 竹篱坳村 石磨沟村 杏雨村 桃核村 鹅掌村 蒲公岭村 "
    "芋叶村 橘瓣村 泥哨村 雀舌坪村 麻鸭滩村"
)
