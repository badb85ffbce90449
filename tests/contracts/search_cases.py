"""A small town of records for the contract of both indexes: what is asked of it, and what must come."""

from __future__ import annotations

from portal.search.ports import Document


def home(
    record_id: int,
    name: str,
    *,
    former: tuple[str, ...] = (),
    order: str = "1",
    county: str = "990102",
    kind: str = "institution",
    **details: str,
) -> Document:
    """Return a document; ``details`` become its fields in the order given."""
    fields = tuple(details.items())
    return Document(kind, record_id, name, former, fields, ("990000", "990100", county), order)


TOWN = [
    home(1, "福海养老院", order="2", address="槐安区海棠路12号", operator="云汀颐和养老服务有限公司"),
    home(2, "福海养老院有限公司", order="1", region="云汀市 槐安区", services="失智照护、康复理疗。中医"),
    home(3, "永泰福海养老院", order="1", region="云汀市 白鹭区", county="990103"),
    home(4, "晚晴颐养中心", former=("福海养老院", "夕阳红敬老院"), order="1", county="990103"),
    home(5, "鶴棲長廊養老院", order="1", number="云民养备〔2025〕0007号"),
    home(6, "𬭚音䶮泉颐养院", order="3", address="三明路3号"),
    home(7, "归去来·海棠未眠照护中心", order="1"),
    home(8, "99号重阳渡养老公寓A区", order="1", region="云汀市 长乐区", county="990104"),
    home(9, "六安敬老院", order="1", services="收住失能老人"),
    home(10, "三明敬老院", order="1"),
    home(11, "槐安小院养老院", order="1", county="990103"),
    home(11, "福海西路无名养老点", kind="unregistered_home", order="5"),
]
