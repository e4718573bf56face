# `make` lists what there is. A fresh machine needs Python >= 3.11, git and make; nothing is installed outside .venv
# except by `make test`, which says so first.
PYTHON ?= python3
PORT ?= 8000
export PORT

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
PURE := $(sort $(wildcard patrol/clock.py patrol/errors.py patrol/geo.py patrol/*/rules.py patrol/*/forms.py))

.DEFAULT_GOAL := help
.PHONY: help run serve test check format bench documents lighthouse torture gpx-check guide-pictures lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/ready ## try it: demo data on http://127.0.0.1:8000 (PORT= changes it)
	$(BIN)/python -m patrol run

serve: .venv/ready ## real use: settings from the environment, see docs/operations.md
	$(BIN)/python -m patrol serve

test: .venv/ready-dev ## every test, on SQLite and PostgreSQL, with a real browser (ARGS="-k word" narrows it)
	$(BIN)/python -m tests.needs
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/ready-dev ## lint, format, types of the pure rooms, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/mypy $(PURE)
	$(BIN)/python -m pytest tests/house

format: .venv/ready-dev ## put the Python code in the agreed form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: .venv/ready-dev ## measure the totals on large databases, GPX files over HTTP, and the map on a slow phone
	$(BIN)/python -m tests.bench

torture: .venv/ready-dev ## kill the log in the middle of 1,000 saves, fill its disk, and count
	$(BIN)/python -m tests.torture
	$(BIN)/python -m tests.sync.killing 1000 10

lighthouse: .venv/ready-dev ## measure the phone log with Google's Lighthouse (npm fetches it), and how fast it opens offline
	$(BIN)/python -m tests.lighthouse

documents: .venv/ready-dev ## every file of the demo, recalculated by LibreOffice: do the numbers stay the same?
	$(BIN)/python -m tests.documents

gpx-check: .venv/ready ## say of every GPX file of a folder what it is worth: make gpx-check FOLDER=…
	@SECRET_KEY=reads-files-and-stores-nothing $(BIN)/flask --app wsgi gpx-check "$(FOLDER)"

guide-pictures: .venv/ready-dev ## take the pictures of the user guide anew, from a demonstration of its own
	$(BIN)/python -m tools.guide_pictures

lock: .venv/ready-dev ## compile requirements*.in into exact pins
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is older or missing."; \
	  echo "On Debian or Ubuntu: apt-get install python3.11 python3.11-venv, then: make PYTHON=python3.11 $(MAKECMDGOALS)"; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "The venv module of $(PYTHON) is missing."; \
	  $(PYTHON) -c 'import sys; print("On Debian or Ubuntu: apt-get install python%d.%d-venv" % sys.version_info[:2])'; \
	  exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(PIP) install -r requirements-dev.txt
	@touch $@
