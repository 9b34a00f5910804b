"""What a server loads before its first visitor."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

FEW = 12  # modules of the system and the like
ASKED = """
import json, sys
from crmeval.ui import startup
startup.ready()
known = set(sys.modules)
from crmeval.analyses import assess
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.sample import sample_files, sample_settings
sheets = read_files(sample_files("en"))
assess(apply(sheets, propose(sheets)), sample_settings("en"))
print(json.dumps(sorted(set(sys.modules) - known)))
"""


@pytest.mark.slow
def test_the_first_assessment_finds_everything_loaded():
    """What it would load would stay among what is searched for garbage, while all visitors wait."""
    said = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, check=True).stdout
    loaded = json.loads(said.splitlines()[-1])
    assert len(loaded) <= FEW, loaded
