"""Nothing that leaves the app as a spreadsheet executes."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.report.safe import csv_bytes, safe_frame, safe_text

STARTS = "=+-@\t\r\n＝＋－＠"
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1+1",
    "-2+3",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＠SUM(1)",
    " =1",
    "\u00a0=1",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_becomes_text(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-10", "+7", "-1 250,50", "+3.5%", "12", "Romashka", "a-b", "", "—", "–5"])
def test_plain_numbers_and_names_stay(text):
    assert safe_text(text) == text


def test_headers_and_categories_are_made_safe_too():
    frame = pd.DataFrame({"=1+1": pd.Categorical(["@x", "y"]), "n": [-1, 2], "mixed": ["=x", 3.5]})
    safe = safe_frame(frame)
    assert list(safe.columns) == ["'=1+1", "n", "mixed"]
    assert safe["'=1+1"].tolist() == ["'@x", "y"]
    assert safe["n"].tolist() == [-1, 2]
    assert safe["mixed"].tolist() == ["'=x", 3.5]
    assert list(frame.columns) == ["=1+1", "n", "mixed"]  # the frame given is untouched


def test_two_columns_of_one_name_are_both_made_safe():
    frame = pd.DataFrame([["=1", "@2"]], columns=["a", "a"])
    assert safe_frame(frame).iloc[0].tolist() == ["'=1", "'@2"]


@pytest.mark.parametrize(("written", "read"), [(",", ";"), (";", ","), (",", "\t"), (",", ","), (";", ";")])
def test_no_cell_is_live_even_where_another_country_splits_the_line_elsewhere(written, read):
    frame = pd.DataFrame({"name": ["a;=cmd|'x'!A0", 'b,"=1', "c\t@SUM(1)", "d\n=1"], "x;=1": list("1234")})
    said = csv_bytes(frame, written).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(said), delimiter=read) for cell in line]
    assert [cell for cell in cells if cell.startswith(tuple(STARTS))] == []


@given(st.lists(st.text(alphabet=STARTS + "a1 ;,'\"", max_size=8), min_size=1, max_size=5))
def test_any_text_comes_back_the_same_but_for_apostrophes(texts):
    said = csv_bytes(pd.DataFrame({"text": texts}))
    assert said.startswith(b"\xef\xbb\xbf")
    cells = [line[0] for line in csv.reader(io.StringIO(said.decode("utf-8-sig"), newline=""))][1:]
    assert [cell.replace("'", "") for cell in cells] == [text.replace("'", "") for text in texts]
