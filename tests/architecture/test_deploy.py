"""What stands in deploy/ fits the portal it deploys, and the programs that will read it can."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import url_for

from portal import create_app
from portal.backoffice.file_forms import endpoints_with_files
from portal.config import Environment, Settings
from portal.imports.files import UPLOAD_LIMIT
from portal.public.complaint_upload import READ_AT_MOST, WITH_FILES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
INSTALLED = Path("/opt/eldercare-portal")
"""Where docs/operations.md puts the portal on a server."""


def settings_of_the_portal() -> set[str]:
    """Return the names that portal/config.py reads."""
    return {f"PORTAL_{name.upper()}" for name in Settings.model_fields}


def settings_of_the_server() -> set[str]:
    """Return the names that gunicorn's configuration reads, beside PORT for local use."""
    text = (DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8")
    return set(re.findall(r"""environ\.get\(["'](PORTAL_\w+)""", text))


def example() -> dict[str, str]:
    """Return the values of portal.env.example as systemd and compose read them."""
    lines = (DEPLOY / "portal.env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)  # type: ignore[arg-type]


def tool(name: str) -> str | None:
    """Return the program's path; Debian keeps some of them where only root looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


# --- settings ---------------------------------------------------------------------------------------------


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert set(example()) == settings_of_the_portal() | settings_of_the_server()


def test_the_example_explains_every_setting() -> None:
    lines = (DEPLOY / "portal.env.example").read_text(encoding="utf-8").splitlines()
    unexplained = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if line.startswith("PORTAL_")
        and not before.startswith("# ")
        and line != "PORTAL_SITE_NAME=养老服务信息公开平台"
    ]
    assert unexplained == []


def test_the_example_starts_once_it_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = example() | {
        "PORTAL_SECRET_KEY": "k" * 64,
        "PORTAL_VAULT_KEY": "dmF1bHQta2V5LW9mLWV4YWN0bHktMzItYnl0ZXMhISE=",
        "PORTAL_PUBLISHER": "某市民政局",
        "PORTAL_DATA": str(tmp_path),
    }
    for name, value in filled.items():
        monkeypatch.setenv(name, value)
    app = create_app()
    assert app.config["PORTAL"].environment is Environment.PRODUCTION
    assert app.config["SESSION_COOKIE_SECURE"] is True


# --- gunicorn ---------------------------------------------------------------------------------------------


def gunicorn_settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """Return what the configuration says under these variables."""
    for name in ("PORT", "PORTAL_BIND", "PORTAL_WORKERS", "PORTAL_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("gunicorn_conf", DEPLOY / "gunicorn.conf.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def test_gunicorn_takes_its_configuration(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "--check-config", "--config", "deploy/gunicorn.conf.py"]
    environment = {**os.environ, "PORTAL_DATA": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "bind"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": "8123"}, "127.0.0.1:8123"),
        ({"PORTAL_BIND": "0.0.0.0:80", "PORT": "8123"}, "0.0.0.0:80"),
        ({"PORTAL_BIND": "unix:/run/portal.sock"}, "unix:/run/portal.sock"),
    ],
)
def test_where_gunicorn_listens(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], bind: str
) -> None:
    assert gunicorn_settings(monkeypatch, **environment)["bind"] == bind


def test_gunicorn_trusts_nobody_and_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = gunicorn_settings(monkeypatch)
    assert found["wsgi_app"] == "wsgi:app"
    assert found["forwarded_allow_ips"] == ""
    assert found["control_socket_disable"] is True
    # h: address · r, U, q, f, a: what was asked for, and by what · {…}i, {…}e: headers and variables
    assert not re.search(r"%\((h|r|U|q|f|a|\{.*?\}[ieo])\)s", found["access_log_format"])


# --- systemd ----------------------------------------------------------------------------------------------


def read_unit(path: Path) -> configparser.ConfigParser:
    """Return a unit; a name may stand more than once in a section, the last one is kept."""
    unit = configparser.ConfigParser(
        interpolation=None, strict=False, delimiters=("=",), comment_prefixes=("#",)
    )
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_are_fenced_in(path: Path) -> None:
    service = read_unit(path)["Service"]
    assert service["User"] == "eldercare-portal"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["ProtectHome"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["EnvironmentFile"] == "/etc/eldercare-portal.env"
    assert f"/var/lib/{service['StateDirectory']}" == example()["PORTAL_DATA"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_name_what_is_there(path: Path) -> None:
    service = read_unit(path)["Service"]
    assert Path(service["WorkingDirectory"]) == INSTALLED
    program, *arguments = service["ExecStart"].split()
    assert Path(program).parent == INSTALLED / ".venv" / "bin"
    assert (Path(sys.executable).parent / Path(program).name).exists()
    for argument in arguments:
        assert "/" not in argument or (ROOT / argument).exists()


def test_the_portal_starts_migrated() -> None:
    unit = read_unit(DEPLOY / "systemd" / "portal-web.service")["Unit"]
    assert unit["Requires"] == "portal-migrate.service"
    assert "portal-migrate.service" in unit["After"]


def test_the_worker_comes_and_goes_with_the_web() -> None:
    web, worker = (read_unit(DEPLOY / "systemd" / f"portal-{name}.service") for name in ("web", "worker"))
    assert "portal-worker.service" in web["Unit"]["Wants"].split()
    assert worker["Unit"]["PartOf"] == "portal-web.service"
    assert worker["Unit"]["Requires"] == "portal-migrate.service"
    assert "portal-migrate.service" in worker["Unit"]["After"]
    assert worker["Service"]["Restart"] == "always"


def test_the_worker_may_no_more_than_the_web() -> None:
    fences = {
        name: text.split("TasksMax=")[1].split("\n\n")[1]
        for name in ("web", "worker")
        if (text := (DEPLOY / "systemd" / f"portal-{name}.service").read_text(encoding="utf-8"))
    }
    assert len(fences["web"].splitlines()) > 15
    assert fences["web"] == fences["worker"]


@pytest.mark.parametrize("unit", [None, "portal-worker.service"])
def test_what_is_deployed_starts_the_worker_by_its_command(unit: str | None, tmp_path: Path) -> None:
    if unit is None:
        compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
        command = compose["services"]["worker"]["command"]
    else:
        command = read_unit(DEPLOY / "systemd" / unit)["Service"]["ExecStart"].split()
    assert Path(command[0]).name == "flask"
    assert command[1:3] == ["--app", "wsgi"]
    assert command[3] in create_app(Settings(data=tmp_path)).cli.commands  # type: ignore[call-arg]


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    verify = tool("systemd-analyze")
    if verify is None:
        pytest.skip("systemd is not installed")
    python = Path(sys.executable)
    copies = []
    for path in UNITS:  # the programs stand elsewhere here
        text = path.read_text(encoding="utf-8").replace(str(INSTALLED / ".venv" / "bin"), str(python.parent))
        copies.append(tmp_path / path.name)
        copies[-1].write_text(text.replace(str(INSTALLED), str(ROOT)), encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", "--recursive-errors=no", *copies],
        capture_output=True,
        text=True,
        timeout=120,
    )
    ours = [line for line in done.stderr.splitlines() if "portal-" in line]
    assert ours == []


# --- nginx ------------------------------------------------------------------------------------------------


def nginx_site() -> str:
    """Return the site's configuration."""
    return (DEPLOY / "nginx" / "eldercare-portal.conf").read_text(encoding="utf-8")


def test_nginx_logs_nobody_and_nothing_asked_for() -> None:
    site = nginx_site()
    log_format = re.search(r"log_format portal '([^']*)'", site)
    assert log_format is not None
    variables = set(re.findall(r"\$(\w+)", log_format[1]))
    assert not variables & {"remote_addr", "request", "request_uri", "args", "query_string", "http_referer"}
    assert not any(name.startswith("http_") for name in variables)
    servers = site.count("\nserver {")
    assert len(re.findall(r"access_log \S+ portal;", site)) == servers
    assert len(re.findall(r"error_log \S+ crit;", site)) == servers


def test_nginx_logs_no_link_that_sets_a_password() -> None:
    secret = re.search(r"location /staff/link/ \{(.*?)\}", nginx_site(), re.DOTALL)
    assert secret is not None, "its address alone opens an account: $uri in the log would hold it"
    assert "access_log off;" in secret[1]
    assert "limit_req " in secret[1]


_STAFF_WITH_FILES = ("backoffice.new_case", "backoffice.new_suggestion")


def test_nginx_fits_the_portal(tmp_path: Path) -> None:
    site = nginx_site()
    app = create_app(Settings(data=tmp_path))  # type: ignore[call-arg]
    largest = re.search(r"client_max_body_size (\d+)m;", site)
    assert largest is not None
    assert int(largest[1]) * 1024 * 1024 == app.config["MAX_CONTENT_LENGTH"]
    form = re.search(r"location = (\S+) \{\s*client_max_body_size (\d+)m;", site)
    assert form is not None
    assert int(form[2]) * 1024 * 1024 > UPLOAD_LIMIT
    assert app.url_map.bind("").match(form[1], method="POST")[0] == "backoffice.new_import"
    complaints = re.search(r"location ~ (\S+) \{\s*client_max_body_size (\d+)m;", site)
    assert complaints is not None
    assert int(complaints[2]) * 1024 * 1024 > READ_AT_MOST
    with app.test_request_context():
        assert all(re.match(complaints[1], url_for(endpoint)) for endpoint in WITH_FILES)
        photos = url_for("backoffice.add_problem_photo", public_id="2abcdefg")
        assert endpoints_with_files() == set(_STAFF_WITH_FILES) | {"backoffice.add_problem_photo"}
        assert all(re.match(complaints[1], one) for one in (photos, *map(url_for, _STAFF_WITH_FILES)))
    assert f"server {example()['PORTAL_BIND']};" in site
    assert example()["PORTAL_BEHIND_PROXY"] == "1"
    for header in ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", "X-Forwarded-Host $host"):
        assert f"proxy_set_header {header};" in site
    assert "proxy_add_x_forwarded_for" not in site
    assert (DEPLOY / "nginx" / "unavailable.html").is_file()
    assert site.count("{") == site.count("}")


def test_nginx_reads_the_site(tmp_path: Path) -> None:
    nginx, openssl = tool("nginx"), tool("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not installed")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=portal"]
    command += ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    site = nginx_site().replace("/etc/ssl/portal", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    scratch = " ".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; {scratch} include {tmp_path}/site.conf; }}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [nginx, "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


# --- containers -------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_image_holds_what_is_there_and_runs_as_nobody() -> None:
    steps = instructions()
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for source in (values.split()[0] for name, values in steps if name == "COPY"):
        assert (ROOT / source).exists(), source
        assert f"!{source}" in sent, source
    assert [values for name, values in steps if name == "USER"] == ["portal"]
    assert any("--require-hashes" in values for name, values in steps if name == "RUN")


def test_the_image_listens_where_it_says() -> None:
    steps = instructions()
    port = next(values for name, values in steps if name == "EXPOSE")
    assert any(f"PORTAL_BIND=0.0.0.0:{port}" in values for name, values in steps if name == "ENV")
    check = next(values for name, values in steps if name == "HEALTHCHECK")
    assert f":{port}/healthz" in check
    assert next(values for name, values in steps if name == "CMD") == (
        '["gunicorn", "--config", "deploy/gunicorn.conf.py"]'
    )


def test_the_image_has_the_python_that_is_tested() -> None:
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert ("FROM", f"python:{version}-slim") in instructions()


def test_compose_sets_known_settings_only() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"database", "migrate", "web", "worker"}
    known = settings_of_the_portal() | settings_of_the_server()
    for name in ("migrate", "web", "worker"):
        service = compose["services"][name]
        assert set(service["environment"]) <= known
        assert service["env_file"] == ".env"
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert service["environment"]["PORTAL_DATA"] in str(service["volumes"])
    published = compose["services"]["web"]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_compose_holds_no_secret() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "PASSWORD" in line and not line.strip().startswith("#"):
            assert "${POSTGRES_PASSWORD:?" in line
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/deploy/.env" in ignored


# --- scripts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        ROOT / ".ci" / "run",
        DEPLOY / "systemd" / "portal-flask",
        DEPLOY / "local" / "find-browser.sh",
        DEPLOY / "local" / "compile-requirements.sh",
    ],
    ids=lambda path: path.name,
)
def test_scripts_can_be_run(path: Path) -> None:
    assert os.access(path, os.X_OK)
    shell = "bash" if "bash" in path.read_text(encoding="utf-8").splitlines()[0] else "sh"
    subprocess.run([shell, "-n", path], check=True, timeout=120)
