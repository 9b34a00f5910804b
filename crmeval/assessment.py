"""An assessment as a whole: what it was made of, what came out, and one file that keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval import archive
from crmeval.analyses import assess
from crmeval.analyses.base import Results
from crmeval.errors import AssessmentError, CrmevalError
from crmeval.fields import LOOKUP, LOST, OPEN, TABLES, WON
from crmeval.mapping.model import MappingProposal
from crmeval.plain import can_be_said, import_from_plain, import_to_plain
from crmeval.settings import Settings, from_dict
from crmeval.tables import (
    IMPORT,
    PROBLEM_COLUMNS,
    ROW,
    SET_ASIDE_COLUMNS,
    UNDATED_COLUMNS,
    UNMATCHED_COLUMNS,
    Tables,
)
from crmeval.words import text

FORMAT, VERSION = "crmeval assessment", 1
_TABLE = re.compile(rf"tables/({'|'.join(TABLES)}|{LOOKUP}_[0-9]{{1,3}})\.parquet")
_OTHER_COLUMN = re.compile(r"x[1-9][0-9]{0,3}")
_KINDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_floating, pa.types.is_integer,
          pa.types.is_timestamp, pa.types.is_boolean, pa.types.is_null)  # fmt: skip
_NOT_UNDERSTOOD = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    RecursionError,
    pa.ArrowException,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The tables and settings of an assessment, its results, and when it was made."""

    settings: Settings
    tables: Tables
    results: Results
    mapping: MappingProposal | None = None
    created: datetime | None = None

    def assessed(self) -> "Assessment":
        """The same with all results made anew from its tables and settings."""
        return replace(self, results=assess(self.tables, self.settings))


def save(assessment: Assessment) -> bytes:
    """The assessment as one file, a zip of TOML, JSON and parquet; results are not kept but made anew."""
    tables = assessment.tables
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "created": (assessment.created or datetime.now(UTC)).isoformat(),
        "labels": {name: dict(tables.labels(name)) for name in tables.names},
        "imports": [import_to_plain(receipt) for receipt in tables.imports],
        "settings": {name: _dated(value) for name, value in assessment.settings.to_dict().items()},
    }
    parts = {
        "manifest.json": archive.to_json(manifest),
        "set_aside.parquet": archive.frame_to_parquet(tables.set_aside),
        "problems.parquet": archive.frame_to_parquet(tables.problems),
        "unmatched.parquet": archive.frame_to_parquet(tables.unmatched),
        "undated.parquet": archive.frame_to_parquet(tables.undated),
        **{f"tables/{name}.parquet": archive.to_parquet(tables.arrow(name)) for name in tables.names},
    }
    if assessment.mapping is not None:
        from crmeval.mapping import to_toml

        parts["mapping.toml"] = to_toml(assessment.mapping).encode()
    return archive.pack(parts)


def _dated(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def open_(data: bytes) -> Assessment:
    """The assessment in a saved file, without results: `assessed()` makes them anew.

    Raises:
        AssessmentError: the file is none of ours (`assessment_foreign`), of a later version
            (`assessment_newer`), damaged (`assessment_damaged`) or too large (`assessment_too_large`).
    """
    parts = archive.unpack(data)
    manifest = _manifest(parts)
    try:
        return Assessment(
            settings=from_dict(manifest["settings"]),
            tables=_tables(parts, manifest),
            results={},
            mapping=_mapping(parts),
            created=datetime.fromisoformat(manifest["created"]),
        )
    except AssessmentError:
        raise
    except (*_NOT_UNDERSTOOD, CrmevalError) as error:
        raise AssessmentError("assessment_damaged") from error


def _manifest(parts: Mapping[str, bytes]) -> dict[str, Any]:
    if "manifest.json" not in parts:
        raise AssessmentError("assessment_foreign")
    try:
        manifest = archive.from_json(parts["manifest.json"])
    except _NOT_UNDERSTOOD as error:
        raise AssessmentError("assessment_damaged") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise AssessmentError("assessment_foreign")
    version = manifest.get("version")
    if not isinstance(version, int) or version < 1:
        raise AssessmentError("assessment_damaged")
    if version > VERSION:
        raise AssessmentError("assessment_newer", version=version, known=VERSION)
    return manifest


def _mapping(parts: Mapping[str, bytes]) -> MappingProposal | None:
    if "mapping.toml" not in parts:
        return None
    from crmeval.mapping import from_toml

    return from_toml(parts["mapping.toml"].decode())


def _tables(parts: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Tables:
    imports = tuple(import_from_plain(receipt) for receipt in manifest["imports"])
    found = {
        matched[1]: _checked(matched[1], archive.from_parquet(part), len(imports))
        for name, part in parts.items()
        if (matched := _TABLE.fullmatch(name))
    }
    labels = {
        str(name): {str(k): str(v) for k, v in said.items()} for name, said in manifest["labels"].items()
    }
    if set(found) != set(labels):
        raise AssessmentError("assessment_damaged")
    set_aside = _listed(parts["set_aside.parquet"], SET_ASIDE_COLUMNS, "set_aside", "reason", len(imports))
    problems = _listed(parts["problems.parquet"], PROBLEM_COLUMNS, "problems", "problem", len(imports))
    more = {  # older files have none
        name: _listed(parts[f"{name}.parquet"], columns, "", "", len(imports))
        for name, columns in (("unmatched", UNMATCHED_COLUMNS), ("undated", UNDATED_COLUMNS))
        if f"{name}.parquet" in parts
    }
    return Tables(found, labels=labels, imports=imports, set_aside=set_aside, problems=problems, **more)


def _checked(name: str, table: pa.Table, imports: int) -> pa.Table:
    """The table, if it has only columns a table may have, of kinds and values that are understood."""
    fields = {field.name for field in TABLES[name].fields} if name in TABLES else set()
    for column in table.schema:
        known = column.name in fields or column.name in (ROW, IMPORT) or _OTHER_COLUMN.fullmatch(column.name)
        if not known or not any(is_kind(column.type) for is_kind in _KINDS):
            raise AssessmentError("assessment_damaged")
    if name == "deals" and not set(pc.unique(table["outcome"]).to_pylist()) <= {WON, LOST, OPEN, None}:
        raise AssessmentError("assessment_damaged")
    last = pc.max(table[IMPORT]).as_py()
    if last is not None and last >= max(imports, 1):
        raise AssessmentError("assessment_damaged")
    return _finite(table)


def _finite(table: pa.Table) -> pa.Table:
    """The table without numbers that are none: no analysis should meet them."""
    for place, column in enumerate(table.schema):
        if pa.types.is_floating(column.type):
            values = pc.if_else(pc.is_finite(table[column.name]), table[column.name], None)
            table = table.set_column(place, column.name, values)
    return table


def _listed(part: bytes, columns: tuple[str, ...], prefix: str, code: str, imports: int) -> pd.DataFrame:
    """A list of rows or cells with codes that the catalogue can say, of sheets that there are."""
    frame = archive.from_parquet(part).to_pandas()
    codes = frame[code].unique() if code else ()
    sayable = all(can_be_said(text(f"{prefix}.{one}", value="")) for one in codes)
    if (
        tuple(frame.columns) != columns
        or not sayable
        or not frame["import"].astype(int).between(0, imports - 1).all()
    ):
        raise AssessmentError("assessment_damaged")
    return frame
