"""What two suggestions say, and by which numbers they are found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.likeness import TERMS_MOST, alikeness, meaning_of, number_of, terms_of

TEXTS = st.text(alphabet="长者食堂太远老人的饭菜硬我们希望 ，。aB1", max_size=120)


def test_words_that_mean_one_thing_are_one() -> None:
    assert set(meaning_of("长者食堂的伙食咬不动")) == {"食堂", "饭菜", "硬"}
    assert list(meaning_of("希望我们大家都能够")) == []
    assert meaning_of("蓝色窗帘").keys() == {"蓝色", "色窗", "窗帘"}


def test_more_in_common_is_more_alike_and_little_is_nothing() -> None:
    said = meaning_of("食堂的饭太硬，老人咬不动")
    again, near, far = "院里饭菜应该煮烂一点", "食堂太远了", "医保卡在院里不能刷"
    shares = [alikeness(said, meaning_of(text)) for text in (again, near, far)]
    assert shares[0] > shares[1] > 0.0
    assert shares[2] == 0.0
    assert alikeness(meaning_of("老人"), meaning_of("老人")) == 0.0


def test_who_writes_at_length_is_found_by_who_writes_a_line() -> None:
    long = meaning_of(
        "我们住在城东，附近的公园很好，孩子也常来。就是长者食堂离得太远，走路要半个钟头，冬天更难。"
    )
    assert alikeness(long, meaning_of("食堂太远")) > 0.6


def test_terms_are_few_steady_and_shared_by_what_is_alike() -> None:
    terms = terms_of("食堂的饭太硬，老人咬不动")
    assert terms == terms_of("食堂的饭太硬，老人咬不动")
    assert number_of("硬+饭菜") in terms
    assert set(terms) & set(terms_of("院里的伙食应该煮烂"))
    assert not set(terms) & set(terms_of("蓝色窗帘"))
    assert terms_of("") == terms_of("希望我们") == []


@given(TEXTS, TEXTS)
def test_whatever_is_written_it_can_be_looked_for(one: str, other: str) -> None:
    terms = terms_of(one)
    assert len(terms) == len(set(terms)) <= TERMS_MOST
    assert all(0 <= term < 2**63 for term in terms)
    first, second = meaning_of(one), meaning_of(other)
    assert 0.0 <= alikeness(first, second) <= 1.0
    assert alikeness(first, second) == alikeness(second, first)
