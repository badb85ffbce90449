"""The draw: a canonical list, and an outcome that anybody can redo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.random_draw import (
    DrawRefused,
    Home,
    Terms,
    compose,
    digits_of,
    draw,
    hash_of,
    names_of,
    one_line,
    parse,
    same_number,
)
from tests.unit.domain.drawn import (
    DUE,
    EXAMPLE,
    HOMES,
    LISTED,
    NUMBER,
    PAGE,
    PEOPLE,
    SALT,
    TERMS,
)

LABELS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20
).filter(lambda text: one_line(text) != "")


class TestTheList:
    def test_says_what_the_page_shows(self) -> None:
        listed = parse(EXAMPLE)
        assert [home.name for home in listed.homes] == ["汀兰县社会福利院", "清溪镇敬老院", "福海养老院"]
        assert listed.text() == EXAMPLE

    def test_is_the_same_however_it_was_put_together(self) -> None:
        turned = compose(TERMS, SALT, reversed(HOMES), reversed(PEOPLE))
        assert turned.text() == LISTED.text()
        in_utc = replace(TERMS, number_due_at=DUE.astimezone(UTC))
        assert compose(in_utc, SALT, HOMES, PEOPLE).text() == LISTED.text()

    @given(
        st.lists(
            st.tuples(st.integers(2, 10**8 - 1), LABELS), min_size=1, max_size=9, unique_by=lambda x: x[0]
        ),
        st.lists(LABELS.map(one_line), min_size=1, max_size=5, unique=True),
        LABELS,
        st.data(),
    )
    def test_reads_back_what_it_wrote(
        self, homes: list[tuple[int, str]], people: list[str], title: str, data: st.DataObject
    ) -> None:
        terms = Terms(
            title,
            "双色球第1期",
            DUE + timedelta(seconds=data.draw(st.integers(-(10**8), 10**8))),
            data.draw(st.integers(1, len(homes))),
            data.draw(st.integers(1, len(people))),
        )
        listed = compose(terms, SALT, [Home(str(number), name) for number, name in homes], people)
        assert parse(listed.text()) == listed

    @pytest.mark.parametrize(
        "damage",
        [
            lambda text: text.replace("名单 1", "名单 2"),
            lambda text: text.rstrip("\n"),
            lambda text: text + "\n",
            lambda text: text.replace("\n", "\r\n"),
            lambda text: text.replace("盐 0", "盐 g"),
            lambda text: text.replace("抽取机构 4", "抽取机构 四"),
            lambda text: text.replace("抽取机构 4", "抽取机构 04"),
            lambda text: text.replace("+08:00", "Z"),
            lambda text: text.replace("+08:00", ""),
            lambda text: text + "机构 zzzzzzzz 后来加的\n",
            lambda text: text.replace("人员 ", "其他 ", 1),
            lambda text: "",
        ],
    )
    def test_is_refused_in_any_other_form(self, damage: Callable[[str], str]) -> None:
        changed = damage(LISTED.text())
        assert changed != LISTED.text()
        with pytest.raises(DrawRefused):
            parse(changed)

    @pytest.mark.parametrize(
        ("terms", "homes", "people", "salt"),
        [
            (replace(TERMS, homes_drawn=13), HOMES, PEOPLE, SALT),
            (replace(TERMS, homes_drawn=0), HOMES, PEOPLE, SALT),
            (replace(TERMS, inspectors_each=6), HOMES, PEOPLE, SALT),
            (replace(TERMS, inspectors_each=0), HOMES, PEOPLE, SALT),
            (replace(TERMS, title=" \n "), HOMES, PEOPLE, SALT),
            (TERMS, [*HOMES, HOMES[0]], PEOPLE, SALT),
            (TERMS, HOMES, [*PEOPLE, PEOPLE[0]], SALT),
            (TERMS, HOMES, [*PEOPLE, "  "], SALT),
            (TERMS, HOMES, [*PEOPLE, "长" * 81], SALT),
            (TERMS, HOMES, PEOPLE, "短"),
        ],
    )
    def test_refuses_what_cannot_be_drawn_from(
        self, terms: Terms, homes: list[Home], people: list[str], salt: str
    ) -> None:
        with pytest.raises(DrawRefused):
            compose(terms, salt, homes, people)


class TestTheOutcome:
    def test_is_the_one_that_was_ever_drawn(self) -> None:
        """Worked out once with sha256sum and sort: if this changes, no old draw can be checked any more."""
        assert hash_of(EXAMPLE) == "851d28a67bfe4d769a31493f5300a6ad852782794c2ed8abf8c6f11051575483"
        assert "851d28a67bfe4d769a31493f5300a6ad852782794c2ed8abf8c6f11051575483" in PAGE
        assert names_of(draw(parse(EXAMPLE), NUMBER)) == [
            ("4d5f6g7h", ("350404002", "350404003")),
            ("3c4d5f6g", ("350404001", "350404002")),
        ]

    @given(st.integers(10**5, 10**14), st.integers(1, 12), st.integers(1, 5))
    def test_draws_each_once_and_deals_evenly(self, number: int, drawn: int, each: int) -> None:
        terms = replace(TERMS, homes_drawn=drawn, inspectors_each=each)
        found = draw(compose(terms, SALT, HOMES, PEOPLE), str(number))
        assert len({one.home.id for one in found}) == drawn
        assert all(len(set(one.inspectors)) == each for one in found)
        loads = Counter(one for home in found for one in home.inspectors)
        assert max(loads.values()) - min(loads[one] for one in PEOPLE) <= 1

    def test_every_home_is_drawn_about_as_often(self) -> None:
        """2 000 numbers, 12 homes, 4 drawn: each about 667 times; six standard deviations are 127."""
        counted = Counter(one.home.id for number in range(2_000) for one in draw(LISTED, f"{number:06d}"))
        assert set(counted) == {home.id for home in HOMES}
        assert all(540 < count < 794 for count in counted.values())

    def test_hears_only_the_digits(self) -> None:
        expected = draw(LISTED, NUMBER)
        for written in (
            "03081219223007",
            "０３、０８、１２、１９、２２、３０＋０７",
            "红球03 08 12 19 22 30 蓝球07",
        ):
            assert draw(LISTED, written) == expected
        assert draw(LISTED, "03 08 12 19 22 30 + 08") != expected

    @pytest.mark.parametrize("number", ["", "12345", "一二三四五六", "٣٣٣٣٣٣"])
    def test_refuses_numbers_with_too_few_digits(self, number: str) -> None:
        with pytest.raises(DrawRefused):
            digits_of(number)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("双色球第2026141期开奖号码", "福利彩票双色球 ２０２６１４１ 期", True),
            ("双色球第2026141期", "双色球第2026142期", False),
            ("上证指数收盘", " 上证指数收盘 ", True),
            ("上证指数收盘", "深证成指收盘", False),
        ],
    )
    def test_knows_one_number_by_several_names(self, one: str, other: str, same: bool) -> None:
        assert same_number(one, other) is same
