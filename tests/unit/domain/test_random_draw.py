"""The draw: a canonical list, an outcome that anybody can redo, and what checking finds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.draw_check import Attestation, Chain, DrawFile, Flaw, OtherDraw, verify
from portal.domain.draw_file import UnreadableDraw, from_json, to_json
from portal.domain.random_draw import (
    CHINA,
    Candidates,
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

PAGE = Path("docs/draws.md").read_text("utf-8")
EXAMPLE = re.findall(r"```text\n(养老机构双随机抽查名单.*?)```", PAGE, re.S)[0]
DUE = datetime(2026, 12, 8, 21, 15, tzinfo=CHINA)
ANNOUNCED = datetime(2026, 12, 1, 9, 0, tzinfo=CHINA)
SALT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
HOMES = [
    Home(f"{number:08d}".replace("0", "b").replace("1", "c"), f"第{number}敬老院") for number in range(12)
]
PEOPLE = [f"35040400{number}" for number in range(5)]
TERMS = Terms("下半年消防抽查", "双色球第2026141期开奖号码", DUE, 4, 2)
NUMBER = "03 08 12 19 22 30 + 07"
LISTED = compose(TERMS, SALT, HOMES, PEOPLE)

LABELS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20
).filter(lambda text: one_line(text) != "")


def published(listed: Candidates = LISTED, **changes: Any) -> DrawFile:
    """Return an honest draw's file, with changes; unless told otherwise, who is drawn follows its number."""
    number = changes.get("number", NUMBER)
    if "drawn" not in changes:
        changes["drawn"] = tuple(names_of(draw(listed, number)))
    file = DrawFile(
        public_id="d2345678",
        office="汀兰县消防",
        terms=listed.terms,
        number_where="中国福彩网",
        candidates_hash=hash_of(listed.text()),
        home_count=len(listed.homes),
        inspector_count=len(listed.inspectors),
        announced_at=ANNOUNCED,
        state="revealed",
        number=number,
        drawn_at=DUE + timedelta(hours=12),
        revealed_at=DUE + timedelta(days=30),
        candidates=listed.text(),
    )
    return replace(file, **changes)


def attested(file: DrawFile, **changes: Any) -> Attestation:
    """Return what an honest audit says of a draw."""
    said = Attestation(
        ANNOUNCED, 7, file.candidates_hash, file.terms, file.home_count, file.inspector_count, True
    )
    return replace(said, **changes)


def chain(file: DrawFile, **changes: Any) -> Chain:
    """Return what an honest audit chain says of a draw."""
    return replace(Chain(True, (attested(file),), (file.number,) if file.number else ()), **changes)


def flaws(file: DrawFile, **known: Any) -> set[Flaw]:
    """Return what checking finds."""
    return {one.flaw for one in verify(file, **known).findings}


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


class TestChecking:
    def test_an_honest_draw_holds(self) -> None:
        file = published()
        found = verify(file, number_read="红03 08 12 19 22 30 蓝07", chain=chain(file))
        assert found.holds
        assert found.complete

    def test_what_is_not_revealed_yet_holds_as_far_as_it_goes(self) -> None:
        file = published(state="announced", number=None, drawn_at=None, candidates=None, drawn=None)
        found = verify(file, chain=chain(file, numbers=()))
        assert found.holds
        assert not found.complete

    def test_a_home_struck_from_the_list_is_seen(self) -> None:
        fewer = compose(TERMS, SALT, HOMES[1:], PEOPLE)
        honest = published()
        swapped = replace(honest, candidates=fewer.text(), drawn=tuple(names_of(draw(fewer, NUMBER))))
        assert Flaw.LIST_CHANGED in flaws(swapped)

    def test_a_list_exchanged_with_its_hash_is_seen_by_whoever_kept_the_hash_and_by_the_chain(self) -> None:
        honest, fewer = published(), published(compose(TERMS, SALT, HOMES[1:], PEOPLE))
        assert flaws(fewer) == set()
        assert flaws(fewer, announced_hash=honest.candidates_hash.upper()) == {Flaw.LIST_CHANGED}
        assert flaws(fewer, chain=chain(honest)) == {Flaw.CHAIN_DIFFERS}

    def test_a_ground_salt_is_no_use_once_the_hash_is_out(self) -> None:
        """Whoever tries salts after the number until a home is spared needs another hash."""
        honest = published()
        spared = names_of(draw(LISTED, NUMBER))[0][0]
        for number in range(200):
            ground = compose(TERMS, f"{number:032x}", HOMES, PEOPLE)
            if spared not in {home for home, _ in names_of(draw(ground, NUMBER))}:
                break
        else:
            pytest.fail("no salt spares the home")
        assert Flaw.CHAIN_DIFFERS in flaws(published(ground), chain=chain(honest))
        kept = replace(published(ground), candidates_hash=honest.candidates_hash)
        assert Flaw.LIST_CHANGED in flaws(kept)

    def test_terms_changed_after_the_announcement_are_seen(self) -> None:
        file = published(terms=replace(TERMS, homes_drawn=3))
        assert Flaw.TERMS_CHANGED in flaws(file)
        whole = published(compose(replace(TERMS, homes_drawn=3), SALT, HOMES, PEOPLE))
        assert flaws(whole, chain=chain(published())) == {Flaw.CHAIN_DIFFERS}

    def test_counts_that_do_not_fit_are_seen(self) -> None:
        assert flaws(published(home_count=11)) == {Flaw.COUNTS_WRONG}

    def test_another_number_is_seen(self) -> None:
        other = published(number="01 02 03 04 05 06 + 07")
        assert flaws(other) == set()
        assert flaws(other, number_read=NUMBER) == {Flaw.NUMBER_CHANGED}
        assert flaws(other, chain=chain(other, numbers=(NUMBER, other.number))) == {Flaw.NUMBER_CHANGED}
        assert flaws(other, chain=chain(other, numbers=(NUMBER,))) == {Flaw.NUMBER_CHANGED}
        assert Flaw.DRAWN_CHANGED in flaws(
            published(number="01 02 03 04 05 06 + 07", drawn=published().drawn)
        )
        assert flaws(published(), chain=chain(published(), numbers=())) == {Flaw.NUMBER_CHANGED}

    def test_a_number_too_short_is_seen(self) -> None:
        assert flaws(published(number="123", drawn=None)) == {Flaw.NUMBER_UNFIT}

    def test_homes_exchanged_are_named(self) -> None:
        honest = published()
        assert honest.drawn is not None
        drawn = {home for home, _ in honest.drawn}
        spare = next(home for home in HOMES if home.id not in drawn)
        first = next(home for home in HOMES if home.id == honest.drawn[0][0])
        file = replace(honest, drawn=((spare.id, honest.drawn[0][1]), *honest.drawn[1:]))
        found = verify(file)
        assert [one.flaw for one in found.findings] == [Flaw.DRAWN_CHANGED]
        assert spare.name in found.findings[0].text
        assert first.name in found.findings[0].text

    def test_inspectors_exchanged_and_homes_left_out_are_seen(self) -> None:
        honest = published()
        assert honest.drawn is not None
        home, sent = honest.drawn[0]
        others = tuple(one for one in PEOPLE if one not in sent)[:2]
        assert flaws(replace(honest, drawn=((home, others), *honest.drawn[1:]))) == {Flaw.DRAWN_CHANGED}
        assert flaws(replace(honest, drawn=honest.drawn[1:])) == {Flaw.DRAWN_CHANGED}
        assert flaws(replace(honest, drawn=())) == {Flaw.DRAWN_CHANGED}

    @pytest.mark.parametrize(
        ("announced_at", "flaw"),
        [
            (DUE, Flaw.LATE),
            (DUE + timedelta(minutes=1), Flaw.LATE),
            (DUE - timedelta(hours=2), Flaw.SAME_DAY),
            (datetime(2026, 12, 7, 16, 30, tzinfo=UTC), Flaw.SAME_DAY),
        ],
    )
    def test_an_announcement_that_does_not_come_first_is_seen(
        self, announced_at: datetime, flaw: Flaw
    ) -> None:
        assert flaws(published(announced_at=announced_at)) == {flaw}

    def test_a_number_entered_before_its_time_is_seen(self) -> None:
        assert flaws(published(drawn_at=DUE - timedelta(minutes=1))) == {Flaw.TOO_EARLY}

    def test_two_lists_for_one_number_are_seen(self) -> None:
        second = OtherDraw("d3456789", "福彩双色球2026141期", DUE, None)
        assert flaws(published(others=(second,))) == {Flaw.SHOPPED}
        other_number = replace(second, number_name="双色球第2026142期", number_due_at=DUE + timedelta(2))
        assert flaws(published(others=(other_number,))) == set()

    def test_a_list_given_up_when_its_outcome_was_known_is_seen(self) -> None:
        due = DUE - timedelta(days=5)
        given_up = OtherDraw("d3456789", "双色球第2026139期", due, due + timedelta(hours=1))
        assert flaws(published(others=(given_up,))) == {Flaw.GIVEN_UP}
        in_time = replace(given_up, abandoned_at=due - timedelta(hours=1))
        assert flaws(published(others=(in_time,))) == set()

    def test_an_announcement_that_the_chain_does_not_know_in_time_is_seen(self) -> None:
        file = published()
        assert flaws(file, chain=chain(file, announced=())) == {Flaw.NOT_IN_CHAIN}
        late = attested(file, at=DUE)
        assert flaws(file, chain=chain(file, announced=(late,))) == {Flaw.CHAIN_LATE}
        unsealed = attested(file, closed_before_due=False)
        assert flaws(file, chain=chain(file, announced=(unsealed,))) == {Flaw.CHAIN_LATE}
        assert flaws(file, chain=chain(file, holds=False)) == {Flaw.CHAIN_BROKEN}
        twice = (attested(file), attested(file, candidates_hash="0" * 64))
        assert flaws(file, chain=chain(file, announced=twice)) == {Flaw.CHAIN_DIFFERS}

    def test_a_list_in_no_known_form_is_seen(self) -> None:
        file = published(candidates="随便写的")
        assert flaws(file) == {Flaw.LIST_CHANGED, Flaw.UNREADABLE}


class TestTheFile:
    def test_says_as_json_what_it_says(self) -> None:
        second = OtherDraw("d3456789", "双色球第2026141期", DUE, DUE)
        for file in (
            published(others=(second,), abandoned_reason="测试"),
            published(number=None, drawn_at=None, candidates=None, drawn=None, revealed_at=None),
        ):
            assert from_json(json.loads(json.dumps(to_json(file)))) == file

    @pytest.mark.parametrize("field", sorted(to_json(published())))
    def test_refuses_a_file_that_lacks_something_or_says_it_wrong(self, field: str) -> None:
        said = to_json(published())
        with pytest.raises(UnreadableDraw):
            from_json({name: value for name, value in said.items() if name != field})
        with pytest.raises(UnreadableDraw):
            from_json({**said, field: {"in": "vain"}})

    @pytest.mark.parametrize("said", [None, [], "draw", 7, {}])
    def test_refuses_what_is_no_draw(self, said: Any) -> None:
        with pytest.raises(UnreadableDraw):
            from_json(said)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's script, in a file of its own."""
    found = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert found is not None
    assert len(found[1].splitlines()) <= 25
    assert "portal" not in found[1]
    path = tmp_path_factory.mktemp("script") / "check.py"
    path.write_text(found[1], "utf-8")
    return path


class TestThePagesScript:
    """The script on the page, run as a stranger runs it: nothing of the portal is within its reach."""

    def run(self, script: Path, file: DrawFile) -> list[str]:
        path = script.parent / "draw.json"
        path.write_text(json.dumps(to_json(file), ensure_ascii=False), "utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-W", "error::SyntaxWarning", script.name, path.name],
            cwd=script.parent, capture_output=True, check=True, encoding="utf-8",
        )  # fmt: skip
        return done.stdout.splitlines()

    def test_agrees_with_an_honest_draw(self, script: Path) -> None:
        lines = self.run(script, published())
        assert len(lines) == 6
        assert all(line.startswith("相符 ") for line in lines[:4])
        assert lines[4:] == ["名单相符", "公告在先"]

    def test_sees_a_list_changed_a_home_exchanged_and_a_late_announcement(self, script: Path) -> None:
        honest = published()
        assert honest.drawn is not None
        turned = replace(honest, drawn=(honest.drawn[1], honest.drawn[0], *honest.drawn[2:]))
        assert [line.split()[0] for line in self.run(script, turned)][:4] == ["不符", "不符", "相符", "相符"]
        renamed = replace(honest, candidates=LISTED.text().replace("第0敬老院", "第零敬老院"))
        assert "名单改动过" in self.run(script, renamed)
        assert "公告不在先" in self.run(script, replace(honest, announced_at=DUE))
