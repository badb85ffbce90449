"""A parser that is led astray ends its own process and learns nothing of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.limited_process import MEGABYTE, Died, TookTooLong, run_limited


def run(
    folder: Path, code: str, data: bytes = b"", *arguments: str, seconds: float = 120, cpu: int = 10
) -> bytes:
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    return run_limited(script, data, *arguments, memory=256 * MEGABYTE, cpu_seconds=cpu, seconds=seconds)


def test_bytes_go_in_and_come_out(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.buffer.write(sys.argv[1].encode() + sys.stdin.buffer.read()[::-1])"
    assert run(tmp_path, code, b"\x00\xffabc", "名.jpg") == "名.jpg".encode() + b"cba\xff\x00"


def test_our_settings_stay_with_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_VAULT_KEY", "the key to everything")
    monkeypatch.setenv("LANG_OF_ITS_OWN", "zh")
    seen = run(tmp_path, "import os; print(sorted(os.environ))").decode()
    assert "LANG_OF_ITS_OWN" in seen
    assert "PORTAL" not in seen


def test_it_cannot_import_the_portal_nor_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "struct.py").write_text("raise SystemExit(9)", encoding="utf-8")
    code = "import struct\ntry:\n import portal\nexcept ImportError:\n print('no')"
    assert run(tmp_path, code) == b"no\n"


@pytest.mark.parametrize(
    "code",
    [
        "bytearray(1 << 30)",
        "import os; os.abort()",
        "raise ValueError('private words')",
        "import sys; sys.exit(1)",
        "open(__file__ + '.out', 'wb').write(b'x' * 100_000)",
    ],
    ids=["memory", "crash", "error", "exit", "writes a file"],
)
def test_what_goes_wrong_in_it_is_a_death(tmp_path: Path, code: str) -> None:
    with pytest.raises(Died):
        run(tmp_path, code)


def test_it_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong):
        run(tmp_path, "import time; time.sleep(600)", seconds=0.5)


def test_it_is_ended_when_it_has_used_up_its_processor_time(tmp_path: Path) -> None:
    with pytest.raises(Died):
        run(tmp_path, "while True: pass", cpu=1)
