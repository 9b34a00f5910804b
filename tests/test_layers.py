"""The layout holds: who may import what, how pages are named, what the project never says."""

import ast
import graphlib
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


def run_at_import(node):
    """The statements that run when a module is imported: not those within its functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from run_at_import(child)


def needs_first(path, modules):
    """The modules of ours that must be there before this one is, and the packages that hold them.

    A module does not wait for the packages that it is itself a part of: they are being imported already.
    """
    me = module_name(path)
    for node in run_at_import(ast.parse(path.read_text(encoding="utf-8"))):
        wanted = []
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            wanted = [part if part in modules else node.module for part in parts]
        for name in modules.intersection(wanted):
            yield name
            packages = [name[:at] for at in range(len(name)) if name[at] == "."]
            yield from (package for package in packages if not me.startswith(f"{package}."))


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_module_can_be_imported_first():
    """Where no module waits for itself in a circle, any of them may be the first."""
    modules = {module_name(path) for path in SOURCES}
    graph = {module_name(path): {*needs_first(path, modules)} - {module_name(path)} for path in SOURCES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError with the circle


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
