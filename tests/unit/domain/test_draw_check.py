"""What checking a draw finds, its file, and the script of the page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.domain.draw_check import DrawFile, Flaw, OtherDraw, verify
from portal.domain.draw_file import UnreadableDraw, from_json, to_json
from portal.domain.random_draw import (
    compose,
    draw,
    names_of,
)
from tests.unit.domain.drawn import (
    DUE,
    HOMES,
    LISTED,
    NUMBER,
    PAGE,
    PEOPLE,
    SALT,
    TERMS,
    attested,
    chain,
    flaws,
    published,
)


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
