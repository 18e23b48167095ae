# `make run` sets everything up and serves; `make test` checks everything; `make help` lists the rest.
VENV := .venv
BIN := $(VENV)/bin
# The locks are complete, so they are installed without resolving anything, and then checked for consistency.
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-deps
CONSISTENT := $(PIP) check || { echo "Packages of an earlier lock may be left over: run make clean and try again." >&2; exit 1; }

export QUIZ_DATA_DIR ?= $(CURDIR)/var

# The checks are independent, so they run in parallel; each prints its output when it is finished.
CHECKS := $(addprefix check-,types health banks proofs floors templates format style spelling)
CORES := $(shell getconf _NPROCESSORS_ONLN)
TESTS := $(BIN)/pytest --numprocesses=$(shell echo $$(( $(CORES) < 4 ? $(CORES) + 1 : 4 ))) --dist=worksteal --durations=20
IN_ORDER := $(if $(filter output-sync,$(.FEATURES)),--output-sync)

.PHONY: help run test check $(CHECKS) coverage bench fuzz audit lock clean FORCE

help:
	@echo "make run    set up and serve the demo on 127.0.0.1 (PORT, QUIZ_DATA_DIR)"
	@echo "make test   check and test everything (installs what it needs)"
	@echo "make check  only the static checks"
	@echo "make coverage  test, and show the lines that no test runs"
	@echo "make bench  measure saves, starts, pages and finishes per second"
	@echo "make fuzz   send what nobody would think of, for MINUTES (30)"
	@echo "make audit  list what the service is made of, and what is known against it (needs the network)"
	@echo "make lock   pin the dependencies anew (needs uv)"
	@echo "Add PYTHON=python3.12 to use another Python, from the path or from pyenv."

$(VENV)/pyvenv.cfg: FORCE
	@sh .ci/environment $(VENV) $(PYTHON)

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/pyvenv.cfg
	@echo "Installing the locked dependencies..."
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@$(INSTALL) --no-build-isolation --editable .
	@[ -e $(VENV)/.test ] || $(CONSISTENT)
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what the tests need..."
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@$(CONSISTENT)
	@touch $@

run: $(VENV)/.run
	@exec $(BIN)/quiz demo

check: $(VENV)/.test
	@$(MAKE) --no-print-directory --jobs=$(CORES) $(IN_ORDER) $(CHECKS)

check-style:
	$(BIN)/ruff check .
check-format:
	$(BIN)/ruff format --check .
check-types:
	$(BIN)/mypy
check-floors:
	$(BIN)/lint-imports
check-templates:
	$(BIN)/djlint templates quiz/domain/items --lint --quiet
check-spelling:
	$(BIN)/codespell
check-banks:
	$(BIN)/quiz banks check question_banks
check-proofs:
	$(BIN)/quiz banks prove --check question_banks
check-health:
	$(BIN)/quiz banks health question_banks >/dev/null

test: check
	@sh .ci/tools
	@$(BIN)/quiz labs fetch || echo "Some labs' tests will be skipped." >&2
	$(TESTS)

# Counting the lines that run takes longer than running them, so it is no part of every test.
coverage: $(VENV)/.test
	$(TESTS) --cov --cov-report=term

bench: $(VENV)/.test
	@$(BIN)/python -m tests.bench

fuzz: $(VENV)/.test
	@$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),30)

audit:
	@sh .ci/environment $(VENV)-audit $(PYTHON)
	@$(VENV)-audit/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r requirements/audit.txt
	@mkdir -p build
	$(VENV)-audit/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json
	$(VENV)-audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements/run.txt

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --extra postgres --group build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --extra postgres --group build --group test -c requirements/run.txt pyproject.toml -o requirements/test.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header --group audit -o requirements/audit.txt

clean:
	rm -rf $(VENV) $(VENV)-audit build dist .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
