# Everything one does with this repository. `make help` lists it.
#
# Virtual environments are under .venvs (tests) and .venv (the demo), other generated files under build, target and
# node_modules. All of them may be deleted at any time: `make clean`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
HOST ?= 127.0.0.1
FUZZ_SECONDS ?= 60
ifndef PYTHON
PYTHON := $(shell scripts/find-python --default)
endif
NODE_DIR := crates/djust-py/client
DEMO := examples/demo

# What the Python environments hold besides the wheel.
TEST_REQUIREMENTS := "pytest>=8,<10" "pytest-django>=4.9,<5" "pytest-asyncio>=0.24,<2" "hypothesis>=6.100,<7" "docutils>=0.20,<1"
SERVER_REQUIREMENTS := "uvicorn>=0.30,<1" "websockets>=13" "daphne>=4.1,<5"
# Libraries of others whose tags are rendered with both engines, beside the default interpreter's Django.
LIBRARY_REQUIREMENTS := "django-crispy-forms>=2.3,<3" "crispy-bootstrap5" "django-widget-tweaks>=1.5,<2" "django-sekizai>=4.1,<5" \
    "django-classy-tags>=4.1,<5" "django-cotton>=2.1,<3" "slippers>=0.6,<1" "django-components>=0.140,<1" \
    "django-bootstrap5>=25" "django-tables2>=2.7,<4" "django-template-partials>=25"
REDIS_REQUIREMENTS := "channels_redis>=4.2,<5" "redis>=5"
LINT_REQUIREMENTS := "ruff==0.17.5" "mypy==2.4.1" "django-stubs==6.1.2" "Django>=5.2,<5.3"
BROWSER_REQUIREMENTS := "playwright>=1.50,<2"

SECTION := scripts/section

.PHONY: help
help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

# ---------------------------------------------------------------------------------------------------------------- demo

.PHONY: demo
demo: need-build ## Build djust and serve the demo (PORT=8000)
	@wheel=$$(scripts/wheel "$(PYTHON)")
	scripts/venv .venv "$(PYTHON)" "$$wheel" $(SERVER_REQUIREMENTS)
	.venv/bin/python $(DEMO)/manage.py migrate --verbosity 0
	echo
	echo "The demo is at http://$(HOST):$(PORT)/ (Ctrl+C ends it)"
	exec .venv/bin/uvicorn demo.asgi:application --app-dir $(DEMO) --host $(HOST) --port $(PORT) --log-level warning

# --------------------------------------------------------------------------------------------------------------- tests

.PHONY: test lint rust python client browser bench fuzz long-run
test: ## Run everything: Rust, Python, JavaScript, browser
	@scripts/test

lint: rust-lint python-lint client ## Formatting, lints and types of all three languages

rust: rust-lint rust-test rust-package fuzz-smoke ## Rust: lints, tests, doc tests, packages, fuzz smoke run

python: python-lint python-default django-suite python-others ## Python: lints, types, tests on every Python and Django found

RUST := Cargo.toml Cargo.lock clippy.toml rustfmt.toml crates benches docs examples/axum

.PHONY: rust-lint rust-test rust-package fuzz-smoke
rust-lint: need-cargo
	@$(SECTION) rust-lint $(RUST) -- scripts/rust-lint

rust-test: need-cargo
	@$(SECTION) rust-test $(RUST) -- scripts/rust-test

rust-package: need-cargo
	@$(SECTION) rust-package $(RUST) -- scripts/rust-package

fuzz-smoke: need-cargo
	@$(SECTION) fuzz-smoke $(RUST) fuzz -- scripts/fuzz 5

fuzz: need-cargo ## Run every fuzz target (FUZZ_SECONDS=60 each)
	@scripts/fuzz $(FUZZ_SECONDS)

long-run: need-cargo ## Hours: a million pairs of pages, ten million inputs, ten minutes of each fuzz target
	@scripts/long-run

.PHONY: wheel release python-lint python-default django-suite python-others
wheel: need-build
	@printf '\n=== wheel ===\n'
	scripts/wheel "$(PYTHON)"

release: need-build ## The wheel to publish, optimised by a profile of the tests (needs llvm-profdata)
	@scripts/release-wheel "$(PYTHON)" $(TEST_REQUIREMENTS) $(SERVER_REQUIREMENTS)

python-lint: need-python wheel
	@wheel=$$(scripts/wheel "$(PYTHON)")
	scripts/venv .venvs/lint "$(PYTHON)" "$$wheel" $(LINT_REQUIREMENTS)
	$(SECTION) python-lint crates/djust-py $(DEMO) -- scripts/python-lint .venvs/lint

python-default: need-python need-redis wheel
	@scripts/python-test python-default "$(PYTHON)" "$$(scripts/wheel "$(PYTHON)")" $(TEST_REQUIREMENTS) $(SERVER_REQUIREMENTS) $(REDIS_REQUIREMENTS) \
	    $(LIBRARY_REQUIREMENTS)

django-suite: python-default
	@$(SECTION) django-suite Cargo.toml Cargo.lock crates -- scripts/django-suite .venvs/python-default

# The oldest and the newest supported pair, and the one between; the default interpreter is not tested twice.
python-others: need-python need-redis wheel
	@wheel=$$(scripts/wheel "$(PYTHON)")
	for pair in "3.10 4.2" "3.11 5.2" "3.13,3.12,3.14 6.0"; do
	    read -r versions django <<<"$$pair"
	    if ! other=$$(scripts/find-python $${versions//,/ }); then
	        echo "no Python $${versions//,/ or } here: Django $$django is not tested"
	        continue
	    fi
	    [[ $$other != "$$("$(PYTHON)" -c 'import sys; print(sys.executable)')" ]] || continue
	    scripts/python-test "python-django-$$django" "$$other" "$$wheel" "Django~=$$django.0" \
	        $(TEST_REQUIREMENTS) $(SERVER_REQUIREMENTS) $(REDIS_REQUIREMENTS)
	    $(SECTION) "django-suite-$$django" Cargo.toml Cargo.lock crates -- scripts/django-suite ".venvs/python-django-$$django"
	done

client: need-node ## JavaScript: types, lints, tests, and that the built file is current
	@$(SECTION) client crates/djust-py/client crates/djust-py/python/djust/static docs -- scripts/client

browser: need-python need-browser need-redis wheel ## Tests in a real Chromium against real servers
	@scripts/venv .venvs/browser "$(PYTHON)" "$$(scripts/wheel "$(PYTHON)")" \
	    $(TEST_REQUIREMENTS) $(SERVER_REQUIREMENTS) $(REDIS_REQUIREMENTS) $(BROWSER_REQUIREMENTS)
	$(SECTION) browser Cargo.toml Cargo.lock crates $(DEMO) -- scripts/browser .venvs/browser

bench: need-build ## Benchmarks: Rust (criterion), and Python beside Django
	@wheel=$$(scripts/release-wheel "$(PYTHON)" $(TEST_REQUIREMENTS) $(SERVER_REQUIREMENTS) || scripts/wheel "$(PYTHON)")
	scripts/bench "$(PYTHON)" "$$wheel"

# --------------------------------------------------------------------------------------------------------- what is here

.PHONY: need-build need-cargo need-python need-node need-browser need-redis
need-build: need-cargo need-python

need-cargo:
	@command -v cargo >/dev/null || { echo "Rust is missing: install it from https://rustup.rs (stable, 1.88 or newer)" >&2; exit 1; }

need-python:
	@[[ -n "$(PYTHON)" ]] || { echo "Python 3.10 or newer is missing: see https://www.python.org/downloads/" >&2; exit 1; }

need-node:
	@scripts/find-node --install >/dev/null || { echo "Node 20.19 or newer with npm is missing: see https://nodejs.org" >&2; exit 1; }

need-browser:
	@scripts/find-chromium --install >/dev/null || { echo "Chromium is missing. On Debian and Ubuntu: apt-get install chromium" >&2; exit 1; }

need-redis:
	@scripts/find-redis --install >/dev/null || { echo "redis-server is missing. On Debian and Ubuntu: apt-get install redis-server" >&2; exit 1; }

.PHONY: clean
clean: ## Delete everything that can be built again
	rm -rf target build .venv .venvs fuzz/target $(NODE_DIR)/node_modules $(DEMO)/var
