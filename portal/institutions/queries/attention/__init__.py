"""What needs a look (到期与异常): lists of what ends soon, has no date, passed its limit or looks wrong."""
