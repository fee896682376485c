# Two commands start everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lock messages clean

help:              ## List what can be made.
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.stamp ## Make .venv, with .venv/bin/tocsin in it.

.venv/.stamp: requirements-dev.lock pyproject.toml
	@echo "Setting up .venv (once; takes a few seconds from a warm package cache) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Tocsin needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) pip install --quiet --python .venv/bin/python --require-hashes -r requirements-dev.lock
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

demo: setup        ## Play the Moscow case and serve the desk and the public site on it.
	@.venv/bin/tocsin demo

test: setup        ## All the tests that need no server and no browser.
	@.venv/bin/python -m pytest -q

check: setup       ## Lint, types, import rules, messages.
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports
	@.venv/bin/python tools/messages.py --check

messages: setup    ## Collect the visible sentences into the translation template.
	@.venv/bin/python tools/messages.py

lock: setup        ## Resolve the dependencies again and write both lock files.
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock

clean:             ## Remove what was built or installed here; leaves ./var alone.
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
