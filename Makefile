# Every way to work on Wenxun: `make` lists them. Needs make and Python 3.11 or later, nothing else.

# The first interpreter that is new enough; name another one with `make install PYTHON=…`.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
STAMP := .venv/.installed
IMAGE ?= wenxun:latest
# More flags for the image build, such as `--network host` or a mounted pip.conf.
IMAGE_FLAGS ?=
# More arguments for pytest, such as `TESTS="tests/unit -k dates"`.
TESTS ?=
REVISION = $(shell git rev-parse HEAD 2>/dev/null)
BUILD_ARGS = --build-arg REVISION=$(REVISION) $(IMAGE_FLAGS) --file docker/Dockerfile --tag $(IMAGE) .

.PHONY: help install demo test check format image bench clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv with wenxun and the development tools in it (quick when up to date)

# The stamp is written last: an installation that broke off is done again. An environment whose
# interpreter no longer runs (Python was upgraded or removed) is made anew.
$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "make install: no Python 3.11 or later found. Install one" \
		"(Debian, Ubuntu: apt-get install python3 python3-venv) or name it: make install PYTHON=/path/to/python3" >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || { rm -rf .venv && $(PYTHON) -m venv .venv; } || { rm -rf .venv; \
		echo "make install: $(PYTHON) cannot make a virtual environment." \
		"On Debian and Ubuntu: apt-get install python3-venv; then run make install again." >&2; exit 1; }
	@echo "Installing Wenxun into .venv (a minute or two the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $(STAMP)
	@echo "Installed: $(BIN)/wenxun --help"

demo: install ## See the whole way in two minutes: crawl, store, alert (no network needed)
	@$(BIN)/wenxun demo

test: install ## Run the tests
	$(BIN)/pytest $(TESTS)

check: install ## Lint, types, import directions, Dockerfile and compose file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml

format: install ## Format the code and repair what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

image: ## Build the container image (docker where its engine runs, else buildah)
	@if docker version >/dev/null 2>&1; then set -x; docker build $(BUILD_ARGS); \
	elif command -v buildah >/dev/null; then set -x; buildah bud --layers --format docker --isolation chroot $(BUILD_ARGS); \
	else echo "make image: no running docker engine and no buildah. Start docker, or: apt-get install buildah" >&2; exit 1; fi

bench: install ## Run the benchmarks
	@for bench in benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python "$$bench" || exit 1; done

clean: ## Remove the environment, caches and builds (never a database)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
