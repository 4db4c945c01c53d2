# Thin on purpose: each target is one line; what it does stands in the program.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: demo serve test check check-long bench docs setup clean

demo: setup ; @$(BIN)/python -m api.demo $(if $(filter 0,$(SERVE)),--no-serve,)
serve: setup ; @$(BIN)/lineage serve
test: setup ; @$(BIN)/python -m pytest -n auto --dist worksteal -m "not long"
check: setup ; @$(BIN)/python -m tests.gate
check-long: check ; @$(BIN)/python -m pytest -m long && $(BIN)/python -m pytest -q --hypothesis-profile=long tests/normalise tests/versions tests/laws tests/record -m "not long"
bench: setup ; @$(BIN)/python -m tests.benchmarks
docs: setup ; @$(BIN)/python -m docs.generate
setup: .venv/ready
.venv/ready: pyproject.toml constraints.txt ; @$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' && touch $@
clean: ; @rm -rf .venv .demo
