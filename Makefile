# The whole developer interface. A fresh machine needs Python 3.11 or newer, and Node for what the tests run with it:
# Microsoft's SARIF validator and the emulator of Azure Storage.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := $(addsuffix /node_modules/.ready,tests/report/node tests/azurite)
# What the tests run beyond Python and Node, by Debian's names: postgresql holds a history.
DEBIAN := postgresql
DEMO := fixtures/kakuu-city/snapshot.zip

.PHONY: demo test soak unit lint format bench docs package accept fixtures clean help

help:
	@echo "make demo | test | lint | format | bench | docs | package | accept | fixtures | soak"

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	touch $@

# Without Node or a registry the tests that need it skip with their reason (under CI=true they fail).
$(NODE): %/node_modules/.ready: %/package-lock.json
	-cd $* && npm ci --silent --no-audit --no-fund && touch node_modules/.ready

# Where apt and the right to use it are there, what is missing is installed; elsewhere the tests that need it skip with their reason.
$(VENV)/.debian: Makefile $(VENV)/.ready
	-.ci/debian $(DEBIAN) && touch $@

demo: $(VENV)/.ready
	-$(BIN)/azlinkscan assess $(DEMO) --lang ja
	-$(BIN)/azlinkscan assess $(DEMO) --lang en

test: lint unit

unit: $(VENV)/.ready $(VENV)/.debian $(NODE)
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/law --ignore tests/end_to_end --ignore tests/package --ignore tests/azurite

# The law of reading faults and its neighbour on random estates: SOAK is how many mixes of faults; and KILLS of who keeps a scan.
soak: $(VENV)/.ready
	SOAK=$${SOAK:-100000} $(BIN)/python -m pytest -n 2 --dist worksteal tests/law tests/end_to_end tests/package tests/azurite
	KILLS=$${KILLS:-5000} $(BIN)/python -m pytest tests/history/test_killed.py

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready
	$(BIN)/python -m bench
	$(BIN)/python -m bench.difference
	$(BIN)/python -m bench.arm

docs: $(VENV)/.ready
	$(BIN)/python -m docs.generate

package: $(VENV)/.ready
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

# What a user gets: the built wheel in an environment of its own, scanning the demo.
accept: package
	$(BIN)/python -m pytest -n 2 tests/package

# The fictional tenant is collected from the tests' ARM server, so that it holds what a scan would.
fixtures: $(VENV)/.ready
	$(BIN)/python -m tests.arm.make_fixtures

clean:
	rm -rf $(VENV) $(dir $(NODE)) build dist
