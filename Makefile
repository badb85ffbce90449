# make            what there is to do
# make run        the portal on http://127.0.0.1:8000 with a fictional city; all data in ./var
# Variables: PORT (8000), PORTAL_DATA (./var), PYTHON (the first python3 that is new enough), ARGS (for pytest)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test bench check check-types check-all-else format pictures requirements venv venv-dev python clean

PORT ?= 8000
export PORT

new_enough := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p $(new_enough) 2>/dev/null && echo $$p && break; done)
endif
BIN := .venv/bin

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-14s %s\n' "$$name" "$$text"; done

run: venv ## serve the portal on 127.0.0.1:PORT (8000); the first start loads the demo city
	@exec $(BIN)/python deploy/local/start.py

test: venv-dev ## run every test: unit, integration on SQLite and PostgreSQL, browser
	@browser="$${PORTAL_TEST_BROWSER-$$(sh deploy/local/find-browser.sh $(BIN)/python)}" || exit 1; \
	unset $$(env | sed -n 's/^\(PORTAL_[A-Z_]*\)=.*/\1/p') PORT; \
	PORTAL_TEST_BROWSER="$$browser" $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: venv-dev ## lint, formatting, types, architecture, migrations and requirements in step
	@$(MAKE) --no-print-directory -j2 check-types check-all-else

check-types: # by itself, as it takes as long as all the rest
	$(BIN)/mypy

check-all-else:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@echo "migrations in step with the models"
	@data="$$(mktemp -d)" && trap 'rm -rf "$$data"' EXIT && \
	unset $$(env | sed -n 's/^\(PORTAL_[A-Z_]*\)=.*/\1/p') PORT && export PORTAL_DATA="$$data" PORTAL_LOG_LEVEL=ERROR && \
	$(BIN)/flask --app wsgi db upgrade && $(BIN)/flask --app wsgi db check
	@echo "requirements in step with pyproject.toml"
	@$(BIN)/python -m pytest -q --no-header --noconftest tests/architecture/test_requirements.py

format: venv-dev ## write the code the way "make check" wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

requirements: python ## compile requirements*.txt anew from pyproject.toml
	sh deploy/local/compile-requirements.sh $(PYTHON)

pictures: venv-dev ## take the pictures of the README anew from a portal running on PORT
	PORTAL_TEST_BROWSER="$$(sh deploy/local/find-browser.sh $(BIN)/python)" $(BIN)/python -m deploy.local.take_pictures http://127.0.0.1:$(PORT)

bench: venv-dev ## measure pages, search and map; write docs/performance.md (half an hour; ARGS=--quick: five minutes; --only PART: the rest stays as measured)
	@unset $$(env | sed -n 's/^\(PORTAL_[A-Z_]*\)=.*/\1/p' | grep -v '^PORTAL_BENCH_DATA$$') PORT; \
	$(BIN)/python -m tests.bench $(ARGS)

clean: ## remove .venv and caches; data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .test-artifacts

venv: python ## prepare .venv with the pinned packages that the portal runs on
	@$(PYTHON) deploy/local/make_venv.py requirements.txt

venv-dev: python
	@$(PYTHON) deploy/local/make_venv.py requirements-dev.txt

python:
	@test -n "$(PYTHON)" && $(PYTHON) $(new_enough) || { \
		echo "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
