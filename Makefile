# make run     start the server
# make test    all tests
# make check   everything a machine can say about the code without running it; `make -k check` goes on after a fault
# make docs    write the documentation, in both languages: build/docs/index.html
# make wheels  gather SoftDock and what it depends on in wheels/, to install it without a network
# make bench   measure the speed on this machine; make bench ROWS=adapters,relay for some of it
# make clean   remove what the tools left; .venv stays (rm -r .venv, if it is to be made afresh)
#
# All but clean make .venv when it is missing, and renew it when setup.cfg has changed.
# Another Python: make test PYTHON=python3.12

PYTHON ?= python3

bin := .venv/bin
stamp := .venv/.installed

.DEFAULT_GOAL := test
.DELETE_ON_ERROR:
.PHONY: run test check docs wheels bench clean lint format types imports packages

run: $(stamp)
	$(bin)/softdock run

test: $(stamp) .venv/.debian-packages
	$(bin)/pytest

check: lint format types imports packages

# A warning is a fault, a link that leads nowhere too; nothing is fetched from anywhere.
docs: $(stamp)
	$(bin)/python docs/generate.py
	for language in en zh_CN; do \
	  $(bin)/sphinx-build -q -b html -W -n --keep-going -c docs -D language=$$language \
	    -d build/docs/.doctrees-$$language docs/$$language build/docs/$$language || exit 1; \
	done
	cp docs/index.html build/docs/

# For the Python and the machine that make them.  The folder is made anew, so that no older version lies beside.
wheels: $(stamp)
	rm -rf wheels build/lib build/bdist.*
	$(bin)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --wheel-dir wheels '.[postgres]'

bench: $(stamp)
	$(bin)/python benchmarks/bench.py $(if $(ROWS),--only $(ROWS))

lint: $(stamp)
	$(bin)/ruff check .

format: $(stamp)
	$(bin)/ruff format --check .

types: $(stamp) .types/softdock
	$(bin)/mypy --strict

# Without its cache, which tells an old file from a new one by the time stamp alone.
imports: $(stamp)
	$(bin)/lint-imports --no-cache

packages: $(stamp)
	$(bin)/pytest -q tests/test_packaging.py

# Fresh setuptools and wheel, because older ones cannot install a repository root as a package in place.
# They build without isolation, so that the tests can build a wheel without a network.
$(stamp): setup.cfg pyproject.toml | .venv/bin/python
	$(bin)/python -m pip install --quiet --disable-pip-version-check --upgrade pip setuptools wheel
	$(bin)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[test,docs]'
	@touch $@

# What some tests run beside Python.  Installed where that is ours to do, as root on Debian, and without starting
# any service; elsewhere, or if it fails, those tests are skipped, and pytest names what was missing.
.venv/.debian-packages: tests/debian-packages | $(stamp)
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null || exit 0; \
	for package in $$(grep -v '^#' $<); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	test -z "$$missing" || { \
	  echo "installing$$missing for the tests"; export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; \
	  apt-get -qq update && apt-get -qq install --no-install-recommends $$missing >/dev/null; \
	} || echo "not installed:$$missing" >&2
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'SoftDock needs Python 3.11, 3.12 or 3.13; name one that you have: make PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv

.types/softdock:
	@mkdir -p .types
	ln -s .. $@

clean:
	rm -rf build dist softdock.egg-info .types .mypy_cache .pytest_cache .ruff_cache \
	  .hypothesis .coverage htmlcov
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
