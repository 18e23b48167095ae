# `make run` sets everything up and serves; `make test` checks everything; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export QUIZ_DATA_DIR ?= $(CURDIR)/var

.PHONY: help run test check bench lock clean

help:
	@echo "make run    set up and serve the demo on 127.0.0.1 (PORT, QUIZ_DATA_DIR)"
	@echo "make test   check and test everything (installs what it needs)"
	@echo "make check  only the static checks"
	@echo "make bench  measure saves, starts, pages and finishes per second"
	@echo "make lock   pin the dependencies anew (needs uv)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "quiz needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make run PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

run: $(VENV)/.run
	@exec $(BIN)/quiz demo

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates quiz/domain/items --lint --quiet
	$(BIN)/codespell
	$(BIN)/quiz banks check question_banks
	$(BIN)/quiz banks prove --check question_banks
	$(BIN)/quiz banks health question_banks >/dev/null

test: check
	@sh .ci/tools
	@$(BIN)/quiz labs fetch || echo "Some labs' tests will be skipped." >&2
	$(BIN)/pytest --cov --cov-report=term

bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra postgres --group build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra postgres --group build --group test -c requirements/run.txt pyproject.toml -o requirements/test.txt

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
