# Needs Python 3.11 or newer and make; everything else is fetched into .venv and the user's cache.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
SETUP  := $(PYTHON) scripts/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help install run watch test check bench spec docs screenshots clean-ui clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  (make hub, the multi-user mode, is not there yet: docs/reference/features.md shows the state)"

install:  ## set up everything a developer needs, once
	@$(SETUP) dev

run:  ## set up and start JupyterLab with the panels and the embedded model (RUN_PORT, RUN_DIR, BROWSER=0)
	@$(SETUP) run
	@exec $(BIN)/python scripts/run.py

watch:  ## rebuild the front end at each change
	@$(SETUP) dev
	@$(BIN)/python scripts/frontend.py watch

test:  ## all tests: Python, front end, browser, real models and databases; then the spec table's evidence
	@$(SETUP) test
	@$(BIN)/python scripts/test.py

check:  ## lint, types, import rules, translations, docs
	@$(SETUP) check
	@$(BIN)/python scripts/check.py

bench:  ## run the benchmarks and print their tables
	@$(SETUP) test
	@$(BIN)/python scripts/bench.py

spec:  ## write docs/reference/features.md from the tests' marks
	@$(SETUP) check
	@$(BIN)/python scripts/spec.py write

docs:  ## build the documentation, warnings are errors
	@$(SETUP) check
	@$(BIN)/python scripts/docs.py build

screenshots:  ## take the pictures of the documentation from the real program
	@$(SETUP) test
	@$(BIN)/python scripts/screenshots.py

clean-ui:  ## remove the built front end, so that the next build starts from the sources
	rm -rf jupyter_llmops/labextension jupyter_llmops/static labextension/lib labextension/tsconfig.tsbuildinfo

clean: clean-ui  ## remove what building and testing left behind; the virtual environment stays
	rm -rf dist build docs/_build test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
