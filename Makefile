# Linli. `make` and nothing else prepares everything; `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input -q --require-hashes
STAMP := $(VENV)/.stamp
WORDS := $(shell find src -name '*.po')
# Two at a time by default: each worker has a database and perhaps a browser of its own.
WORKERS ?= 2
PYTEST ?=

.PHONY: build
build: $(STAMP)/linli $(STAMP)/libraries $(STAMP)/words ## Prepare .venv with the command linli in it (the default)
	@echo "Ready: $(BIN)/linli (try: make demo)"

.PHONY: demo
demo: build ## Run the demo district on http://127.0.0.1:8000 (DEMO="--port 9000 --reset" for more)
	@exec $(BIN)/linli demo $(DEMO)

.PHONY: check
check: build ## Say in plain words what is wrong with this installation
	@$(BIN)/linli check

.PHONY: test
test: build $(STAMP)/test browser ## Run every check and every test (PYTEST="-k words" for some, WORKERS=1 for one)
	@.ci/test $(WORKERS) $(PYTEST)

.PHONY: browser
browser:
	@.ci/browser

.PHONY: clean
clean: ## Remove what make made; data in var/data stays
	rm -rf $(VENV) node_modules build dist src/linli/parts/static/vendor src/*.egg-info var/test-pg var/types
	find src -name '*.mo' -delete

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Stamps: a step runs again only when what it depends on changed.
$(STAMP)/venv: .ci/venv
	@echo "Preparing .venv …"
	@.ci/venv
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/locked: requirements.lock $(STAMP)/venv
	@echo "Installing libraries (the first time takes a minute or two) …"
	@$(PIP) -r requirements.lock
	@touch $@

$(STAMP)/linli: pyproject.toml $(STAMP)/locked
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(STAMP)/test: requirements-test.lock $(STAMP)/locked
	@echo "Installing test tools …"
	@$(PIP) -r requirements-test.lock
	@touch $@

$(STAMP)/libraries: package-lock.json package.json requirements-node.lock src/linli/project/vendor.py $(STAMP)/linli
	@echo "Fetching the pages' libraries …"
	@.ci/libraries
	@touch $@

$(STAMP)/words: $(WORDS) $(STAMP)/linli
	@$(BIN)/linli words compile
	@touch $@
