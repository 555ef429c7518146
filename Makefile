# Each target does all its own set-up: Python >= 3.11, pip and make are enough.
PYTHON ?= python3
# Tests wait for processes and answers half of their time, so two cores have work for three workers.
WORKERS ?= 3
SEED ?= 1
ROUNDS ?= 100
FUZZ_MINUTES ?= 5
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test test-slow eval bench soak lint format clean

demo: $(READY)
	$(BIN)/dafu demo

test: $(READY)
	$(BIN)/pytest -n $(WORKERS)

test-slow: $(READY)
	$(BIN)/pytest -n $(WORKERS) -m slow

eval: $(READY)
	$(BIN)/python -m tests.evaluation

bench: $(READY)
	@# The peers are not among dafu's dependencies: one of them holds cssselect back.
	$(BIN)/uv run --frozen --quiet --with gne==0.4.3 --with readability-lxml==0.9 --with resiliparse==2.0.1 \
		python benchmarks/reading.py --jobs

soak: $(READY)
	$(BIN)/python -m tests.soak --seed $(SEED) --rounds $(ROUNDS)
	$(BIN)/python -m tests.fuzz --seed $(SEED) --minutes $(FUZZ_MINUTES)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dafu needs Python 3.11 or newer, this is %d.%d; run make PYTHON=/path/to/python3.11" % sys.version_info[:2] or 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --quiet --frozen --compile-bytecode
	@# Every crawl is a fresh process; where the environment forbids writing bytecode, each would compile all again.
	@$(BIN)/python -m compileall -q dafu.py crawler storage scheduler archive
	@touch $@

clean:
	rm -rf .venv build dist
