PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
GATE := evals/reports/gate.json
CORES = $(shell $(PYTHON) -c 'import os; print(os.cpu_count())')

.PHONY: run test soak environment weights chromium clean
.DELETE_ON_ERROR:

run: weights
	$(PY) -m assistant serve

environment: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed: name it, for instance with « make run PYTHON=python3.12 »."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing the program in $(VENV): a few minutes the first time."
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.test-installed: requirements-test.lock $(VENV)/.installed
	@echo "Installing what the tests need in $(VENV)."
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-test.lock
	@touch $@

weights: $(VENV)/.installed
	@$(PY) -m ingest.weights

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { echo "The browser tests need Chromium: install the package « chromium », then run « make test » again."; exit 1; }

test: chromium weights $(VENV)/.test-installed
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m ingest check
	@if [ -f $(GATE) ]; then $(PY) -m evals questions && $(PY) -m evals run --check; fi
	$(PY) -m pytest

soak: chromium weights $(VENV)/.test-installed
	FUZZ_EXAMPLES=10000 $(PY) -m pytest tests/test_fuzz.py --timeout 7200
	$(PY) tests/load.py --workers $(CORES) --clients 50 --seconds 60 > evals/reports/load-60s.json
	$(PY) tests/load.py --workers $(CORES) --clients 50 --seconds 3600 --questions 10000 > evals/reports/load-10000.json
	$(PY) tests/enter.py > evals/reports/enter.json
	$(PY) -m evals bench --large
	$(PY) -m evals pairs
	$(PY) -m evals profiles --costs

clean:
	rm -rf .index
