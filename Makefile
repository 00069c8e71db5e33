# Everything runs in .venv, made from requirements.lock; python3 and make are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCHMARK := ../shared/benchmark
LABELLED := $(if $(wildcard $(BENCHMARK)/dev.tsv),--benchmark $(BENCHMARK)/dev.tsv)
PEERS := build/peers.json

.PHONY: demo serve test coverage check format lint types floors corpus train card bench bench-peers score challenge bench-speed assets clean

demo: $(STAMP)  ## classify the 40 descriptions that ship
	@$(BIN)/keyfield classify --input taxonomy/golden.tsv --format table

serve: $(STAMP)  ## the service with demonstration data, on http://127.0.0.1:8000
	@test -e keyfield-data/keyfield.db || $(BIN)/keyfield demo-data --claims keyfield-claims.csv
	$(BIN)/keyfield serve

test: $(STAMP)  ## run the tests
	$(BIN)/python -m pytest --durations=15

coverage: $(STAMP)  ## run them and list the lines that they do not reach, which is slower
	$(BIN)/python -m pytest --cov --cov-report=term

check: $(STAMP) format lint types floors corpus test bench-speed  ## what CI runs

format: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

floors: $(STAMP)
	$(BIN)/lint-imports

corpus: $(STAMP)
	$(BIN)/keyfield taxonomy check
	$(BIN)/keyfield corpus check $(LABELLED) > /dev/null

train: $(STAMP)  ## train models/default and write its card
	$(BIN)/keyfield train --output models/default
	@$(MAKE) --no-print-directory card

card: score  ## write the model card again, with what the peers reached where that is known
	@$(if $(LABELLED),$(PYTHON) $(BENCHMARK)/score.py --json $(BENCHMARK)/dev.tsv build/dev.jsonl > build/scores.json)
	@$(BIN)/keyfield model-card --model models/default $(if $(LABELLED),--scores build/scores.json) \
	  $(if $(wildcard $(PEERS)),--peers $(PEERS))

bench: score $(PEERS)  ## the scorer's table, then the model beside its peers
	@$(BIN)/keyfield bench --results $(PEERS) --model models/default $(LABELLED)

bench-peers: $(STAMP)  ## teach and measure the peers: ten to twenty minutes on two cores
	$(BIN)/keyfield bench --output $(PEERS) --model models/default $(LABELLED)

$(PEERS): | $(STAMP)
	@$(MAKE) --no-print-directory bench-peers > /dev/null

score: $(STAMP)  ## score the model on the labelled benchmark, where it is there
	@if [ -f $(BENCHMARK)/dev.tsv ]; then mkdir -p build && \
	  $(BIN)/keyfield classify --input $(BENCHMARK)/dev.tsv --output build/dev.jsonl --model models/default && \
	  $(PYTHON) $(BENCHMARK)/score.py $(BENCHMARK)/dev.tsv build/dev.jsonl; \
	else echo "no benchmark in $(BENCHMARK)"; fi

challenge: $(STAMP)  ## score the model on the challenge set in tests/
	$(BIN)/python -m tests.bench_challenge

bench-speed: $(STAMP)  ## cold start against its floor, throughput against other pipelines
	$(BIN)/python -m tests.bench_cold_start
	$(BIN)/python -m tests.bench_speed

PAGES := classifier/service/pages

assets:  ## fetch the pages' libraries at their pinned versions and copy the built files
	cd $(PAGES)/assets && npm ci && node copy.mjs

clean:
	rm -rf build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
