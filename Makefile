# `make` or `make report` builds the reports, `make test` proves that everything works. Both set up what they need first.
# Every step of the set-up leaves a stamp, so that a second run does nothing. `make help` lists the commands.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# A Python >= 3.11 to use instead of the first one found.
PYTHON ?=
# The folder with the seed documents, which are not ours to ship.
TEXTS ?= ../shared/seeds
# Workers of the tests.
WORKERS ?= 2
# Measurements to run, all if empty.
BENCH ?=

PY := .venv/bin/python
MALISEC := .venv/bin/malisec
# --no-build-isolation below and the hashes in the locks: nothing enters .venv that no lock names.
# compiled at set-up: a notebook kernel imports some two thousand modules, and not every machine may write .pyc later
INSTALL := .venv/bin/uv pip install --quiet --compile-bytecode --python $(PY)

# A virtual environment breaks when its folder moves; stamps that know the folder make a moved clone set up anew.
STAMPS := .venv/.stamps-$(shell pwd -P | cksum | cut -d ' ' -f 1)

.DEFAULT_GOAL := report
.PHONY: report test check verify lab notebooks bench setup dev lock clean help

report: setup ## build reports/index.html and one HTML file per report
	$(MALISEC) report

test: dev ## unit tests, doctests, browser tests, and every notebook against its stored outputs
	@$(PY) scripts/chromium.py
	$(PY) -m pytest -n $(WORKERS) --dist loadscope
	MALISEC_DISPLAY=stored $(PY) -m pytest -n $(WORKERS) --dist loadscope --nbval --nbval-current-env notebooks

check: dev ## lint (Python and JavaScript), formatting, types, tables
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy malisec
	PATH="$$PATH:$(CURDIR)/.venv/bin" node node_modules/eslint/bin/eslint.js malisec/assets/js tests/js
	$(MALISEC) check

verify: setup ## compare the claims with the seed documents (TEXTS=folder)
	@test -d "$(TEXTS)" || { echo "make verify needs the seed documents, which are not shipped: no folder $(TEXTS). Name yours: make verify TEXTS=folder" >&2; exit 1; }
	$(MALISEC) check --texts "$(TEXTS)"

lab: setup ## open the notebooks in JupyterLab
	.venv/bin/jupyter lab notebooks

notebooks: setup ## run the notebooks again and store their outputs
	$(MALISEC) store

bench: dev ## run the measurements and write benchmarks/results.json (BENCH="points names" for these only)
	@$(PY) benchmarks/_all.py $(BENCH)

# --- set-up ------------------------------------------------------------------------------------------------------
setup: $(STAMPS)/package $(STAMPS)/assets ## set up what the reports need, and nothing else

dev: setup $(STAMPS)/dev ## set up what the tests need as well

$(STAMPS)/venv: scripts/venv.sh
	@sh scripts/venv.sh "$(PYTHON)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/uv: requirements-uv.lock $(STAMPS)/venv
	@echo "· installer (uv, hatchling)"
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-uv.lock
	@touch $@

$(STAMPS)/base: requirements.lock $(STAMPS)/uv
	@echo "· libraries from requirements.lock"
	@$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/package: pyproject.toml scripts/hatch_build.py $(STAMPS)/base
	@echo "· malisec itself, read from this folder"
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/assets: package.json package-lock.json .npmrc scripts/assets.py requirements-node.lock $(STAMPS)/uv
	@echo "· front-end files"
	@$(PY) scripts/assets.py
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/base $(STAMPS)/assets
	@echo "· test tools from requirements-dev.lock and package-lock.json"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(PY) scripts/assets.py --dev
	@touch $@

# --- locks -------------------------------------------------------------------------------------------------------
# One resolution for everything first; the smaller locks are then cut out of it, so that no two locks disagree.
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

lock: $(STAMPS)/uv ## resolve all dependencies anew (make lock UPGRADE=--upgrade for the newest versions)
	@echo "· requirements-dev.lock"
	@$(COMPILE) $(UPGRADE) --all-extras -c scripts/constraints.txt pyproject.toml -o requirements-dev.lock
	@echo "· requirements.lock"
	@$(COMPILE) $(UPGRADE) --extra lab --extra trends -c requirements-dev.lock pyproject.toml -o requirements.lock
	@echo "· requirements-uv.lock, requirements-node.lock"
	@$(COMPILE) $(UPGRADE) -c requirements-dev.lock --group pyproject.toml:setup -o requirements-uv.lock
	@$(COMPILE) $(UPGRADE) -c requirements-dev.lock --group pyproject.toml:node -o requirements-node.lock
	@echo "· package-lock.json"
	@$(PY) scripts/assets.py --lock

clean: ## remove everything that was set up or built
	rm -rf .venv node_modules reports build dist malisec/assets/vendor tests/.vendor \
		.cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'
