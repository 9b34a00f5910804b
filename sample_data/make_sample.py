"""Writes the sample company in both languages, with the story it tells and its true figures.

    python sample_data/make_sample.py [--out FOLDER]

The files are the same byte for byte every time.
"""

import argparse
import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from simulation import Company, simulate
from simulation.frames import frames
from simulation.truth import story, truth

HERE = Path(__file__).parent
LANGUAGES = ("en", "ru")
CSV_FILES = ("deals", "contacts")
WORKBOOKS = {
    "history": ("visits", "activities"),
    "company": ("orders", "feedback", "usability", "usage", "training", "costs", "months", "checked"),
}
_NEVER_NOW = datetime(2025, 1, 9)  # noqa: DTZ001 - the day the workbooks say they were made


def _is_midnight(times: pd.Series) -> bool:
    return bool((times.dropna() == times.dropna().dt.normalize()).all())


def csv_text(frame: pd.DataFrame, words: Mapping[str, Any]) -> bytes:
    """The frame as the CRM of this language exports it."""
    times = frame.select_dtypes("datetime").columns
    for column in times:
        pattern = words["days"] if _is_midnight(frame[column]) else words["times"]
        frame = frame.assign(**{column: frame[column].dt.strftime(pattern)})
    text = frame.to_csv(
        index=False,
        sep=words["separator"],
        float_format="%.2f",
        decimal=words["decimal"],
        lineterminator="\r\n",
    )
    return text.encode(words["encoding"])


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in one archive, as HubSpot sends them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NEVER_NOW.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def write_sheet(
    book: Any, name: str, frame: pd.DataFrame, words: Mapping[str, Any], *, total: str = ""
) -> None:
    """A sheet with a bold header; with `total`, a title above it and the sum of this column under it."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    top = 0
    if total and words["title"]:
        sheet.write_string(0, 0, words["title"], bold)
        top = 2
    for column, header in enumerate(frame.columns):
        values = frame[header]
        sheet.write_string(top, column, header, bold)
        if values.dtype.kind == "M":
            pattern = words["sheet_days" if _is_midnight(values) else "sheet_times"]
            shown = book.add_format({"num_format": pattern})
            sheet.set_column(column, column, 17)
            for row, value in enumerate(values, top + 1):
                if not pd.isna(value):
                    sheet.write_datetime(row, column, value.to_pydatetime(), shown)
        else:
            sheet.set_column(column, column, 22 if header == frame.columns[0] else 14)
            sheet.write_column(top + 1, column, values.astype(object).where(values.notna(), None))
    if total:
        bottom = top + 1 + len(frame)
        sheet.write_string(bottom, 0, words["total"], bold)
        sheet.write_number(bottom, list(frame.columns).index(total), round(frame[total].sum(), 2), bold)


def workbook(path: Path, sheets: Mapping[str, pd.DataFrame], words: Mapping[str, Any]) -> None:
    """A workbook with one sheet per table; the orders end with a total, as such sheets do."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": _NEVER_NOW})
        for name, frame in sheets.items():
            total = words["headers"]["orders"]["amount"] if name == "orders" else ""
            write_sheet(book, words["sheets"][name], frame, words, total=total)


def words_of(language: str) -> dict[str, Any]:
    """The names and sentences of one language."""
    return tomllib.loads((HERE / "words" / f"{language}.toml").read_text(encoding="utf-8"))


def write(company: Company, language: str, folder: Path) -> None:
    """The files of one language."""
    words = words_of(language)
    tables = frames(company, words, language)
    folder.mkdir(parents=True, exist_ok=True)
    csv_files = {words["files"][name]: csv_text(tables[name], words) for name in CSV_FILES}
    if archive := words["files"].get("archive"):
        csv_files = {archive: zipped(csv_files)}
    for name, content in csv_files.items():
        (folder / name).write_bytes(content)
    for name, names in WORKBOOKS.items():
        workbook(folder / words["files"][name], {table: tables[table] for table in names}, words)


def main() -> None:
    """Writes everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args().out
    company = simulate()
    for language in LANGUAGES:
        write(company, language, out / language)
    figures = truth(company, words_of(LANGUAGES[0]))
    (out / "truth.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    template = (HERE / "words" / "story.md").read_text(encoding="utf-8")
    (out / "STORY.md").write_text(story(template, figures), encoding="utf-8")


if __name__ == "__main__":
    main()
