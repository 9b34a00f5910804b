"""The layout holds: who may import what, how pages are named, what the project never says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from crmeval.ui.navigation import PAGES

SOURCES = sorted((ROOT / "crmeval").rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_interface_imports_streamlit(path):
    if "ui" in path.relative_to(ROOT / "crmeval").parts:
        return
    assert not [name for name in imports(path) if name.split(".")[0] == "streamlit"]
    assert not [name for name in imports(path) if name.startswith("crmeval.ui")]


def test_the_command_line_runs_without_streamlit():
    code = (
        "import sys; import crmeval.__main__, crmeval.assessment, crmeval.report.html, crmeval.report.pdf; "
        "print('streamlit' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_pages_are_thin_and_hold_no_statistics(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100
    heavy = {"numpy", "scipy", "ibis", "duckdb", "statsmodels"}
    assert not heavy & {name.split(".")[0] for name in imports(path)}


def test_every_page_script_is_in_the_menu_and_no_address_equals_a_file_name():
    scripts = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert {Path(entry.script).stem for entry in PAGES} == scripts
    assert not scripts & {entry.name for entry in PAGES}


def test_a_sentence_within_a_sentence_is_made_harmless_once():
    """`say` of a `say` would show its escapes; a `Text` or plain words belong inside."""
    pages = [*(ROOT / "crmeval" / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]
    twice = re.compile(r"say\((?:[^()]|\([^()]*\))*=(?:say|literal)\(")
    assert [path.name for path in pages if twice.search(path.read_text(encoding="utf-8"))] == []


def test_session_state_has_one_user():
    users = [
        path.name for path in [*SOURCES, *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
        if "session_state[" in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert users == ["state.py"]
