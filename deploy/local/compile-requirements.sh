#!/bin/sh
# Compile requirements.txt and requirements-dev.txt from pyproject.toml, with the hashes of every file that the
# public index offers for a version. $1: the Python to compile with (the oldest we support: 3.11).
set -eu
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# the public index alone: a mirror's address or a local folder must not find its way into the files
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX
export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make requirements"

"$1" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check "pip-tools>=7.5"
compile() {
    "$scratch/venv/bin/pip-compile" --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
        --no-emit-find-links --strip-extras --allow-unsafe "$@" pyproject.toml
}
compile --output-file requirements.txt
compile --output-file requirements-dev.txt --extra test --extra check --constraint requirements.txt

# needed, and installable, only before Python 3.14
sed -i.bak 's/^\(backports-zstd==[^ ]*\) \\$/\1 ; python_version < "3.14" \\/' requirements.txt requirements-dev.txt
rm -f requirements.txt.bak requirements-dev.txt.bak
