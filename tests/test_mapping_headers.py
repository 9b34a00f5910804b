"""Sheets as systems export them and as small companies write them are understood without help."""

import tomllib
from pathlib import Path

import pytest
from mapping_sheets import sheet

from crmeval.mapping import propose

WRITTEN = tomllib.loads(Path(__file__).with_name("mapping_headers.toml").read_text(encoding="utf-8"))[
    "sheets"
]


def sheet_of(case, name=""):
    header, *rows = case["cells"].strip().splitlines()
    return sheet(header, *rows, name=name)


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_every_column_is_the_field_it_names_and_no_other(case):
    (mapping,) = propose([sheet_of(case)]).sheets
    assert (mapping.table, mapping.source) == (case["table"], case.get("source", "unknown"))
    assert dict(mapping.columns) == case["columns"]
    assert mapping.missing == ()
