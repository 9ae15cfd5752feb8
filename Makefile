# `make` or `make help` tells what there is. Needs Python 3.11 or newer; everything else it fetches into .venv and .local.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help

BIN := .venv/bin
STAMP := .venv/.installed
ARGS ?=
BENCH ?= $(patsubst bench/%.py,%,$(filter-out bench/__init__.py bench/results.py,$(wildcard bench/*.py)))
STACK ?= embedded
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.11

.PHONY: help demo test test-deep up down bench lint format lock screenshots clean

help:  ## Tell what there is
	@echo "LAPOR!"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

demo: $(STAMP)  ## Bring everything up, play six reports from filing to closing, take it down again
	@$(BIN)/lapor demo $(ARGS)

test: $(STAMP)  ## Everything that decides whether a change may land (STACK=containers: on containers)
	@# A browser is fetched beside the checks, where the machine has none.
	@$(BIN)/python -m deploy.local.chromium & fetched=$$!; $(MAKE) --no-print-directory lint && wait $$fetched
	@echo "== tests ($(STACK)) =="
	@LAPOR_TEST_STACK=$(STACK) $(BIN)/python -m pytest -m "not chaos" \
	  $(if $(filter containers,$(STACK)),tests/integration,--numprocesses 3 --dist loadfile --no-loadscope-reorder) $(ARGS)
ifneq ($(STACK),containers)
	@echo "== chaos =="
	@$(BIN)/python -m pytest -m chaos $(ARGS) || [ $$? -eq 5 ]  # 5: what was asked for names none of these
endif

test-deep: $(STAMP)  ## More random cases, and the slower tests
	@LAPOR_TEST_STACK=$(STACK) HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m "deep or not deep" --timeout 3000 $(ARGS)

up: $(STAMP)  ## Bring everything up and leave it running; prints addresses, officers and tokens
	@$(BIN)/lapor up $(ARGS)

down: $(STAMP)  ## Stop what `make up` started
	@$(BIN)/lapor down $(ARGS)

bench: $(STAMP)  ## Run all benchmarks, or one (make bench BENCH=kernel ARGS=--json)
	@failed=0; for name in $(BENCH); do $(BIN)/python -m bench.$$name $(ARGS) || failed=1; done; exit $$failed

lint: $(STAMP)  ## Style, types, and which package may import which
	@echo "== style =="; $(BIN)/ruff check --output-format concise . && $(BIN)/ruff format --check .
	@echo "== types =="; $(BIN)/mypy
	@echo "== imports =="; $(BIN)/lint-imports

format: $(STAMP)  ## Put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock:  ## Resolve pyproject.toml anew into requirements/, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "uv is not installed; 'pip install uv' or 'pipx install uv' brings it." >&2; exit 1; }
	@compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml "$$@"; }; \
	compile --output-file requirements/runtime.txt $(ARGS) && \
	compile --extra embedded --extra bench --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt $(ARGS)

screenshots: $(STAMP)  ## Make the pictures in docs/screenshots/ anew (needs chromium)
	@$(BIN)/python -m deploy.screenshots $(ARGS)

clean:  ## Delete what was fetched and stored (.venv and .local); asks nothing
	@[ ! -x $(BIN)/lapor ] || $(BIN)/lapor down
	@rm -rf .venv .local

.venv: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	@python=; for candidate in $(PYTHONS); do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "LAPOR! needs Python 3.11 or newer, and none of these is: $(strip $(PYTHONS)) (make PYTHON=… names another)." >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  rm -rf .venv; \
	  if $$python -c 'import venv, ensurepip' 2>/dev/null; then $$python -m venv .venv; \
	  elif $$python -c 'import virtualenv' 2>/dev/null; then $$python -m virtualenv --quiet .venv; \
	  else echo "Python's venv module is missing: 'apt install python3-venv' or 'pip install virtualenv' brings what is needed." >&2; exit 1; fi; \
	fi
	@echo "Installing what LAPOR! needs into .venv (once; a minute or two):"
	@total=$$(grep -c '^[a-z].*==' requirements/dev.txt); \
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt \
	  | awk -v total=$$total '/^(Collecting|Requirement already)/ { n++; if (n % 10 == 0) { printf "  %d of about %d\n", n, total; fflush() } } \
	    /^Installing/ { print "  unpacking"; fflush() }'
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --no-deps --no-build-isolation -e .
	@touch $@
