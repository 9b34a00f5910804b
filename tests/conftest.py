"""Fixtures that all tests share."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="session")
def faults_show():
    """Clients are told one sentence where a page fails; tests want to see the fault itself."""
    if "streamlit" in sys.modules:
        from streamlit import config

        config.set_option("client.showErrorDetails", "full")


@pytest.fixture(scope="session")
def trial_data() -> Path:
    """The folder of real data sets, which are not part of the project; set CRMEVAL_TRIAL_DATA to use them."""
    folder = Path(os.environ.get("CRMEVAL_TRIAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real data sets are not on this machine (CRMEVAL_TRIAL_DATA)")
    return folder
