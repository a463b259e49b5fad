PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: run test environment weights clean
.DELETE_ON_ERROR:

run: weights
	$(PY) -m assistant serve

environment: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	$(PY) -m pip install --quiet -r requirements.lock
	$(PY) -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.test-installed: requirements-test.lock $(VENV)/.installed
	$(PY) -m pip install --quiet -r requirements-test.lock
	@touch $@

weights: $(VENV)/.installed
	@$(PY) -m ingest.weights

test: weights $(VENV)/.test-installed
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { echo "The browser tests need Chromium: install the package « chromium » and run make test again."; exit 1; }
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m ingest check
	$(PY) -m pytest

clean:
	rm -rf .index
