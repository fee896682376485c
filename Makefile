# Two commands start everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
UV_VERSION := 0.13.9
KILLS ?= 50
WORKERS ?= auto
AXE_VERSION := 4.14.1
LOCKING := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
# A test's directory lies in memory where 8 GB are free there, for each commit waits until it is on the disc. To kill a
# process takes nothing from either; what a power cut takes is played call by call. On a disc: make test TMPDIR=/tmp
ROOM := $(shell df --output=avail -BG /dev/shm 2>/dev/null | tail -1 | tr -dc 0-9)
ifeq ($(origin TMPDIR)$(shell test "0$(ROOM)" -ge 8 && echo there),undefinedthere)
TMPDIR := /dev/shm
endif
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
# Compiled anew, each of the many processes that the tests start would take three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test faults service browser fuzz bench check reference messages lock clean

help:              ## List what can be made.
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.stamp ## Make .venv, with .venv/bin/tocsin in it.

# The stamp is the last thing made, so a set-up that was cut off is taken up again. -e . is not isolated: what builds
# it (hatchling, editables) is in the lock, with its hash, like everything else.
.venv/.stamp: requirements-dev.lock pyproject.toml
	@echo "Setting up .venv (once; takes a few seconds from a warm package cache) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Tocsin needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian or Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@.venv/bin/python -c 'import importlib.metadata as m; assert m.version("uv") == "$(UV_VERSION)"' 2>/dev/null || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) pip install --quiet --python .venv/bin/python --require-hashes -r requirements-dev.lock
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

demo: setup        ## Play the Moscow case and serve the desk and the public site on it.
	@.venv/bin/tocsin demo

test: setup        ## All the tests that need no server and no browser.
	@$(if $(TMPDIR),TMPDIR=$(TMPDIR)) .venv/bin/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# To read all the other files, only to pass their tests over, would take half a minute.
service: setup     ## The tests that need a server or a compiler beside them, such as Go.
	@.venv/bin/python -m pytest -q -m service $$(grep -rl --include='*.py' 'pytest[.]mark[.]service' tests)

faults: setup      ## Kill the Moscow case, a sender and a server KILLS times each (by hand; 2 s a kill).
	@.venv/bin/python -m tests.faults.moscow $(KILLS)
	@.venv/bin/python -m tests.faults.sends $(KILLS) http
	@.venv/bin/python -m tests.faults.sends $(KILLS) smtp
	@.venv/bin/python -m tests.faults.served $(KILLS) http
	@.venv/bin/python -m tests.faults.served $(KILLS) smtp

browser: setup .venv/axe.min.js ## The tests that open pages in Debian's Chromium.
	@.venv/bin/python -m pytest -q -m browser $$(grep -rl --include='*.py' 'pytest[.]mark[.]browser' tests)

# What fuzzes is not among what `make setup` brings: it is large, and there is none for most machines.
fuzz: setup        ## Fuzz what reads foreign bytes, 20 s each (by hand).
	@$(UV) pip install --quiet --python .venv/bin/python --require-hashes -r requirements-fuzz.lock
	@.venv/bin/python -m tests.fuzz

bench: setup       ## Measure, several times, with the peers beside (by hand; some minutes).
	@.venv/bin/python benchmarks/side_by_side.py record
	@.venv/bin/python benchmarks/side_by_side.py delivery --times 3
	@.venv/bin/python benchmarks/side_by_side.py smtp --times 3
	@.venv/bin/python benchmarks/side_by_side.py audience
	@.venv/bin/python benchmarks/side_by_side.py areas
	@.venv/bin/python benchmarks/side_by_side.py cap

# axe-core (MPL-2.0) judges accessibility in these tests only; nothing of it ships.
.venv/axe.min.js:
	@cd .venv && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null
	@cd .venv && tar xzf axe-core-$(AXE_VERSION).tgz package/axe.min.js -O > axe.part && rm axe-core-$(AXE_VERSION).tgz
	@mv .venv/axe.part $@

check: setup       ## Lint, format, types, import rules, messages.
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --check .; exit 1; }
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/python tools/messages.py --check
	@.venv/bin/python tools/facts.py --check
	@.venv/bin/python tools/rules.py --check
	@.venv/bin/python tools/stix.py --check
	@.venv/bin/python tools/tables.py --check

reference: setup   ## Write the reference pages, and the tables of a new directory, that come from the code.
	@.venv/bin/python tools/facts.py
	@.venv/bin/python tools/rules.py
	@.venv/bin/python tools/stix.py
	@.venv/bin/python tools/tables.py

messages: setup    ## Collect the visible sentences into the translation template.
	@.venv/bin/python tools/messages.py

lock: setup        ## Resolve the dependencies again and write the lock files.
	@$(LOCKING) pyproject.toml -o requirements.lock
	@$(LOCKING) pyproject.toml --group dev -o requirements-dev.lock
	@$(LOCKING) --group fuzz -o requirements-fuzz.lock
	@! grep -nE '[a-z]+://|^-' requirements.lock requirements-dev.lock requirements-fuzz.lock || { echo "A lock file names an address."; exit 1; }

clean:             ## Remove what was built or installed here; leaves ./var alone.
	@rm -rf .venv .venv-peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
