# `make run` and `make test` need Python 3.11 or newer and nothing else; README.md says more.

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
FRONTEND := $(shell find frontend templates web/translations package-lock.json -type f -not -name '*.mo')

# The first interpreter that is new enough.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Without a Chromium the browser tests are left out, and make says so.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
TESTS := $(if $(CHROMIUM),,-m "not browser")
JOBS ?= $(shell $(PYTHON) -c 'import os; print(min(4, os.cpu_count() or 1))')

.PHONY: run test check lint bench locks clean

run: $(DONE)/app  ## install, build, migrate, publish, seed once, serve; ARGS="--port 9000"
	@SHENPI_DEMO=1 $(BIN)/shenpi serve --prepare $(ARGS)

test: $(DONE)/dev $(DONE)/app  ## every test that this machine can run
	$(if $(CHROMIUM),,@echo "No Chromium here: the browser tests are left out.")
	@$(BIN)/pytest -q -n $(JOBS) $(TESTS) $(ARGS)

check: lint test  ## what CI runs

lint: $(DONE)/dev $(DONE)/app  ## format, style, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DONE)/dev $(DONE)/app  ## benchmarks; ratios within one run
	$(BIN)/python -m bench $(ARGS)

locks: $(DONE)/dev  ## after a change of the dependencies in pyproject.toml
	$(BIN)/uv pip compile -q $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q $(LOCK) --extra dev pyproject.toml -o requirements-dev.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate

clean:  ## forget what was installed and built, keep var/
	rm -rf $(VENV) node_modules web/static/build

$(DONE)/venv:
	@test -n "$(PYTHON)" || { echo "Shenpi needs Python 3.11 or newer."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	@mkdir -p $(DONE) && touch $@

$(DONE)/run: requirements.lock | $(DONE)/venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DONE)/dev: requirements-dev.lock | $(DONE)/venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(DONE)/run

# The build hook brings its own Node and bundles the front end.
$(DONE)/app: pyproject.toml hatch_build.py $(FRONTEND) | $(DONE)/run
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@
