# `make` lists the targets. Everything runs in .venv, which `make setup` makes from requirements.lock.

.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip -qq
# -qq: no progress, and no warnings about the machine's own pip configuration; errors are shown.
# `make setup PYTHON=/path/to/python` uses that one and no other.
PYTHON ?= python3 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CHECKED := kqlpack tests tools hatch_build.py
# Microsoft's parser, which tests and measurements compare with; where npm is missing they say that it is.
ORACLE := tools/oracle/node_modules/.installed
PEERS := build/peers/.installed
NPM := $(shell command -v npm)

.PHONY: help setup oracle demo test style types layers packs pytest conformance bench fuzz wheel lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with everything, in the versions of requirements.lock

$(STAMP): pyproject.toml requirements.lock
	@if ! $(BIN)/python -c 'import pip; $(NEW_ENOUGH)' 2>/dev/null; then \
	  for python in $(PYTHON); do \
	    if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found="$$python"; break; fi; \
	  done; \
	  if [ -z "$${found:-}" ]; then \
	    echo "setup: no Python >= 3.11 with the venv module found (tried: $(PYTHON))." >&2; \
	    echo "       Install one (Debian: apt install python3-venv) or name it: make setup PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	  fi; \
	  echo "setup: making $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "setup: installing the versions of requirements.lock"
	@# The build's own tools first and without isolation: they too come in the locked versions.
	@$(PIP) install --constraint requirements.lock hatchling lark msgspec
	@$(PIP) install --constraint requirements.lock --no-build-isolation --editable '.[dev,identity]'
	@touch $@
	@echo "setup: done; . $(BIN)/activate puts kqlpack on the path"

oracle: $(ORACLE) ## install Microsoft's parser, to compare with (needs Node.js and npm)

$(ORACLE): tools/oracle/package-lock.json
	@echo "oracle: installing Microsoft's parser"
	@cd tools/oracle && npm ci --silent --ignore-scripts
	@touch $@

demo: setup ## the main job on the embedded engine, with no cloud
	@$(BIN)/python tools/demo.py

test: setup style types layers packs pytest ## all checks and tests

style: setup ## ruff: lint and layout
	@echo "== ruff check"
	@$(BIN)/ruff check --quiet $(CHECKED)
	@echo "== ruff format --check"
	@$(BIN)/ruff format --check --quiet $(CHECKED)

types: setup ## mypy, strict
	@echo "== mypy (strict)"
	@$(BIN)/mypy

layers: setup ## import-linter: dependencies point one way
	@echo "== lint-imports"
	@$(BIN)/lint-imports --no-logo

packs: setup ## kqlpack on the project's own packs; build/packs.sarif is for code scanning
	@echo "== kqlpack lint packs"
	@mkdir -p build
	@$(BIN)/kqlpack lint packs --fail-on info --output sarif=build/packs.sarif

pytest: setup $(if $(NPM),$(ORACLE)) ## the tests alone
	@echo "== pytest"
	@$(BIN)/pytest -q -n 2

conformance: setup $(if $(NPM),$(ORACLE)) ## measure against ../shared, where it is present
	@$(BIN)/python tools/conformance.py

bench: setup $(if $(NPM),$(ORACLE)) $(PEERS) ## time the stages, and the parser beside its peers
	@$(BIN)/python -m compileall -q kqlpack
	@$(BIN)/python tools/bench.py

$(PEERS): tools/peers/requirements.txt
	@echo "bench: installing other parsers of KQL into build/peers"
	@python3 -m venv --clear build/peers
	@PIP_DISABLE_PIP_VERSION_CHECK=1 build/peers/bin/python -m pip -qq install --requirement tools/peers/requirements.txt
	@touch $@

fuzz: setup $(if $(NPM),$(ORACLE)) ## the property tests with many more, and random, examples
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -q -n 2 -m hypothesis

wheel: setup ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

lock: ## write requirements.lock anew, with the newest versions that pyproject.toml allows
	@rm -rf build/lock && $(firstword $(PYTHON)) -m venv build/lock
	@build/lock/bin/python -m pip -qq install --upgrade pip
	@build/lock/bin/python -m pip -qq install --editable '.[dev,identity]'
	@{ echo "# Exact versions of all that kqlpack and its development need. Written by: make lock"; \
	   build/lock/bin/python -m pip list --format=freeze --exclude-editable --exclude pip --exclude setuptools | LC_ALL=C sort -f; \
	 } > build/requirements.lock
	@mv build/requirements.lock requirements.lock && rm -rf build/lock

clean: ## remove .venv and all that was generated
	@rm -rf tools/oracle/node_modules $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis kqlpack/syntax/_tables.bin
	@find kqlpack tests tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
