# The commands. Each one installs what it needs first; the work is done by tools/ and portal/launcher.py.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
HOST ?= 127.0.0.1
PORT ?= 8000
RULEBOOK ?= acg
export HOST PORT RULEBOOK

.DEFAULT_GOAL := help
.PHONY: help run test check rules bench drill messages format lock clean install install-test

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: install ## the demo: http://127.0.0.1:8000, until Ctrl-C (HOST, PORT, RULEBOOK)
	@exec $(PY) manage.py launch

test: install-test ## the whole suite on PostgreSQL and Redis, the fast part on SQLite
	@exec $(PY) -m tools.suite

check: install-test ## style, types, import contracts, migrations, translations, templates
	@exec $(PY) -m tools.check

rules: install-test ## each row of docs/requirements.csv with the tests that show it
	@test -e var/rules.json || $(PY) -m tools.suite >&2
	@exec $(PY) -m tools.rules var/rules.json

bench: install-test ## each benchmark: name, ratio, target, met or missed
	@exec $(PY) -m tools.services run -- $(PY) -m tools.bench

drill: install-test ## walk backup and restore once (docs/operations.md)
	@exec $(PY) -m tools.drill

messages: install-test ## the sources that have no Chinese yet
	@exec $(PY) -m tools.po missing

format: install-test ## write code and templates the way `make check` wants them
	@$(PY) -m ruff check --fix --quiet .; $(PY) -m ruff format --quiet .; $(PY) -m tools.templates write

lock: install ## resolve the requirements into the locks again
	@exec $(PY) -m tools.lock

clean: ## delete caches and test results; demo data in var/ and the .venv stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results var/test var/shots var/rules.json
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

install:
	@$(PYTHON) tools/install.py run

install-test:
	@$(PYTHON) tools/install.py test
