# Set up and run: `make run`. Set up and test everything: `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test fast lint sample clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /'

$(VENV)/.user: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.developer: requirements-dev.txt requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.user  ## set up what is needed and start the app
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.developer  ## set up what is needed and run all tests, those in a browser too
	$(BIN)/python -m pytest

fast: $(VENV)/.developer  ## the tests that take no browser and no time
	$(BIN)/python -m pytest -m "not browser and not slow"

lint: $(VENV)/.developer  ## style, types, and who imports Streamlit
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

sample: $(VENV)/.user  ## make the sample company anew
	$(BIN)/python sample_data/make_sample.py

clean:  ## remove the environment
	rm -rf $(VENV)
