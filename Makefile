# Two commands for a newcomer: `make demo` and `make test`. Both set up a virtual environment first, once.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
DEMO_HOME ?= build/demo

.PHONY: setup demo test test-all check bench docs clean
setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Scapa needs Python 3.11 or newer: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV): about 2 minutes the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[model,lab,report,demo,dev]'
	@touch $@

demo: setup
	$(BIN)/scapa demo --home $(DEMO_HOME)

# The tests run side by side, one a core: more threads would fight for it.
test test-all: export OMP_NUM_THREADS = 1
test test-all: export OPENBLAS_NUM_THREADS = 1

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

test-all: setup
	$(BIN)/python -m pytest -n auto --dist loadfile

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

docs: setup
	$(BIN)/python docs/generate.py

bench: setup
	@for bench in $$(ls bench/*.py | grep -v -E '__init__|measured|_peer|_ours|_corpora|generated'); do \
	  echo "== $$bench"; $(BIN)/python -m bench.$$(basename $$bench .py) || exit 1; done

clean:
	rm -rf $(VENV) build
