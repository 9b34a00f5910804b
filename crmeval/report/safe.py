"""Text that no spreadsheet executes.

A cell whose text begins like a formula runs when the file is opened (OWASP, "CSV injection"). Everything that
leaves the app as csv or xlsx passes through here, headers too; plain numbers stay as they are.
"""

import csv
import re
from collections.abc import Callable

import pandas as pd

# Signs that start a formula, ASCII and full-width, behind any blanks a spreadsheet would ignore.
_BLANKS = r"[ \x00\u00a0\u200b\u2060\ufeff]*"
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"^{_BLANKS}[{_SIGNS}\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+)(?:[.,][0-9]+)?%?")
_SEPARATORS = ",;\t"


def safe_text(value: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    if _FORMULA.match(value) and not _PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _with_texts(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The frame with every text in it, and every header, changed."""

    def changed(value: object) -> object:
        return change(value) if isinstance(value, str) else value

    if not len(frame.columns):
        return frame
    columns = [
        column.astype(object).map(changed) if column.dtype.kind == "O" else column
        for column in (frame.iloc[:, position] for position in range(frame.shape[1]))
    ]
    result = pd.concat(columns, axis=1)
    result.columns = pd.Index([changed(header) for header in frame.columns], dtype=object)
    return result


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every text and every header made safe; numbers and dates are left alone."""
    return _with_texts(frame, safe_text)


def csv_bytes(frame: pd.DataFrame, separator: str = ",") -> bytes:
    """The frame as csv for a spreadsheet: UTF-8 with its mark, every cell quoted, nothing in it executes.

    A spreadsheet of another country splits the line at another sign and so finds cells inside our cells:
    those must not begin like a formula either.
    """
    others = "".join(sign for sign in _SEPARATORS if sign != separator)
    inner_formula = re.compile(rf'([{others}\r\n]"?{_BLANKS})([{_SIGNS}])')
    safe = _with_texts(safe_frame(frame), lambda value: inner_formula.sub(r"\1'\2", value))
    text = safe.to_csv(index=False, sep=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    return text.encode("utf-8-sig")
