"""``make`` prepares .venv with this: ``python3 deploy/local/make_venv.py requirements.txt``.

Installs a requirements file into .venv only if its content, or the Python of .venv, has changed since it was
last installed. Two runs at once wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(requirements: Path) -> None:
    """Bring .venv in step with ``requirements``; say so when that takes time."""
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _create_if_broken()
        stamp = VENV / f".installed-{requirements.name}"
        wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print(f"installing {requirements.name} into .venv …", flush=True)
        _install(requirements)
        for other in VENV.glob(".installed-*"):
            other.unlink()  # the files pin the same packages: what another one installed may have moved
        stamp.write_text(wanted)
        if requirements.name == "requirements-dev.txt":  # holds all of requirements.txt
            run_time = requirements.with_name("requirements.txt")
            (VENV / f".installed-{run_time.name}").write_text(
                hashlib.sha256(run_time.read_bytes()).hexdigest()
            )


def _create_if_broken() -> None:
    """Make .venv where there is none, or where its Python has gone or been replaced by an older one."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0:
        return
    version = ".".join(str(part) for part in sys.version_info[:3])
    print(f"making .venv with Python {version} …", flush=True)
    for stamp in VENV.glob(".installed-*"):
        stamp.unlink()
    try:
        venv.EnvBuilder(with_pip=True, clear=False, upgrade_deps=False, symlinks=True).create(VENV)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"could not make .venv: {error}\n"
            "On Debian and Ubuntu the package python3-venv is needed: apt install python3-venv"
        )


def _install(requirements: Path) -> None:
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "-r", requirements]  # the file names every dependency
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, env=environment).returncode != 0:
        sys.exit(f"could not install {requirements.name}; see the message above")


if __name__ == "__main__":
    main(ROOT / sys.argv[1])
