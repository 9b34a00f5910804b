"""All cases: each module of files adds its own when it is imported."""

from hostile import (  # noqa: F401 - they add cases
    archives,
    old_workbooks,
    open_documents,
    pages,
    parquet_files,
    texts,
    workbook_attacks,
    workbook_bombs,
    workbook_values,
)  # fmt: skip
from hostile.case import CASES

__all__ = ["CASES"]
