# The whole developer interface. A fresh machine needs Python 3.11 or newer, and Node for the SARIF validator.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/report/node
DEMO := fixtures/kakuu-city/snapshot.zip

.PHONY: demo test unit lint format bench docs package accept fixtures clean help

help:
	@echo "make demo | test | lint | format | bench | docs | package | accept | fixtures"

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	touch $@

# Without Node or a registry the validator's tests skip with their reason (under CI=true they fail).
$(NODE)/.ready: $(NODE)/package-lock.json
	-cd $(NODE) && npm ci --silent --no-audit --no-fund && touch .ready

demo: $(VENV)/.ready
	-$(BIN)/azlinkscan assess $(DEMO) --lang ja
	-$(BIN)/azlinkscan assess $(DEMO) --lang en

test: lint unit

unit: $(VENV)/.ready $(NODE)/.ready
	$(BIN)/python -m pytest -n 2 --dist worksteal

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
	rm -rf $(VENV) $(NODE)/node_modules $(NODE)/.ready build dist
