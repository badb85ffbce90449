"""Mail addresses as people type them."""

from __future__ import annotations

import pytest

from portal.domain.mail_address import NotAnAddress, address_key, read_address


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("zhang@example.cn", "zhang@example.cn"),
        ("  Zhang.San+portal@Example.CN ", "Zhang.San+portal@Example.CN"),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "zhang@example.cn"),
        ("zhang@例子.中国", "zhang@xn--fsqu00a.xn--fiqs8s"),
        ("1234567@qq.com", "1234567@qq.com"),
    ],
)
def test_what_can_be_written_to(typed: str, read: str) -> None:
    assert read_address(typed) == read
    assert read_address(read) == read


@pytest.mark.parametrize(
    "typed",
    [
        "", "zhang", "@example.cn", "zhang@", "zhang@example", "zhang@@example.cn", "zhang san@example.cn",
        "张三@example.cn", "zhang@example.cn, li@example.cn", "zhang@exam_ple.cn", "zhang@-example.cn",
        "zhang@example.cn\nBcc: x@example.cn", "<zhang@example.cn>", "zhang..san@example.cn", ".a@example.cn",
        "zhang@example..cn", "zhang@192.168.0.1", "zhang@" + "a" * 64 + ".cn", "a" * 65 + "@example.cn",
        "z" * 60 + "@" + "a" * 60 + "." + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        read_address(typed)


def test_capitals_make_no_other_mailbox() -> None:
    assert address_key(read_address("Zhang@Example.cn")) == address_key(read_address("zhang@example.CN"))
